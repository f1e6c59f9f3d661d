"""What a merge of two records does with every table that names a resident: the one place in which that is decided.

A table with a `resident_id`, or any other column that points at a resident, needs a line in MOVES or in STAYS. Where a
resident has one row at a time of something, it needs a line in ONE_AT_A_TIME as well, or in NEVER_TWO with the reason;
whatever names another row by a plain id, in HANGS_FROM. Tests ask for each of them (tests/neighbourhoods/merging).

The database works by a copy of this, which a migration writes (`written.py`).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Final

MOVES: Final = frozenset(
    {
        "alerts_alert.resident_id",
        "careplans_action.resident_id",
        "careplans_actionpair.resident_id",
        "careplans_additionalplan.resident_id",
        "careplans_attachment.resident_id",
        "careplans_careplan.resident_id",
        "careplans_goal.resident_id",
        "careplans_goaloutcome.resident_id",
        "careplans_need.resident_id",
        "careplans_option.resident_id",
        "careplans_plandraft.resident_id",
        "careplans_planreview.resident_id",
        "careplans_plansection.resident_id",
        "careplans_sectionversion.resident_id",
        "careplans_setaside.resident_id",
        "careplans_stagegoal.resident_id",
        "neighbourhoods_carepackage.resident_id",
        "neighbourhoods_caseloadentry.resident_id",
        "neighbourhoods_contact.resident_id",
        "neighbourhoods_contact.resident_link_id",
        "neighbourhoods_emergencyaccess.resident_id",
        "neighbourhoods_encounter.resident_id",
        "neighbourhoods_entry.resident_id",
        "neighbourhoods_merge.resident_id",
        "neighbourhoods_proxy.resident_id",
        "neighbourhoods_relationship.resident_id",
        "neighbourhoods_residentdetail.resident_id",
        "neighbourhoods_residentmessage.resident_id",
        "neighbourhoods_sharingdecision.resident_id",
        "neighbourhoods_stay.resident_id",
        "referrals_handover.resident_id",
        "referrals_referral.resident_id",
        "referrals_referralevent.resident_id",
    }
)
"""Columns in which the survivor takes the place of whoever is merged."""

STAYS: Final[Mapping[str, str]] = {
    "audit_auditentry.resident_id": "What was written about the old id then is never changed; it is read with the new.",
    "audit_pastrow.resident_id": "What stood in the old record until now.",
    "neighbourhoods_residentimportrow.resident_id": "Whom a row of a file became: undoing that list asks about them.",
    "neighbourhoods_resident.merged_into_id": "Who was merged before leads on: a chain is followed.",
    "privacy_privacyreview.resident_id": "An access to the old record is looked into as it was made.",
}
"""Columns that keep the old id, each with its reason."""


@dataclass(frozen=True)
class Hang:
    """Rows of `table` whose `column` names the row that ends hang from the one that stands; not where that has one of
    its own with the same `unless_same`."""

    table: str
    column: str
    unless_same: str = ""


@dataclass(frozen=True)
class OneAtATime:
    """A resident has one such row at a time. Of two, one stands and the other ends.

    All of it is SQL. `live` tells which rows count, `same` what else makes two of them the same; `stands` is true where
    the survivor's row (s) stands and not that of whoever is merged (m). `ends` is written to the row that ends, and
    `takes` to the one that stands: w is the row that is written, o the other one. Rules are followed in their order.
    """

    table: str
    constraint: str
    live: str
    ends: Mapping[str, str]
    same: tuple[str, ...] = ()
    stands: str = "true"
    takes: Mapping[str, str] = field(default_factory=dict)
    hangs: tuple[Hang, ...] = ()


MERGED: Final = "'Two records of one person were merged'"
ONE_AT_A_TIME: Final = (
    OneAtATime(
        "neighbourhoods_caseloadentry",
        "one_lead_team_per_resident",
        live="ended_at IS NULL AND is_lead",
        ends={"is_lead": "false"},
    ),
    OneAtATime(
        "neighbourhoods_caseloadentry",
        "once_on_a_caseload",
        live="ended_at IS NULL",
        same=("team_id",),
        ends={"ended_at": "app.present()", "ended_reason": MERGED, "is_lead": "false"},
        takes={"is_lead": "w.is_lead OR o.is_lead", "key_worker_id": "coalesce(w.key_worker_id, o.key_worker_id)"},
    ),
    OneAtATime(
        "careplans_careplan",
        "one_current_plan_per_resident",
        live="status NOT IN ('completed', 'revoked', 'entered_in_error')",
        stands="s.status <> 'draft' OR m.status = 'draft'",
        ends={"status": "'revoked'", "ended_at": "app.present()", "ended_reason": MERGED},
        hangs=(
            Hang("careplans_goal", "care_plan_id"),
            Hang("careplans_action", "care_plan_id"),
            Hang("careplans_additionalplan", "care_plan_id"),
            Hang("careplans_need", "care_plan_id"),
            Hang("careplans_option", "care_plan_id"),
            Hang("careplans_attachment", "care_plan_id"),
            Hang("careplans_planreview", "care_plan_id"),
            Hang("careplans_plansection", "care_plan_id", unless_same="key"),
        ),
    ),
    OneAtATime(
        "neighbourhoods_entry",
        "one_entry_of_a_single_kind",
        live="is_single AND ended_at IS NULL",
        same=("kind",),
        stands="(coalesce(s.event_on, s.created_at::date), s.created_at)"
        " >= (coalesce(m.event_on, m.created_at::date), m.created_at)",
        ends={"ended_at": "app.present()", "ended_reason": MERGED},
    ),
)

REFUSES: Final[Mapping[str, tuple[str, str, str]]] = {
    "one_open_offer_between_two_teams": ("referrals_handover", "status = 'offered'", "from_team_id, to_team_id"),
    "one_open_stay_of_a_kind": ("neighbourhoods_stay", "discharged_at IS NULL AND error_at IS NULL", "kind"),
}
"""Two at once that only people can decide: constraint, its table, which rows, what is the same. There is no merge."""

NEVER_TWO: Final[Mapping[str, str]] = {
    "one_open_relationship_per_cause": "A cause is of one resident only.",
}
"""Unique rules that name the resident, and that a merge cannot break."""

HANGS_FROM: Final = ("alerts_alert.about_id", "neighbourhoods_relationship.source_id")
"""Plain ids of the row from which another hangs: it goes back with that, as with its foreign keys."""

SILENT: Final = frozenset(
    {
        "alerts_alert",
        "careplans_actionpair",
        "careplans_plandraft",
        "neighbourhoods_relationship",
        "neighbourhoods_merge",
        "neighbourhoods_emergencyaccess",
    }
)
"""Rows written since a merge that nobody is asked about when it is undone: they go with their cause, or stay."""

FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("family_name", "given_name", "preferred_name", "title", "suffix", "sort_name"),
    "birth_date": ("birth_date", "birth_date_status"),
    "gender": ("gender", "stated_gender", "pronouns"),
    "home": ("postcode", "address_lines", "neighbourhood_id"),
    "phone": ("phone",),
    "email": ("email",),
    "gp_practice": ("gp_practice_id",),
    "death": ("died_on", "death_status"),
    "ethnic_category": ("ethnic_category",),
    "marital_status": ("marital_status",),
    "residential_status": ("residential_status",),
    "language": ("language", "language_proficiency", "interpreter_required"),
    "preferred_contact_method": ("preferred_contact_method",),
    "preferred_written_format": ("preferred_written_format",),
}
"""What a resident's own row says, by what is chosen together. Without a choice the survivor's stays, unless its first
column says nothing."""
EITHER: Final = ("national_opt_out",)
"""What holds if it holds for one of both."""


def as_text() -> str:
    """All of it as JSON, for the database."""
    said = {
        "stays": sorted(STAYS),
        "one_at_a_time": [asdict(rule) for rule in ONE_AT_A_TIME],
        "refuses": [
            {"constraint": name, "table": table, "live": live, "same": same}
            for name, (table, live, same) in REFUSES.items()
        ],
        "hangs_from": list(HANGS_FROM),
        "silent": sorted(SILENT),
        "facts": {name: list(columns) for name, columns in FACTS.items()},
        "either": list(EITHER),
    }
    return json.dumps(said, sort_keys=True)


def digest() -> str:
    """A migration names it (`written.py`): rules that have changed since need another one."""
    return sha256(as_text().encode()).hexdigest()[:12]
