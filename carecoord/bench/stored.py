"""Alerts in bulk: of the past, and such as are due now. In SQL as the owner, past the services, for measuring only."""

from contextlib import ExitStack

from django.db import connection, models, transaction

from carecoord.alerts.models import Alert, AlertRecipient, AlertRung, HeldMessage
from carecoord.bench.alerting import take_away_what_was_told
from carecoord.bench.indexes import set_aside, triggers_off
from carecoord.bench.inserting import insert, literal, new_id, run
from carecoord.bench.loading import MANY, Refused, Say, loaded, refuse_the_real
from carecoord.bench.place import DOMAIN, NURSING
from carecoord.delivery.models import Delivery

MOST_STORED, MOST_DUE = 20_000_000, 1_000_000
FILLED: tuple[type[models.Model], ...] = (Alert, AlertRung, AlertRecipient, Delivery)
# What is due bears it as the moment at which it was made, and nothing else does.
MARK = "'2001-01-01 00:00+00'::timestamptz"
NURSES = f"""
    SELECT m.id, m.user_id, row_number() OVER (ORDER BY m.id) - 1 AS number FROM neighbourhoods_membership m
    JOIN accounts_user u ON u.id = m.user_id WHERE u.email LIKE 'nurse%@{DOMAIN}'
"""
ASKED = """
    SELECT id, resident_id, from_team_id, to_team_id, row_number() OVER (ORDER BY id) - 1 AS number
    FROM referrals_referral
"""
NURSING_TEAM = f"(SELECT id FROM neighbourhoods_team WHERE name = '{NURSING}')"
OF_A_REFERRAL = {
    "kind": "'referral.sent'",
    "about_type": "'referral'",
    "about_id": "r.id",
    "resident_id": "r.resident_id",
    "sending_team_id": "r.from_team_id",
}


def load_alerts(stored: int, due: int, say: Say) -> None:
    """Bring a measuring place up to so many alerts of the past, and leave so many due that nobody has swept.

    What was told while measuring before is taken away. Raises Refused.
    """
    refuse_the_real(loaded())
    if not 0 <= stored <= MOST_STORED or not 0 <= due <= MOST_DUE:
        raise Refused(f"There can be {MOST_STORED} alerts at most, and {MOST_DUE} that are due.")
    with transaction.atomic():
        run("DELETE FROM outbox_outboxmessage WHERE delivered_at IS NULL")
        take_away_what_was_told()
        _take_due_away()
        _aside("nurses", NURSES)
        _aside("referred", ASKED)
        missing = stored - Alert.objects.count()
        if missing > 0:
            say(f"Storing {missing} alerts.")
            _store(missing)
        if due:
            _leave_due(due)
    if not connection.in_atomic_block:
        run("VACUUM (ANALYZE)")


def _store(missing: int) -> None:
    """Of the last three years, about all referrals in turn; of a hundred one still waits, its rung years ahead.

    Each has told one person, by an email that was sent.
    """
    _aside(
        "past",
        f"""
        SELECT {new_id()} AS id, g.n, g.n % 100 = 0 AS waits, g.n % (SELECT count(*) FROM referred) AS referral,
               g.n % (SELECT count(*) FROM nurses) AS nurse, now() - (1 + random() * 1000) * interval '1 day' AS at
        FROM generate_series(1, {missing}) g(n)
        """,
    )
    tables = [model._meta.db_table for model in FILLED]
    with ExitStack() as stack:
        if missing >= MANY:
            stack.enter_context(set_aside(tables))
        stack.enter_context(triggers_off(tables))
        insert(
            Alert,
            "FROM past p JOIN referred r ON r.number = p.referral ORDER BY p.n",
            **OF_A_REFERRAL,
            id="p.id",
            cause_id=new_id(),
            team_id="r.to_team_id",
            state="CASE WHEN p.waits THEN 'waiting' ELSE 'resolved' END",
            created_at="p.at",
            started_at="p.at",
            due_at="p.at + CASE WHEN p.waits THEN interval '2000 days' ELSE interval '5 days' END",
            next_rung_at="CASE WHEN p.waits THEN p.at + interval '2000 days' END",
            acknowledged_at="CASE WHEN NOT p.waits THEN p.at + interval '1 hour' END",
            resolved_at="CASE WHEN NOT p.waits THEN p.at + interval '1 day' END",
        )
        insert(AlertRung, "FROM past p ORDER BY p.n", alert_id="p.id", level="0", fired_at="p.at", told_count="1")
        told = "FROM past p JOIN nurses m ON m.number = p.nurse ORDER BY p.n"
        insert(AlertRecipient, told, alert_id="p.id", membership_id="m.id", level="0", delivered_at="p.at")
        insert(
            Delivery,
            told,
            recipient_id="m.user_id",
            about_type="'alert'",
            about_id="p.id",
            cause="'alert:' || p.id || ':0'",
            subject="'CareCoord: 1 thing is waiting for your team'",
            line="'1 thing is waiting for your team in CareCoord (referral).'",
            path="'/alerts/' || p.id || '/'",
            state=literal(Delivery.State.SENT),
            attempts="1",
            created_at="p.at",
            next_attempt_at="p.at",
            sent_at="p.at",
        )
        run("SET CONSTRAINTS ALL IMMEDIATE")


def _leave_due(due: int) -> None:
    """To the measured team, whose first nurse leads it: as after an outage, the deadline has passed hours ago."""
    run(f"""
        UPDATE neighbourhoods_membershipteam SET is_lead = true
        WHERE team_id = {NURSING_TEAM} AND membership_id = (SELECT id FROM nurses WHERE number = 0)
    """)
    insert(
        Alert,
        f"""FROM (SELECT g.n, g.n % (SELECT count(*) FROM referred) AS referral,
                         now() - (2 + random()) * interval '1 hour' AS at
                  FROM generate_series(1, {due}) g(n)) d JOIN referred r ON r.number = d.referral ORDER BY d.n""",
        **OF_A_REFERRAL,
        cause_id=new_id(),
        team_id=NURSING_TEAM,
        created_at=MARK,
        started_at="d.at - interval '5 days'",
        due_at="d.at",
        next_rung_at="d.at",
        escalation_level="1",
    )


def _take_due_away() -> None:
    _aside("swept", f"SELECT id FROM alerts_alert WHERE created_at = {MARK}")
    for part in (HeldMessage, AlertRung, AlertRecipient):
        run(f"DELETE FROM {part._meta.db_table} WHERE alert_id IN (SELECT id FROM swept)")
    run("DELETE FROM delivery_delivery WHERE about_id IN (SELECT id FROM swept)")
    run("DELETE FROM alerts_alert WHERE id IN (SELECT id FROM swept)")


def _aside(name: str, rows: str) -> None:
    run(f"DROP TABLE IF EXISTS {name}")
    run(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {rows}")
    run(f"ANALYZE {name}")
