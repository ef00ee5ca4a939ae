"""Closed too: the records of exports, the privacy decisions, and the histories of reference data and staff.

Nothing of them is changed, deleted, replaced or emptied. Records of exports may go after two years. Words may be taken
out of an export's purpose and of a history while the door is open (config.staff.closed_histories).
"""

from typing import NamedTuple

from django.db import migrations


class Kept(NamedTuple):
    """How a table is closed: since when a row may go, by its own moment; whether the door lets an update pass."""

    age: str = ""
    door: bool = False


HISTORIES = [
    *(
        f"communes_historical{name}"
        for name in ("commune", "postalcode", "office", "residencedocument", "tariff", "delay", "closure")
    ),
    "staff_historicaluser",
    "staff_historicalteam",
]
KEPT = {
    "cases_export": Kept(age="24 months", door=True),
    "cases_departure": Kept(age="24 months"),
    "cases_privacyact": Kept(),
    **{table: Kept(door=True) for table in HISTORIES},
}
OPEN = "EXISTS (SELECT 1 FROM staff_opendoor)"


def postgresql(table, kept):
    refuse = f"RAISE EXCEPTION '{table} is only inserted' USING ERRCODE = 'integrity_constraint_violation'"
    old = f"TG_OP = 'DELETE' AND OLD.at < now() - interval '{kept.age}'" if kept.age else "false"
    door = f"TG_OP = 'UPDATE' AND {OPEN}" if kept.door else "false"
    return [
        f"""
        CREATE FUNCTION {table}_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN {refuse}; END IF;
            IF {old} THEN RETURN OLD; END IF;
            IF {door} THEN RETURN NEW; END IF;
            {refuse};
        END $$
        """,
        f"""
        CREATE TRIGGER {table}_is_closed BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_is_closed()
        """,
        f"""
        CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_closed()
        """,
    ]


def postgresql_back(table):
    return [f"DROP FUNCTION {table}_is_closed() CASCADE"]


def sqlite(table, kept):
    # INSERT OR REPLACE deletes first: the delete trigger sees it because the connection sets recursive_triggers.
    recent = f"WHEN OLD.at >= datetime('now', '-{kept.age}')" if kept.age else ""
    shut = f"WHEN NOT {OPEN}" if kept.door else ""
    return [
        f"""
        CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} {shut}
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
    dependencies = [
        ("cases", "0004_a_merged_file_leads_to_the_other"),
        ("communes", "0001_initial"),
        ("staff", "0001_initial"),
    ]

    operations = [migrations.RunPython(close, open_again)]
