"""The history is closed: the database refuses to change, delete or replace an event, on both engines."""

from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION cases_event_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'cases_event is only inserted' USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER cases_event_is_closed BEFORE UPDATE OR DELETE ON cases_event
    FOR EACH ROW EXECUTE FUNCTION cases_event_is_closed()
    """,
    """
    CREATE TRIGGER cases_event_is_not_emptied BEFORE TRUNCATE ON cases_event
    FOR EACH STATEMENT EXECUTE FUNCTION cases_event_is_closed()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER cases_event_is_not_emptied ON cases_event",
    "DROP TRIGGER cases_event_is_closed ON cases_event",
    "DROP FUNCTION cases_event_is_closed()",
]

# INSERT OR REPLACE deletes first: the delete trigger sees it because the connection sets recursive_triggers.
SQLITE = [
    f"""
    CREATE TRIGGER cases_event_refuses_{verb} BEFORE {verb.upper()} ON cases_event
    BEGIN SELECT RAISE(ABORT, 'cases_event is only inserted'); END
    """
    for verb in ("update", "delete")
]
SQLITE_BACK = [f"DROP TRIGGER cases_event_refuses_{verb}" for verb in ("update", "delete")]


def close(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def open_again(apps, schema_editor):
    for statement in POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunPython(close, open_again, elidable=False)]
