"""The table of rungs in the README is the one that fires, and every kind has words and a page."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from carecoord import wiring
from carecoord.alerts import rules
from carecoord.alerts.emails import email_words
from carecoord.alerts.kinds import KINDS, NOT_ANSWERED, kind_of, title_of
from carecoord.alerts.models import Alert
from carecoord.alerts.rungs import LADDER
from carecoord.ids import new_id
from carecoord.outbox import subscriptions
from carecoord.outbox.subscriptions import handlers_of
from referrals.alert_facts_referrals import ASKS

README = Path(rules.__file__).with_name("README.md")


def test_the_readme_shows_the_ladder_that_fires():
    rows = re.findall(r"^\| (\d) \| (\d+) % \| (\w+) \|", README.read_text(), re.MULTILINE)
    assert [(int(level), int(share), who) for level, share, who in rows] == [
        (rung.level, round(rung.share * 100), rung.audience) for rung in LADDER
    ]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_opens_a_page_that_exists_and_has_emails_that_fit(name):
    kind = kind_of(name)
    assert kind.opens == "" or reverse(kind.opens, args=[new_id()])
    for kind_name in (name, f"{name}{NOT_ANSWERED}"):
        assert title_of(kind_name)
        for rung in LADDER:
            words = email_words(Alert(kind=kind_name, is_urgent=True), rung)
            assert len(words.subject) <= 120
            assert len(words.line) <= 200


@pytest.mark.parametrize(
    ("kind", "level", "line"),
    [
        ("handover.offered", 0, "1 thing is waiting for your team in CareCoord (handover, urgent)."),
        ("handover.offered", 1, "1 thing is still waiting for your team in CareCoord (handover, urgent)."),
        ("referral.sent", 2, "1 thing for your team was not answered in time in CareCoord (referral, urgent)."),
        (
            "referral.sent.not_answered",
            3,
            "1 thing that your team has sent was not answered in time in CareCoord (referral, urgent).",
        ),
        (
            "referral.sent.not_answered",
            4,
            "1 thing in your place was not answered in time in CareCoord (referral, urgent).",
        ),
    ],
)
def test_an_email_says_count_kind_and_urgency(kind, level, line):
    assert email_words(Alert(kind=kind, is_urgent=True), LADDER[level]).line == line


def test_an_email_to_privacy_officers_has_a_reference_and_nothing_else():
    alert = Alert(kind="relationship.claimed")
    assert email_words(alert, LADDER[0]).line == (
        f"1 thing is waiting for the privacy officers in CareCoord (record opened, {alert.reference})."
    )
    assert re.fullmatch(r"AL-\d{6}", alert.reference)


@pytest.mark.parametrize("topic", ["handover.offered", "relationship.claimed", "membership.created", *ASKS])
def test_news_that_asks_for_something_raises_an_alert(topic):
    assert any(isinstance(handler, rules._Raise) for handler in handlers_of(topic))


@pytest.mark.parametrize("topic", ["handover.declined", "referral.declined", "referral.completed", "referral.failed"])
def test_a_refusal_first_ends_what_was_asked_and_then_tells_who_had_asked(topic):
    first, second = handlers_of(topic)
    assert isinstance(first, rules._Resolve)
    assert isinstance(second, rules._Raise)


def test_connecting_twice_is_once():
    before = {topic: list(handlers) for topic, handlers in subscriptions._handlers.items()}
    wiring.connect()
    assert {topic: list(handlers) for topic, handlers in subscriptions._handlers.items() if handlers} == {
        topic: handlers for topic, handlers in before.items() if handlers
    }
