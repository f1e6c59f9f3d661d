"""How far sealing has come, for monitors: as numbers, because the web's role reads neither entries nor seals."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True)
class AuditState:
    """Of what waits ten thousand are counted at most. `oldest_at` is when the oldest of it was written."""

    unsealed: int
    oldest_at: datetime | None
    seals: int
    sealed_at: datetime | None


def audit_state() -> AuditState:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unsealed, oldest_at, seals, sealed_at FROM app.audit_state()")
        row = cursor.fetchone()
    return AuditState(*row) if row else AuditState(0, None, 0, None)
