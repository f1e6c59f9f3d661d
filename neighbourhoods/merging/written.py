"""The migration operation that gives the rules to the database."""

from django.db.migrations.operations.special import RunSQL

from neighbourhoods.merging import rules


def rules_written(digest: str) -> RunSQL:
    """Writes `app.merge_rules()` anew. `digest` is that of the rules it was made for: a test compares it with those of
    today, because a database that is migrated already would know nothing of a change."""
    if len(digest) != len(rules.digest()):
        raise ValueError("Give the digest of the rules: neighbourhoods.merging.rules.digest().")
    create = (
        "CREATE OR REPLACE FUNCTION app.merge_rules() RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"RETURN $rules${rules.as_text()}$rules$::jsonb"
    )
    return RunSQL([(create, None), ("REVOKE ALL ON FUNCTION app.merge_rules() FROM PUBLIC", None)], RunSQL.noop)
