"""What alerts are about: their words on the screen and in an email, and which page opens the item.

Words of an email say what kind of thing waits, never about whom, from which service or for what condition (IG-32,
IG-35).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

NOT_ANSWERED: Final = ".not_answered"
NOTICE_WAITS: Final = timedelta(days=28)
READ_NOTICE_STAYS: Final = timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """`opens` names the URL of the item, which takes its id; empty: the alert has a page of its own.

    A notice asks for no answer: once read it ends by itself. Whom each tells is in its rule (`rulebook.py`).
    """

    title: str
    noun: str
    opens: str = ""
    not_answered: str = ""
    is_notice: bool = False
    is_for_privacy: bool = False


def _review(title: str, noun: str) -> Kind:
    return Kind(title, noun, "privacy_review", "Access not reviewed", is_for_privacy=True)


KINDS: Final[dict[str, Kind]] = {
    "handover.offered": Kind("Handover to accept", "handover", "handover", "Handover not accepted"),
    "handover.discharge": Kind("Going home from hospital", "handover", "handover", "Going home, not accepted"),
    "handover.accepted": Kind("Handover accepted: theirs now", "handover", "handover", is_notice=True),
    "handover.unsatisfactory": Kind("Handover said to be not good enough", "handover", "handover", is_notice=True),
    "handover.said_late": Kind("Handover said to be late", "handover", "handover", is_notice=True),
    "handover.incident": Kind("Handover logged as an incident", "handover", "handover", is_notice=True),
    "handover.ended_early": Kind("Cover ended early: theirs again", "handover", "handover", is_notice=True),
    "handover.needs_missing": Kind("Due at home, and not all is in place", "handover", "handover", is_notice=True),
    "handover.declined": Kind("Handover declined: still yours", "handover", "handover", is_notice=True),
    "handover.returned": Kind("Handover returned: yours again", "handover", "handover", is_notice=True),
    "referral.sent": Kind("Referral to triage", "referral", "referral_detail", "Referral not answered"),
    "referral.replied": Kind("Answer to your question", "referral", "referral_detail", "Referral not answered"),
    "referral.information_requested": Kind(
        "Question about your referral", "referral", "referral_detail", "Question not answered"
    ),
    "referral.declined": Kind(
        "Referral declined: still yours", "referral", "referral_detail", "Referral without a way on"
    ),
    "referral.failed": Kind(
        "Referral not possible: still yours", "referral", "referral_detail", "Referral without a way on"
    ),
    "referral.completed": Kind("Outcome to read", "referral", "referral_detail", "Outcome not read"),
    "referral.cancelled": Kind("Referral cancelled", "referral", "referral_detail", is_notice=True),
    "referral.amended": Kind("Referral changed by its sender", "referral", "referral_detail", is_notice=True),
    "referral.acceptance_undone": Kind(
        "Referral not accepted after all", "referral", "referral_detail", is_notice=True
    ),
    "actions.overdue": Kind(
        "Actions of your team are overdue", "overdue actions", "team_overdue", "Overdue actions not seen to"
    ),
    "duty.nobody": Kind("Nobody of your team is on duty", "duty rota", "team_duty", is_notice=True),
    "leaver.released": Kind(
        "Somebody left: what they had is nobody's in particular", "work", "caseload", is_notice=True
    ),
    "action.doubled": Kind("Another organisation plans much the same", "action", "action_detail", is_notice=True),
    "webhook.disabled": Kind("Your system takes no alerts: switched off", "webhook", "admin_webhook", is_notice=True),
    "alerts.noisy": Kind("Alerts that hardly anybody acts on", "alert rule", "team_alert_measures", is_notice=True),
    "action.sorted": Kind("An action was given to your team", "action", "action_detail", is_notice=True),
    "resident.sorted": Kind("A person was given to your team", "person", "resident_record", is_notice=True),
    "resident.moved": Kind("Somebody has moved, or changed practice", "person", "resident_people", is_notice=True),
    "resident.moved_away": Kind(
        "Moved to another neighbourhood: hand over, or stay involved", "person", "resident_people", is_notice=True
    ),
    "resident.died": Kind("Somebody died: close what is planned and open", "person", "resident_death", is_notice=True),
    "resident.died_asked": Kind("Somebody whom you were asked about has died", "person", is_notice=True),
    "resident.death_undone": Kind(
        "Somebody has not died: it was a mistake", "person", "resident_record", is_notice=True
    ),
    "resident.death_undone_asked": Kind(
        "Somebody whom you were asked about has not died: it was a mistake", "person", is_notice=True
    ),
    "hospital.admitted": Kind("Somebody was admitted to hospital", "person", "resident_care", is_notice=True),
    "hospital.transferred": Kind("Somebody was moved in hospital", "person", "resident_care", is_notice=True),
    "hospital.discharge_planned": Kind("Somebody is to leave hospital", "person", "resident_care", is_notice=True),
    "hospital.discharged": Kind("Somebody has left hospital", "person", "resident_care", is_notice=True),
    "resident.restricted": Kind("How to reach somebody is restricted", "person", "resident_people", is_notice=True),
    "resident.restriction_lifted": Kind(
        "How to reach somebody is shown again", "person", "resident_people", is_notice=True
    ),
    "resident.merged": Kind("Two records of one person are one now", "person", "resident_record", is_notice=True),
    "resident.unmerged": Kind("Records that were made one are two again", "person", "resident_record", is_notice=True),
    "restriction.made": Kind("How to reach somebody was restricted", "restriction", is_for_privacy=True),
    "restriction.lifted": Kind("A restriction was lifted", "restriction lifted", is_for_privacy=True),
    "proxy.review_due": Kind(
        "A parent acts for a child: look at it again", "review", "resident_people", is_notice=True
    ),
    "proxy.ended_by_age": Kind(
        "A parent no longer acts: the child has reached the age", "end", "resident_people", is_notice=True
    ),
    "entry.annotated": Kind("A note beside what you recorded", "note", "entry_opened", is_notice=True),
    "entry.queried": Kind(
        "A resident questions what is recorded",
        "resident query",
        "entry_opened",
        not_answered="Question of a resident not answered",
    ),
    "package.restart_asked": Kind(
        "Home again: care package to restart", "care package", "package_opened", "Care package not restarted"
    ),
    "package.suspended": Kind("A care package was suspended", "care package", "package_opened", is_notice=True),
    "package.due": Kind("A care package to look at", "care package", "package_opened", is_notice=True),
    # Which one it is, is read in the record by those who may: no group and no seal stands in an alert.
    "cohort.due": Kind("A check, a review or a step is due", "check or review", "entry_opened", is_notice=True),
    "plan.review_overdue": Kind(
        "Review of a plan overdue", "review of a plan", "plan_opened", "Plan still not reviewed"
    ),
    "plan.review_brought_forward": Kind(
        "A plan is to be reviewed sooner", "review of a plan", "plan_opened", is_notice=True
    ),
    "stay.plan_due": Kind("Care home plan overdue", "care home plan", "stay_opened", is_notice=True),
    "import.differed": Kind("An import says something else", "import", is_notice=True),
    "review.emergency": _review("Emergency access to review", "emergency access"),
    "review.claim": _review("A record was opened with a reason: to review", "record opened"),
    "review.seal": _review("Restricted entries were opened: to review", "restricted entries opened"),
    "review.noticed": _review("A use of records was noticed: to look into", "use of records"),
    "sharing.objected": Kind("An objection to sharing: to decide", "objection", "objection", "Objection not decided"),
    "sharing.decided": Kind("An objection to sharing was decided", "decision", "resident_sharing", is_notice=True),
    "review.another": _review("Another emergency access, with one not yet reviewed", "another emergency access"),
    # By an import; until November 2026 by anybody: told, and not reviewed.
    "relationship.claimed": Kind("A record was opened with a reason", "record opened", is_for_privacy=True),
    "membership.created": Kind("A role was given", "role given", is_for_privacy=True),
    "membership.changed": Kind("The teams of a role were changed", "role changed", is_for_privacy=True),
    "membership.ended": Kind("A role was ended", "role ended", is_for_privacy=True),
    "second_factor.removed": Kind("A second factor was taken away", "second factor removed", is_for_privacy=True),
    "sign_in.linked": Kind("Another way to sign in was linked", "way to sign in linked", is_for_privacy=True),
    "sign_in.unlinked": Kind("A way to sign in was unlinked", "way to sign in unlinked", is_for_privacy=True),
    "client.created": Kind("A partner system was let in", "partner system let in", is_for_privacy=True),
    "client.changed": Kind("A partner system was changed", "partner system changed", is_for_privacy=True),
    "client.secret_rotated": Kind("A partner system has a new secret", "new secret", is_for_privacy=True),
    "client.old_secret_ended": Kind("An old secret of a partner system ended", "secret ended", is_for_privacy=True),
    "client.deactivated": Kind("A partner system was shut out", "partner system shut out", is_for_privacy=True),
    "client.reactivated": Kind("A partner system was let in again", "partner system let in again", is_for_privacy=True),
}


def kind_of(name: str) -> Kind:
    """Raises KeyError for a kind without words: an alert nobody could read must not be raised."""
    return KINDS[name.removesuffix(NOT_ANSWERED)]


def title_of(name: str) -> str:
    kind = kind_of(name)
    return kind.not_answered or kind.title if name.endswith(NOT_ANSWERED) else kind.title


def notices() -> list[str]:
    return [name for name, kind in KINDS.items() if kind.is_notice]
