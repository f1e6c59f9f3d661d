"""Opening a record in an emergency, and ending that (IG-05)."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from carecoord import outbox
from carecoord.errors import NotYours, RuleError
from carecoord.ids import new_id
from neighbourhoods.models import EmergencyAccess
from neighbourhoods.models.emergencies import FEWEST_CHARACTERS, EmergencyGround
from neighbourhoods.principal import Principal

NOT_FROM_HERE = "This record cannot be opened from here. Ask your privacy officer."
TOO_SHORT = f"Say what is happening in at least {FEWEST_CHARACTERS} characters"


@dataclass(frozen=True)
class OpenedInEmergency:
    """`is_another`: an earlier one of the same person has not been reviewed yet."""

    id: UUID
    until: datetime
    is_another: bool


@transaction.atomic
def break_glass(
    *, by: Principal, resident_id: UUID, team_id: UUID, ground: EmergencyGround, words: str, sign_in: UUID
) -> OpenedInEmergency:
    """Open a record to this person, in this sign-in, for eight hours; never refused for what waits to be reviewed.

    Audited by the database itself, and told to the privacy officers of the person's organisation. Asked twice in one
    sign-in it is one. Raises RuleError for words that say too little, and for a restricted or unknown resident: both
    look the same.
    """
    if len(seen_words(words)) < FEWEST_CHARACTERS:
        raise RuleError(TOO_SHORT, field="words")
    made = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM app.break_glass(%s, %s, %s, %s, %s, %s)",
            [made, resident_id, team_id, ground, words.strip(), sign_in],
        )
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise RuleError(NOT_FROM_HERE)
    opened = OpenedInEmergency(*row)
    if opened.id == made:
        _tell_officers("emergency.opened", by, resident_id, team_id, opened)
    return opened


@transaction.atomic
def break_seal(
    *, by: Principal, resident_id: UUID, team_id: UUID, seal: str, ground: EmergencyGround, words: str, sign_in: UUID
) -> OpenedInEmergency:
    """Open what is sealed of a resident whom this person sees, for eight hours, where their role may (IG-08).

    Audited and reviewed as `break_glass` is. Raises RuleError for words that say too little, NotYours for other roles.
    """
    if len(seen_words(words)) < FEWEST_CHARACTERS:
        raise RuleError(TOO_SHORT, field="words")
    made = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM app.break_seal(%s, %s, %s, %s, %s, %s, %s)",
            [made, resident_id, team_id, seal, ground, words.strip(), sign_in],
        )
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise NotYours("Your role does not open restricted entries. Ask the team that wrote them.")
    opened = OpenedInEmergency(*row)
    if opened.id == made:
        _tell_officers("seal.opened", by, resident_id, team_id, opened)
    return opened


@transaction.atomic
def end_emergency(*, resident_id: UUID) -> bool:
    """End what the person who acts has open of this resident; False where nothing is. The review goes on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.end_emergency(%s)", [resident_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def _tell_officers(topic: str, by: Principal, resident_id: UUID, team_id: UUID, opened: OpenedInEmergency) -> None:
    outbox.publish(
        topic,
        about=("emergency_access", opened.id),
        resident_id=resident_id,
        team_id=team_id,
        organisation_id=by.organisation_id,
        membership_id=by.membership_id,
        opened_by_id=by.actor_id,
        is_another=opened.is_another,
    )


def note_review(event: outbox.Event) -> None:
    """The review of an emergency access has been closed: its person is told so by their own pages."""
    emergency_id = event.id_of("emergency_id")
    if emergency_id is None:
        return
    reviewed = EmergencyAccess.objects.filter(id=emergency_id, reviewed_at=None)
    reviewed.update(reviewed_at=event.at, updated_at=event.at, version=F("version") + 1)


def seen_words(words: str) -> str:
    """Without what nobody can read: ten spaces, or marks that show nothing, say nothing."""
    return " ".join("".join(" " if unicodedata.category(one)[0] in "ZC" else one for one in words).split())
