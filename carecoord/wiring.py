"""Where lower rooms are handed what they may not import, by name, all in one place. Runs once when a process starts."""

import careplans.fhir
import neighbourhoods.fhir
import neighbourhoods.fhir_care_teams
from carecoord import outbox
from carecoord.accounts.middleware import call_keeper
from carecoord.alerts import webhooks
from carecoord.alerts.around import TeamsAround
from carecoord.alerts.care import restart_alert_facts
from carecoord.alerts.imports import import_alert_facts
from carecoord.alerts.overdue import nobody_on_duty_facts, released_alert_facts
from carecoord.alerts.privacy import PrivacyFacts
from carecoord.alerts.queries import ANSWERED_BY as QUERY_ANSWERED_BY
from carecoord.alerts.queries import query_alert_facts
from carecoord.alerts.rules import alert_on, resolve_on
from carecoord.alerts.sorted_to import sorted_alert_facts
from carecoord.delivery.addresses import call_addressee_of
from carecoord.delivery.posting import call_endpoints
from carecoord.privacy import noticing, objections, opening
from carecoord.privacy.sentences import call_verbs
from carecoord.record.kept import keep_what_was_sent
from carecoord.record.plan_alerts import overdue_alert_facts, review_alert_facts, tell_of_doubles
from carecoord.record.sentences import CHANGES, LOOKS
from careplans import handlers
from careplans.headings import headings
from neighbourhoods.administered import count_work
from neighbourhoods.definitions import refuse_wrong_files
from neighbourhoods.frame import count_open_items
from neighbourhoods.messages import address_of_message
from neighbourhoods.services.emergencies import note_review
from neighbourhoods.services.messages import MESSAGE
from referrals import feeds_handovers, feeds_referrals
from referrals.alert_facts_handovers import handover_alert_facts
from referrals.alert_facts_referrals import ANSWERED_BY, ASKS, referral_alert_facts, undone_alert_facts
from referrals.services.leaving import release_leaver, work_of

TOLD_TO_PRIVACY_OFFICERS = (
    "membership.created",
    "membership.changed",
    "membership.ended",
    "second_factor.removed",
    "sign_in.linked",
    "sign_in.unlinked",
    "client.created",
    "client.changed",
    "client.secret_rotated",
    "client.old_secret_ended",
    "client.deactivated",
    "client.reactivated",
)

# A team is told once, unless it did it itself.
CARE_TOLD_ONCE = ("package.suspended", "package.due", "stay.plan_due", "cohort.due")

# What a hospital's system says: told to the teams around.
HOSPITAL = ("hospital.admitted", "hospital.transferred", "hospital.discharge_planned", "hospital.discharged")
# What happens to somebody, and their plan is to be looked at again because of it (decision 0052).
BRING_REVIEWS_FORWARD = {
    "stay.discharged": handlers.on_discharge,
    "entry.recorded": handlers.on_entry,
    "entry.corrected": handlers.on_entry,
    "entry.ended": handlers.on_entry,
    "contact.ended": handlers.on_contact_ended,
    "resident.moved": handlers.on_move,
    "resident.moved_away": handlers.on_move,
}

# Told to the teams around, and under another name to the privacy officers.
RESTRICTIONS = {"resident.restricted": "restriction.made", "resident.restriction_lifted": "restriction.lifted"}

# What teams are told that have no more than the card of a referral or handover.
ASKED = {"resident.died": "resident.died_asked", "resident.death_undone": "resident.death_undone_asked"}

# News that changes nobody's job, or that its team reads where the work is. tests/architecture/test_topics.py asks for
# a handler or a line here for everything that is published.
NOBODY_NEEDS_TELLING = frozenset(
    {
        # Seen by everybody who works on the plan, in the plan and in the timeline.
        "action.both_right", "action.not_both_right", "action.scheduled", "action.started", "action.held",
        "action.reset", "action.completed", "action.cancelled", "action.stopped", "action.entered_in_error",
        "additional_plan.added", "additional_plan.changed", "additional_plan.entered_in_error",
        "goal.added", "goal.changed", "goal.moved",
        "stage.added", "stage.changed", "stage.moved", "outcome.reported", "outcome.entered_in_error",
        "need.added", "need.changed", "need.moved",
        "option.offered", "option.chosen", "option.declined", "option.entered_in_error",
        "attachment.added", "attachment.entered_in_error",
        "plan.created", "plan.activated", "plan.held", "plan.resumed", "plan.funding_set", "plan.carers_copy_set",
        "section.written", "section.entered_in_error",
        "contact.added", "contact.changed",
        # Read with what became of it on the page of messages.
        "message.sent",
        "proxy.proposed", "proxy.activated", "proxy.rejected", "proxy.ended", "proxy.entered_in_error",
        "proxy.reviewed",
        "encounter.planned", "encounter.recorded", "encounter.changed", "encounter.completed", "encounter.missed",
        "encounter.cancelled", "encounter.entered_in_error",
        "resident.registered", "resident.changed",
        # Read on the page of stays and care packages. A plan that is due is told when it is.
        "package.arranged", "package.changed", "package.recorded", "package.requested", "package.started",
        "stay.admitted", "stay.assessment_met", "stay.changed", "stay.entered_in_error",
        "stay.plan_met", "stay.readmitted",
        # Part of an accepted handover, which tells both sides.
        "action.transferred", "referral.transferred", "handover.closed",
        # The team that sorts has decided that there is nothing to do. A key worker finds the person on my day.
        "resident.nothing_to_sort", "key_worker.assigned",
        # The receiver works on what it has accepted; the sender reads it in the referral, and is told of the outcome.
        "referral.received", "referral.assigned", "referral.started", "referral.held", "referral.resumed",
        # Whoever meets about somebody has been asked to the huddle, and finds the person among their own.
        "huddle.listed", "huddle.unlisted",
        # Its own alert has ended with it.
        "alert.acknowledged",
        # Made or ended by the administrators who would be told. A person is invited by the email that follows.
        "organisation.created", "team.created", "team.ended", "person.created",
    }
)  # fmt: skip


def connect() -> None:
    """Register handlers of outbox topics, counters of tabs, and how resources of other systems are mapped."""
    refuse_wrong_files(headings)
    _connect_alerts()
    call_addressee_of(MESSAGE, address_of_message)
    call_endpoints(webhooks.endpoint_of_alert, webhooks.note_outcome)
    count_open_items("resident_referrals", feeds_referrals.open_items)
    count_open_items("resident_handovers", feeds_handovers.open_items)
    count_work(work_of)
    call_verbs({**CHANGES, **LOOKS})
    call_keeper(keep_what_was_sent)
    neighbourhoods.fhir.register_mappings()
    neighbourhoods.fhir_care_teams.register_mappings()
    careplans.fhir.register_mappings()


def _connect_alerts() -> None:
    """What resolves comes before what raises: a refusal ends the asking alert, then tells the one who asked."""
    # Closing asks for nothing more: it only ever follows an acceptance, which has resolved the offer.
    for happened in ("accepted", "declined", "withdrawn", "returned", "entered_in_error"):
        resolve_on(f"handover.{happened}")
    for happened in (
        "offered", "accepted", "declined", "returned", "ended_early",
        "unsatisfactory", "said_late", "incident", "needs_missing",
    ):  # fmt: skip
        alert_on(f"handover.{happened}", handover_alert_facts)
    for topic in ANSWERED_BY:
        resolve_on(topic)
    for topic in ASKS:
        alert_on(topic, referral_alert_facts)
    alert_on("referral.acceptance_undone", undone_alert_facts)
    for happened in ("restarted", "ended", "suspended"):
        resolve_on(f"package.{happened}")
    alert_on("package.restart_asked", restart_alert_facts)
    for happened in ("agreed", "review_set", "reviewed", "completed", "revoked", "entered_in_error"):
        resolve_on(f"plan.{happened}")
    alert_on("plan.review_overdue", review_alert_facts)
    for happened in ("created", "changed"):
        outbox.subscribe(f"action.{happened}", tell_of_doubles)
    for topic, handler in BRING_REVIEWS_FORWARD.items():
        outbox.subscribe(topic, handler)
    for topic in (
        "action.sorted",
        "resident.sorted",
        "entry.annotated",
        "proxy.ended_by_age",
        "proxy.review_due",
        "plan.review_brought_forward",
        *CARE_TOLD_ONCE,
    ):
        alert_on(topic, sorted_alert_facts)
    for topic in QUERY_ANSWERED_BY:
        resolve_on(topic)
    alert_on("entry.queried", query_alert_facts)
    # Of what was told before and not read yet, the last telling stands for all; what else is about the team stays.
    for topic in ("actions.overdue", "actions.caught_up"):
        resolve_on(topic, kind="actions.overdue")
    alert_on("actions.overdue", overdue_alert_facts)
    alert_on("duty.nobody", nobody_on_duty_facts)
    for topic in ("membership.ended", "membership.changed", "person.closed"):
        outbox.subscribe(topic, release_leaver)
    alert_on("leaver.released", released_alert_facts)
    alert_on("import.differed", import_alert_facts)
    for topic in TOLD_TO_PRIVACY_OFFICERS:
        alert_on(topic, PrivacyFacts(topic))
    for topic in opening.KINDS:
        alert_on(topic, opening.review_alert_facts)
    for topic in ("emergency.opened", "seal.opened"):
        alert_on(topic, opening.another_alert_facts)
    for topic in ("sharing.decided", "sharing.withdrawn"):
        resolve_on(topic)
    alert_on("sharing.objected", objections.objection_alert_facts)
    alert_on("sharing.decided", objections.decided_alert_facts)
    alert_on("misuse.noticed", noticing.noticed_alert_facts)
    alert_on("relationship.claimed", opening.imported_claim_facts)
    for topic, told in RESTRICTIONS.items():
        outbox.subscribe(topic, TeamsAround(topic))
        alert_on(topic, PrivacyFacts(told))
    for topic in ("resident.merged", "resident.unmerged"):
        outbox.subscribe(topic, TeamsAround(topic))
    resolve_on("resident.death_undone")
    for topic in HOSPITAL:
        outbox.subscribe(topic, TeamsAround(topic))
    for topic in ("resident.moved", "resident.moved_away"):
        outbox.subscribe(topic, TeamsAround(topic))
    for topic, asked in ASKED.items():
        outbox.subscribe(topic, TeamsAround(topic, asked=asked))
    resolve_on("review.closed")
    outbox.subscribe("review.closed", note_review)
