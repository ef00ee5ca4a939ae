"""The traces are closed: the database refuses to change, delete, replace or empty them, on both engines.

`cases_event`, `cases_merge` and `cases_parting` for good; `cases_access` lets a row go once it is two years old, by the database's own clock.
"""

from django.db import migrations

KEPT = {"cases_event": None, "cases_merge": None, "cases_parting": None, "cases_access": "24 months"}


def postgresql(table, kept):
    old = f"TG_OP = 'DELETE' AND OLD.at < now() - interval '{kept}'" if kept else "false"
    return [
        f"""
        CREATE FUNCTION {table}_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {old} THEN RETURN OLD; END IF;
            RAISE EXCEPTION '{table} is only inserted' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        f"""
        CREATE TRIGGER {table}_is_closed BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_is_closed()
        """,
        f"""
        CREATE FUNCTION {table}_is_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{table} is only inserted' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        f"""
        CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_not_emptied()
        """,
    ]


def postgresql_back(table):
    return [f"DROP FUNCTION {table}_is_closed() CASCADE", f"DROP FUNCTION {table}_is_not_emptied() CASCADE"]


def sqlite(table, kept):
    # INSERT OR REPLACE deletes first: the delete trigger sees it because the connection sets recursive_triggers.
    recent = f"WHEN OLD.at >= datetime('now', '-{kept}')" if kept else ""
    return [
        f"""
        CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is only inserted'); END
        """,
        f"""
        CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} {recent}
        BEGIN SELECT RAISE(ABORT, '{table} is only inserted'); END
        """,
    ]


def sqlite_back(table):
    return [f"DROP TRIGGER {table}_refuses_{verb}" for verb in ("update", "delete")]


def close(apps, schema_editor):
    write = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    for table, kept in KEPT.items():
        for statement in write(table, kept):
            schema_editor.execute(statement)


def open_again(apps, schema_editor):
    write = postgresql_back if schema_editor.connection.vendor == "postgresql" else sqlite_back
    for table in KEPT:
        for statement in write(table):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunPython(close, open_again)]
