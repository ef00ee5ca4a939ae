"""The step of a case changes only along the table, one version at a time; a correction only goes back where it came from.

The pairs are those of cases.workflow, which a migration does not import; a test holds the two together. A case may go
a pair backwards too: that is the correction of a move. The procedure of a case never changes.
"""

from django.db import migrations

PAIRS = {
    "digital_key": {
        "orientation": ["abandoned", "not_needed", "referred", "to_register"],
        "to_register": ["abandoned", "not_needed", "referred", "to_activate"],
        "to_activate": ["abandoned", "activated", "referred", "to_register"],
    },
    "e_card": {
        "to_report": ["abandoned", "preparing", "referred"],
        "preparing": ["abandoned", "codes_awaited", "referred", "urgent_ordered"],
        "codes_awaited": ["abandoned", "referred", "to_collect"],
        "urgent_ordered": ["abandoned", "referred", "to_collect"],
        "to_collect": ["abandoned", "collected", "destroyed", "referred"],
    },
    "card_codes": {
        "to_request": ["abandoned", "codes_active", "new_codes_awaited", "referred"],
        "new_codes_awaited": ["abandoned", "referred", "to_activate_codes"],
        "to_activate_codes": ["abandoned", "codes_active", "new_codes_awaited", "referred"],
    },
}


def changes():
    """Every change of a step that may be written, as «procedure source target»."""
    for procedure, sources in PAIRS.items():
        for source, targets in sources.items():
            for target in targets:
                yield f"{procedure} {source} {target}"
                yield f"{procedure} {target} {source}"


LISTED = ", ".join(f"'{change}'" for change in sorted(set(changes())))
KNOWN = f"OLD.procedure || ' ' || OLD.step || ' ' || NEW.step IN ({LISTED})"
STEP_REFUSED = f"""
    OLD.procedure <> NEW.procedure
    OR OLD.step <> NEW.step AND NOT (NEW.version = OLD.version + 1 AND {KNOWN})
"""
CORRECTION_REFUSED = """
    NEW.kind = 'undone' AND NOT EXISTS (
        SELECT 1 FROM cases_event undone
        WHERE undone.id = NEW.undoes_id AND undone.case_id = NEW.case_id AND undone.kind <> 'opened'
        AND undone.source = NEW.target AND undone.target = NEW.source
    )
"""
RULES = {
    "case_step_follows_the_table": ("UPDATE OF step, procedure ON cases_case", STEP_REFUSED),
    "correction_goes_back_where_it_came_from": ("INSERT ON cases_event", CORRECTION_REFUSED),
}


def postgresql(name):
    when, refused = RULES[name]
    return [
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {refused} THEN
                RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$
        """,
        f"CREATE TRIGGER {name} BEFORE {when} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def postgresql_back(name):
    return [f"DROP FUNCTION {name}() CASCADE"]


def sqlite(name):
    when, refused = RULES[name]
    return [f"CREATE TRIGGER {name} BEFORE {when} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{name}'); END"]


def sqlite_back(name):
    return [f"DROP TRIGGER {name}"]


def hold(apps, schema_editor):
    write = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    for name in RULES:
        for statement in write(name):
            schema_editor.execute(statement)


def let_go(apps, schema_editor):
    write = postgresql_back if schema_editor.connection.vendor == "postgresql" else sqlite_back
    for name in RULES:
        for statement in write(name):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_histories_are_closed")]

    operations = [migrations.RunPython(hold, let_go)]
