"""Migration operations for grants and row-level security.

Two roles, made by whoever sets up the cluster, never by a migration: `app_web` (web and API, and workers while they
act for a team or a person) and `app_system` (workers on their sweeps). A table gets its grants in the same operation
as its policies, so that nothing is ever readable before it is guarded.
"""

from collections.abc import Sequence

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import RunSQL

WEB, SYSTEM = "app_web", "app_system"


def shared_rows(table: str, *, web: str = "SELECT", system: str = "SELECT") -> RunSQL:
    """A table in which nobody's record can be read: grants only. An empty string grants nothing."""
    forward = [f'GRANT {rights} ON "{table}" TO {role}' for role, rights in ((WEB, web), (SYSTEM, system)) if rights]
    backward = [f'REVOKE ALL ON "{table}" FROM {WEB}, {SYSTEM}']
    return RunSQL(";\n".join(forward), ";\n".join(backward))


def guarded_rows(
    table: str,
    *,
    read: str,
    write: str | None = None,
    web: str = "SELECT, INSERT, UPDATE",
    system: str = "SELECT, INSERT, UPDATE",
) -> RunSQL:
    """A table with residents' data: a row is visible to the web role only where `read` holds.

    `read` and `write` are SQL conditions; `write` judges new rows and defaults to `read`. No policy forces the owner:
    migrations and backups see everything, and the web never runs as the owner.
    """
    check = write or read
    forward = [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'CREATE POLICY web ON "{table}" TO {WEB} USING ({read}) WITH CHECK ({check})',
        f'CREATE POLICY system ON "{table}" TO {SYSTEM} USING (true)',
        *([f'GRANT {web} ON "{table}" TO {WEB}'] if web else []),
        *([f'GRANT {system} ON "{table}" TO {SYSTEM}'] if system else []),
    ]
    backward = [
        f'REVOKE ALL ON "{table}" FROM {WEB}, {SYSTEM}',
        f'DROP POLICY system ON "{table}"',
        f'DROP POLICY web ON "{table}"',
        f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
    ]
    return RunSQL(";\n".join(forward), ";\n".join(backward))


def residents_rows(table: str, *, resident: str = "resident_id", web: str = "SELECT, INSERT, UPDATE") -> RunSQL:
    """The usual case: rows about one resident, visible to whoever sees the resident (`app.sees`)."""
    return guarded_rows(table, read=f"app.sees({resident})", web=web)


def shared_in_part(table: str, part: str, *, teams: Sequence[str] = (), members: Sequence[str] = ()) -> RunSQL:
    """Rows of `part` are read by nobody of an organisation from which a decision keeps them (IG-16), unless it wrote
    them or answers for them: by one of these columns.

    Restrictive: whatever other policies let through, this one has to let through as well. Who is kept is read once a
    statement; only of them the rest is asked, row by row.
    """
    ways = [
        f"resident_id <> ALL ((SELECT app.kept_from(app.organisation_id(), '{part}', true))::uuid[])",
        *(f"app.is_of({column}, app.organisation_id())" for column in teams),
        *(f"app.is_member_of({column}, app.organisation_id())" for column in members),
        f"NOT app.is_kept(resident_id, '{part}')",
    ]
    return RunSQL(
        f'CREATE POLICY web_shared ON "{table}" AS RESTRICTIVE FOR SELECT TO {WEB} USING ({" OR ".join(ways)})',
        f'DROP POLICY web_shared ON "{table}"',
    )


def keeps_past(*tables: str) -> RunSQL:
    """Tables about residents whose rows change: what a change replaced is kept (`app.keep_past`)."""
    forward = [
        f'CREATE TRIGGER keep_past AFTER UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION app.keep_past()'
        for table in tables
    ]
    return RunSQL(";\n".join(forward), ";\n".join(f'DROP TRIGGER keep_past ON "{table}"' for table in tables))


def function(create: str, name: str) -> Operation:
    """A function of schema `app`, with EXECUTE for the two roles and nobody else.

    `name` is the signature, for example `app.sees(uuid)`.
    """
    forward = [
        create.strip().rstrip(";"),
        f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {name} TO {WEB}, {SYSTEM}",
    ]
    return RunSQL([(statement, None) for statement in forward], f"DROP FUNCTION {name}")
