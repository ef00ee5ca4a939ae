"""What somebody writes for a file at the very moment it is merged arrives in the file that stays, on both engines.

On PostgreSQL the new row waits for the merge, which holds the file's row; on SQLite one of the two writes first. A
later migration that makes Django rebuild one of these tables on SQLite drops its trigger: it must create it again.
"""

from django.db import migrations

TABLES = ["cases_case", "cases_visit", "cases_appointment", "cases_member", "cases_companion"]

POSTGRESQL = """
CREATE FUNCTION cases_client_leads_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept bigint;
BEGIN
    LOOP
        SELECT merged_into_id INTO kept FROM cases_client WHERE id = NEW.client_id FOR KEY SHARE;
        EXIT WHEN kept IS NULL;
        NEW.client_id := kept;
    END LOOP;
    RETURN NEW;
END $$
"""


def postgresql(table):
    return f"""
        CREATE TRIGGER {table}_follows_the_merge BEFORE INSERT ON {table}
        FOR EACH ROW EXECUTE FUNCTION cases_client_leads_on()
        """


def sqlite(table):
    kept = "SELECT merged_into_id FROM cases_client WHERE id = NEW.client_id"
    return f"""
        CREATE TRIGGER {table}_follows_the_merge AFTER INSERT ON {table} WHEN ({kept}) IS NOT NULL
        BEGIN UPDATE {table} SET client_id = ({kept}) WHERE id = NEW.id; END
        """


def lead(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    trigger = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    for table in TABLES:
        schema_editor.execute(trigger(table))


def lead_nowhere(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION cases_client_leads_on() CASCADE")
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_follows_the_merge")


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_files_are_found_by_trigrams")]

    operations = [migrations.RunPython(lead, lead_nowhere, elidable=False)]
