"""What residents loaded in bulk have: relationships, plans, actions, referrals, handovers, alerts, history."""

from collections.abc import Callable, Iterator

from carecoord.alerts.models import Alert, AlertRecipient
from carecoord.audit.models import AuditEntry
from carecoord.bench.inserting import insert, literal, new_id, pick, run
from carecoord.bench.large_plans import write_large_plans
from carecoord.bench.place import MeasuringPlace
from carecoord.bench.sizes import OFFERED_HANDOVERS, WAITING_ALERTS, Size
from careplans.headings import of_about_me
from careplans.models import Action, CarePlan, Goal, PlanSection
from careplans.states import ACTION
from neighbourhoods.models import CaseloadEntry, Encounter, Membership, Relationship
from referrals.models import Handover, Referral, ReferralEvent
from referrals.states import REFERRAL

LEAD_TEAM = "CASE WHEN p.is_measured THEN '{nursing}'::uuid ELSE p.practice_team END"
INBOX_STATES = {"sent": 30, "received": 45, "info_requested": 10, "accepted": 10, "in_progress": 5}
OTHER_STATES = {"completed": 45, "cancelled": 10, "in_progress": 13, "accepted": 8, "received": 10} | {
    "sent": 8,
    "rejected": 6,
}
WITH_RECEIVER = ("accepted", "in_progress", "on_hold")
TITLES = {
    "Visit to change the dressing": 5,
    "Ring the daughter about the key": 3,
    "Order a commode": 2,
    "Blood pressure check": 5,
    "Ask the pharmacist about the tablets": 3,
    "Fall-proof the stairs": 2,
}
Part = tuple[str, Callable[[], int]]


def parts(teams: MeasuringPlace, size: Size) -> Iterator[Part]:
    """Each part's name, and what writes it, in the order in which they must be written."""
    nursing = str(teams.nursing.id)
    yield "Relationships and caseloads", lambda: _relationships(nursing) + _caseloads(nursing)
    yield "Plans, goals and actions", lambda: _plans(nursing) + _goals() + _actions() + write_large_plans()
    yield "Referrals", lambda: _referrals(teams, size)
    yield "Handovers", lambda: _handovers(nursing)
    yield "Visits and calls", lambda: _visits(nursing)
    yield "Alerts", lambda: _alerts(nursing)
    yield "History", lambda: _history(teams, size)


def _relationships(nursing: str) -> int:
    def held(team: str, cause: str, why: str, where: str) -> int:
        return insert(
            Relationship,
            f"FROM person p WHERE {where} ORDER BY p.n",
            resident_id="p.id",
            team_id=team,
            level="'record'",
            source_kind=literal(cause),
            source_id="p.id",
            reason=literal(why),
            started_at="p.known_since",
            sort_name="p.family_sort || ', ' || p.given_sort",
        )

    return (
        held("p.practice_team", "registration", "Registered", "true")
        + held("p.care_team", "caseload", "On the caseload", "p.has_care_team")
        + held(f"'{nursing}'::uuid", "caseload", "On the caseload", "p.is_measured")
    )


def _caseloads(nursing: str) -> int:
    keys = "(SELECT array_agg(id) FROM neighbourhoods_membership WHERE organisation_id = (SELECT organisation_id"
    keys += f" FROM neighbourhoods_team WHERE id = '{nursing}'))"

    def entered(team: str, is_lead: str, key_worker: str, where: str) -> int:
        return insert(
            CaseloadEntry,
            f"FROM person p, LATERAL (SELECT {keys} AS keys OFFSET 0) k WHERE {where} ORDER BY p.n",
            resident_id="p.id",
            team_id=team,
            is_lead=is_lead,
            reason="'Known to the team'",
            opened_at="p.known_since",
            key_worker_id=key_worker,
            sort_name="p.family_sort || ', ' || p.given_sort",
        )

    somebody = "CASE WHEN hashint4(p.n) % 4 <> 0 THEN k.keys[1 + abs(hashint4(p.n) / 4) % cardinality(k.keys)] END"
    return (
        entered("p.practice_team", "NOT p.is_measured", "NULL", "true")
        + entered("p.care_team", "false", "NULL", "p.has_care_team")
        + entered(f"'{nursing}'::uuid", "true", somebody, "p.is_measured")
    )


def _plans(nursing: str) -> int:
    """Two in five have a plan; for the rest of the transaction the table `plan` says which is whose."""
    run(f"""
        CREATE TEMPORARY TABLE plan ON COMMIT DROP AS
        SELECT {new_id()} AS id, p.id AS resident_id, p.n, p.known_since, {_lead(nursing)} AS team_id, random() AS at
        FROM person p WHERE p.n % 5 IN (0, 3) OR p.is_measured
    """)
    status = pick({"active": 85, "draft": 10, "on_hold": 5}, "p.at")
    plans = insert(
        CarePlan,
        "FROM plan p ORDER BY p.n",
        id="p.id",
        resident_id="p.resident_id",
        created_at="p.known_since",
        status=status,
        agreed_with_resident="true",
        agreed_on="p.known_since::date",
        review_due_on="current_date + (random() * 365)::int - 10",
        review_team_id="p.team_id",
    )
    keys = ", ".join(f"({literal(heading.key)})" for heading in of_about_me()[:3])
    return plans + insert(
        PlanSection,
        f"FROM plan p, (VALUES {keys}) AS heading(key) ORDER BY p.n",
        care_plan_id="p.id",
        resident_id="p.resident_id",
        created_at="p.known_since",
        key="heading.key",
        body="'Written in bulk, so that there is a paragraph to read on the page and to send to whoever asks for it.'",
    )


def _goals() -> int:
    run(f"""
        CREATE TEMPORARY TABLE goal ON COMMIT DROP AS
        SELECT {new_id()} AS id, p.id AS plan_id, p.resident_id, p.team_id, p.n, p.known_since, number
        FROM plan p, generate_series(1, 2) AS number
    """)
    return insert(
        Goal,
        "FROM goal g ORDER BY g.n",
        id="g.id",
        care_plan_id="g.plan_id",
        resident_id="g.resident_id",
        created_at="g.known_since",
        title="CASE g.number WHEN 1 THEN 'To walk to the shop again' ELSE 'To stay in my own home' END",
        importance="8",
        confidence="1 + g.n % 10",
        status="'active'",
    )


def _actions() -> int:
    """Two or three for each goal, the most of them done."""
    run("""
        CREATE TEMPORARY TABLE deed ON COMMIT DROP AS
        SELECT g.*, random() AS at, random() AS state_at FROM goal g, generate_series(1, 2 + g.n % 2)
    """)
    status = pick({"completed": 55, "not_started": 30, "in_progress": 15}, "d.state_at")
    is_open = f"({status}) = ANY ({literal(sorted(ACTION.open_states()))})"
    return insert(
        Action,
        "FROM deed d ORDER BY d.n",
        resident_id="d.resident_id",
        care_plan_id="d.plan_id",
        goal_id="d.id",
        created_at="d.known_since",
        title=pick(TITLES, "d.at"),
        status=status,
        due_on=f"CASE WHEN {is_open} THEN current_date + (d.at * 180)::int - 6 ELSE d.known_since::date + 14 END",
        ended_at=f"CASE WHEN NOT {is_open} THEN d.known_since + interval '12 days' END",
        accountable_team_id=f"CASE WHEN {is_open} THEN d.team_id END",
        last_accountable_team_id="d.team_id",
    )


def _referrals(teams: MeasuringPlace, size: Size) -> int:
    """Half the residents were referred to some care team once; every so many, to the measured one."""
    nursing = str(teams.nursing.id)
    others, inbox = pick(OTHER_STATES, "p.at"), pick(INBOX_STATES, "p.at")
    own = f"p.n % {size.inbox_every} = 1"
    run(f"""
        CREATE TEMPORARY TABLE asked ON COMMIT DROP AS
        SELECT {new_id()} AS id, p.resident_id, p.n, p.family, p.given, p.born, p.practice_team, p.nhs_number,
               p.to_team, p.status, s.id AS service_id, s.name AS service_name,
               CASE p.status WHEN 'completed' THEN NULL WHEN 'cancelled' THEN NULL
                    WHEN 'accepted' THEN p.to_team WHEN 'in_progress' THEN p.to_team ELSE p.practice_team END AS holder,
               CASE p.status WHEN 'completed' THEN NULL WHEN 'cancelled' THEN NULL
                    WHEN 'info_requested' THEN p.practice_team WHEN 'rejected' THEN p.practice_team
                    ELSE p.to_team END AS waiting_on,
               now() - CASE WHEN p.status IN ('sent', 'received', 'info_requested') THEN p.since * interval '3 days'
                            ELSE interval '3 days' + p.since * interval '400 days' END AS sent_at
        FROM (SELECT r.id AS resident_id, r.n, r.family, r.given, r.born, r.practice_team, x.nhs_number,
                     CASE WHEN {own.replace("p.", "r.")} THEN '{nursing}'::uuid ELSE r.care_team END AS to_team,
                     CASE WHEN {own.replace("p.", "r.")} THEN {inbox.replace("p.at", "r.at")}
                          ELSE {others.replace("p.at", "r.at")} END AS status,
                     r.at, random() AS since
              FROM (SELECT person.*, random() AS at FROM person) r LEFT JOIN number x ON x.n = r.n
              WHERE r.n % 2 = 0 OR {own.replace("p.", "r.")}) p
        JOIN neighbourhoods_service s ON s.team_id = p.to_team
    """)
    return _referral_rows() + _referral_events() + _referral_relationships()


def _referral_rows() -> int:
    person = """jsonb_build_object('family_name', a.family, 'given_name', a.given, 'title', '', 'preferred_name', '',
        'birth_date', a.born, 'birth_date_status', 'exact', 'gender', 'Female', 'nhs_number', a.nhs_number,
        'is_restricted', false, 'lives_in', 'Measuring North', 'gp_practice', 'Measuring Practice')"""
    ask = """jsonb_build_object('service', a.service_name, 'service_organisation', 'Measuring Health',
        'team', a.service_name, 'organisation', 'Measuring Practice', 'phone', '', 'sender', 'Written in bulk',
        'urgency', 'routine', 'urgency_reason', '', 'reason', 'Unsteady since the winter', 'risks', '[]'::jsonb,
        'no_known_risks', true, 'persons_choice', '', 'told_resident', '')"""
    took = f"a.status IN ({', '.join(map(literal, (*WITH_RECEIVER, 'completed')))})"
    return insert(
        Referral,
        "FROM asked a ORDER BY a.n",
        id="a.id",
        resident_id="a.resident_id",
        created_at="a.sent_at",
        reference="'MEA-' || (10000000 + a.n)",
        journey_id="a.id",
        service_id="a.service_id",
        status="a.status",
        urgency="CASE WHEN a.n % 9 = 0 THEN 'urgent' WHEN a.n % 4 = 0 THEN 'soon' ELSE 'routine' END",
        urgency_reason="CASE WHEN a.n % 9 = 0 THEN 'Alone over the weekend' ELSE '' END",
        reason="'Unsteady since the winter. Lives alone, and has stopped going to the shop.'",
        no_known_risks="true",
        from_team_id="a.practice_team",
        to_team_id="a.to_team",
        accountable_team_id="a.holder",
        waiting_on_id="a.waiting_on",
        sent_at="a.sent_at",
        accepted_at=f"CASE WHEN {took} THEN a.sent_at + interval '1 day' END",
        respond_by="a.sent_at + CASE WHEN a.n % 9 = 0 THEN interval '2 days' ELSE interval '5 days' END",
        outcome="CASE WHEN a.status = 'completed' THEN 'Walks to the shop again.' ELSE '' END",
        outcome_acknowledged_at="CASE WHEN a.status = 'completed' THEN a.sent_at + interval '30 days' END",
        ended_at="CASE WHEN a.status IN ('completed', 'cancelled') THEN a.sent_at + interval '29 days' END",
        card=f"jsonb_build_object('person', {person}, 'ask', {ask}, 'banner', '{{}}'::jsonb, 'most_important', '')",
    )


def _referral_events() -> int:
    return insert(
        ReferralEvent,
        "FROM asked a ORDER BY a.n",
        referral_id="a.id",
        resident_id="a.resident_id",
        created_at="a.sent_at",
        verb="'send'",
        from_status="'draft'",
        to_status="'sent'",
        by_team_id="a.practice_team",
    )


def _referral_relationships() -> int:
    """A card before acceptance, the record after it; ended with the referral."""
    return insert(
        Relationship,
        "FROM asked a ORDER BY a.n",
        resident_id="a.resident_id",
        team_id="a.to_team",
        level=f"CASE WHEN a.status = ANY ({literal([*WITH_RECEIVER, 'completed'])}) THEN 'record' ELSE 'card' END",
        source_kind="'referral'",
        source_id="a.id",
        started_at="a.sent_at",
        sort_name="(SELECT r.sort_name FROM neighbourhoods_resident r WHERE r.id = a.resident_id)",
        ended_at=f"CASE WHEN a.status = ANY ({literal(sorted(REFERRAL.open_states() - {'completed', 'rejected'}))})"
        " THEN NULL ELSE a.sent_at + interval '29 days' END",
    )


def _handovers(nursing: str) -> int:
    """One for every twenty residents, long accepted and closed; the last few are on offer to the measured team."""
    run(f"""
        CREATE TEMPORARY TABLE given ON COMMIT DROP AS
        SELECT {new_id()} AS id, p.id AS resident_id, p.n, p.practice_team, p.care_team,
               now() - random() * interval '1 day' AS offered_at,
               row_number() OVER (ORDER BY p.n DESC) <= {OFFERED_HANDOVERS} AS is_open
        FROM person p WHERE p.n % 20 = 7 AND NOT p.is_measured
    """)
    written = insert(
        Handover,
        "FROM given g ORDER BY g.n",
        id="g.id",
        resident_id="g.resident_id",
        created_at="g.offered_at",
        kind="'team'",
        status="CASE WHEN g.is_open THEN 'offered' ELSE 'closed' END",
        situation="'Goes to her sister for a month.'",
        from_team_id="g.practice_team",
        to_team_id=f"CASE WHEN g.is_open THEN '{nursing}'::uuid ELSE g.care_team END",
        accountable_team_id="CASE WHEN g.is_open THEN g.practice_team END",
        waiting_on_id=f"CASE WHEN g.is_open THEN '{nursing}'::uuid END",
        offered_at="g.offered_at",
        accept_by="g.offered_at + interval '2 days'",
        answered_at="CASE WHEN NOT g.is_open THEN g.offered_at + interval '2 hours' END",
        ended_at="CASE WHEN NOT g.is_open THEN g.offered_at + interval '20 hours' END",
    )
    return written + insert(
        Relationship,
        "FROM given g WHERE g.is_open",
        resident_id="g.resident_id",
        team_id=f"'{nursing}'::uuid",
        level="'card'",
        source_kind="'handover'",
        source_id="g.id",
        started_at="g.offered_at",
    )


def _visits(nursing: str) -> int:
    return insert(
        Encounter,
        f"""FROM (SELECT person.*, random() AS kind_at, random() AS at, {_lead(nursing, "person")} AS team
            FROM person, generate_series(1, 2) WHERE n % 5 IN (1, 3) OR is_measured) p ORDER BY p.n""",
        resident_id="p.id",
        created_at="now() - p.at * interval '300 days'",
        kind=pick({"visit": 6, "call": 3}, "p.kind_at"),
        status="CASE WHEN p.at < 0.05 THEN 'planned' ELSE 'done' END",
        at="CASE WHEN p.at < 0.05 THEN now() + p.at * interval '200 days' ELSE now() - p.at * interval '300 days' END",
        team_id="p.team",
        method="'in_person'",
        note="'Written in bulk.'",
    )


def _alerts(nursing: str) -> int:
    """About referrals. The few that wait have no rung left, so that no worker begins to insist."""
    run(f"""
        CREATE TEMPORARY TABLE told ON COMMIT DROP AS
        SELECT {new_id()} AS id, a.about_id, a.resident_id, a.n, a.practice_team, a.to_team, a.sent_at,
               CASE WHEN a.status NOT IN ('sent', 'received') THEN 'resolved'
                    WHEN a.to_team = '{nursing}' AND row_number() OVER (
                         PARTITION BY a.to_team, a.status IN ('sent', 'received') ORDER BY a.n) <= {WAITING_ALERTS}
                    THEN 'waiting' ELSE 'acknowledged' END AS state
        FROM (SELECT id AS about_id, resident_id, n, practice_team, to_team, status, sent_at FROM asked) a
    """)
    written = insert(
        Alert,
        "FROM told t ORDER BY t.n",
        id="t.id",
        kind="'referral.sent'",
        about_type="'referral'",
        about_id="t.about_id",
        cause_id="t.about_id",
        resident_id="t.resident_id",
        team_id="t.to_team",
        sending_team_id="t.practice_team",
        state="t.state",
        created_at="t.sent_at",
        started_at="t.sent_at",
        due_at="t.sent_at + interval '5 days'",
        acknowledged_at="CASE WHEN t.state <> 'waiting' THEN t.sent_at + interval '1 hour' END",
        resolved_at="CASE WHEN t.state = 'resolved' THEN t.sent_at + interval '1 day' END",
    )
    members = Membership._meta.db_table
    return written + insert(
        AlertRecipient,
        f"FROM told t, {members} m WHERE t.to_team = '{nursing}' AND t.state = 'waiting'"
        f" AND m.organisation_id = (SELECT organisation_id FROM neighbourhoods_team WHERE id = '{nursing}')",
        alert_id="t.id",
        membership_id="m.id",
        level="0",
        delivered_at="t.sent_at",
    )


def _history(teams: MeasuringPlace, size: Size) -> int:
    """Ten years of everybody's audit, in the order of time, as it would have been written."""
    return sum(_history_row(teams, number, size.history_of_each) for number in range(size.history_of_each))


def _history_row(teams: MeasuringPlace, number: int, of: int) -> int:
    verb, kind, about = HISTORY_BEGAN[number] if number < len(HISTORY_BEGAN) else HISTORY[number % len(HISTORY)]
    return insert(
        AuditEntry,
        "FROM person p",
        at=f"now() - ({of - number} - random()) * {YEARS_OF_HISTORY / of} * interval '1 year'",
        kind=literal(kind),
        verb=literal(verb),
        actor_kind="'service'",
        actor_id=f"'{teams.builder.actor_id}'::uuid",
        organisation_id=f"'{teams.builder.organisation_id}'::uuid",
        resident_id="p.id",
        about_type=literal(about),
        about_id="p.id",
    )


YEARS_OF_HISTORY = 10
HISTORY_BEGAN = (("resident.registered", "change", "resident"), ("caseload.opened", "change", "caseload_entry"))
HISTORY = (
    ("resident.viewed", "look", "resident"),
    ("entry.recorded", "change", "entry"),
    ("plan.viewed", "look", "plan"),
    ("resident.viewed", "look", "resident"),
    ("resident.changed", "change", "resident"),
)


def _lead(nursing: str, of: str = "p") -> str:
    return LEAD_TEAM.replace("p.", f"{of}.").format(nursing=nursing)
