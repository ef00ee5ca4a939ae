"""The index of the search: every three letters of a client's `search_key`, on both engines; on PostgreSQL its words too.

A word that is in very many files is found there at once, where each of its trigrams would be in as many files or more.

On SQLite it is a table of its own, which triggers keep equal. A later migration that makes Django rebuild the table
`cases_client` drops these triggers: it must create them again.
"""

from django.db import migrations

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX client_found_by_trigrams ON cases_client USING gin (search_key gin_trgm_ops)",
    "CREATE INDEX client_found_by_words ON cases_client USING gin (string_to_array(search_key, ' '))",
]
POSTGRESQL_BACK = ["DROP INDEX client_found_by_words", "DROP INDEX client_found_by_trigrams"]

FORGET = "INSERT INTO cases_client_search (cases_client_search, rowid, search_key) VALUES ('delete', old.id, old.search_key);"
LEARN = "INSERT INTO cases_client_search (rowid, search_key) VALUES (new.id, new.search_key);"
SQLITE = [
    """
    CREATE VIRTUAL TABLE cases_client_search
    USING fts5(search_key, content='cases_client', content_rowid='id', tokenize='trigram')
    """,
    "INSERT INTO cases_client_search (cases_client_search) VALUES ('rebuild')",
    f"CREATE TRIGGER cases_client_search_learns AFTER INSERT ON cases_client BEGIN {LEARN} END",
    f"CREATE TRIGGER cases_client_search_forgets AFTER DELETE ON cases_client BEGIN {FORGET} END",
    f"""
    CREATE TRIGGER cases_client_search_changes AFTER UPDATE OF search_key ON cases_client
    BEGIN {FORGET} {LEARN} END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER cases_client_search_changes",
    "DROP TRIGGER cases_client_search_forgets",
    "DROP TRIGGER cases_client_search_learns",
    "DROP TABLE cases_client_search",
]


def build(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def take_down(apps, schema_editor):
    for statement in POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_traces_are_only_inserted")]

    operations = [migrations.RunPython(build, take_down, elidable=False)]
