"""What the programs are told by variables: what is configured outside, and what the launcher adds."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from carecoord.local.folders import Folders
from carecoord.local.kept import Kept, audit_key
from carecoord.local.refusal import Refusal

UNWANTED = {"PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "CARECOORD_LOGIN"}
DATABASES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL")


@dataclass(frozen=True)
class Addresses:
    """Where the servers are; a wire format of the environment, hence the names."""

    web: str
    owner: str
    worker: str
    redis: str

    def variables(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.web,
            "DATABASE_OWNER_URL": self.owner,
            "DATABASE_WORKER_URL": self.worker,
            "REDIS_URL": self.redis,
        }


def has_configured_databases() -> bool:
    """Raises Refusal when only some of the three logins are configured: they belong together."""
    missing = [name for name in DATABASES if not os.environ.get(name)]
    if missing and len(missing) < len(DATABASES):
        raise Refusal(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set although the other is:"
            f" set all three of {', '.join(DATABASES)} (for example {missing[0]}=postgresql://login:word@host/carecoord),"
            " or none to have PostgreSQL started here."
        )
    return not missing


def has_configured_redis() -> bool:
    return bool(os.environ.get("REDIS_URL"))


def environment(folders: Folders, kept: Kept, addresses: Addresses, **more: str) -> dict[str, str]:
    """The caller's own settings win over the launcher's; the servers' addresses and `more` are fixed."""
    address = f"http://127.0.0.1:{kept.web_port}"
    suggested = {
        "SECRET_KEY": kept.secret_key,
        "AUDIT_KEY": audit_key(folders),
        "BASE_URL": address,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "EMAIL_URL": f"file://localhost{quote(str(folders.mail))}",
    }
    fixed = {
        "DATA_DIR": str(folders.data),
        "STATIC_ROOT": str(folders.static),
        "DJANGO_SETTINGS_MODULE": "carecoord.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return suggested | inherited() | fixed | addresses.variables() | more


def inherited(variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The caller's variables that are not empty, less those that would choose another Python or login.

    Compiled Python is written whatever the caller prefers: without it every start takes twice as long.
    """
    return {name: value for name, value in variables.items() if name not in UNWANTED and value}
