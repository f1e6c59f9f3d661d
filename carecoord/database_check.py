"""Web and worker refuse to start with a database login that could pass row-level security by ."""

import sys
import time
from dataclasses import dataclass
from typing import NoReturn

from django.conf import settings
from django.db import OperationalError, connection

ROLES = {"web": "app_web", "worker": "app_system"}
WAIT_SECONDS = 15.0

LOOK = """
SELECT session_user::text, current_user::text,
       EXISTS (SELECT FROM pg_roles r WHERE r.rolsuper AND pg_has_role(session_user, r.oid, 'MEMBER')),
       EXISTS (SELECT FROM pg_roles r WHERE r.rolbypassrls AND pg_has_role(session_user, r.oid, 'MEMBER')),
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname IN ('public', 'app') AND c.relkind IN ('r', 'p')
                 AND pg_has_role(session_user, c.relowner, 'MEMBER')),
       EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'app_system' AND pg_has_role(session_user, r.oid, 'MEMBER'))
"""


@dataclass(frozen=True)
class DatabaseLogin:
    """Who this process is to the database, and what it could become."""

    name: str
    role: str
    is_superuser: bool
    bypasses_policies: bool
    owns_tables: bool
    may_act_as_system: bool


def refuse_wrong_login() -> None:
    """Ends the process with one sentence and exit 2, unless it logs in as its own role."""
    if settings.LOGIN not in ROLES:
        _refuse(f"CARECOORD_LOGIN is {settings.LOGIN!r}: only 'web' and 'worker' may serve")
    wrong = what_is_wrong(_login(), settings.LOGIN)
    connection.close()  # a process that forks after this must not share the connection
    if wrong:
        _refuse(f"{settings.DATABASE_VARIABLE} {wrong}. carecoord/local/roles.sql makes the right logins")


def what_is_wrong(login: DatabaseLogin, process: str) -> str:
    """Half a sentence about the first thing that is wrong, or nothing. `process` is web or worker."""
    wanted = ROLES[process]
    if login.is_superuser:
        return f"logs in as {login.name}, a superuser, whom no policy holds"
    if login.bypasses_policies:
        return f"logs in as {login.name}, which may bypass row-level security"
    if login.owns_tables:
        return f"logs in as {login.name}, which owns tables, and policies do not hold an owner"
    if login.role != wanted:
        return f"logs in as {login.name} in role {login.role}, and {process} needs the role {wanted}"
    if process == "web" and login.may_act_as_system:
        return f"logs in as {login.name}, which may take the role app_system that sees everything"
    return ""


def _login() -> DatabaseLogin:
    """Asks the database, and waits a little for one that is just starting."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(LOOK)
                return DatabaseLogin(*cursor.fetchone())
        except OperationalError as problem:
            connection.close()
            if time.monotonic() > until:
                _refuse(f"{settings.DATABASE_VARIABLE}: {str(problem).strip().splitlines()[0]}")
            time.sleep(0.5)


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}.\n")
    raise SystemExit(2)
