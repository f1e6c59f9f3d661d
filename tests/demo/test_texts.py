"""The words of the demonstration fit whomever they are said of. Nothing is made here, so this is quick."""

import re
from datetime import UTC, datetime

import pytest

from carecoord.demo import cohorts, tables, visits, year_handovers, year_plans, year_referrals
from carecoord.demo.chance import chance
from carecoord.demo.population import draw
from carecoord.demo.year_contacts import whose
from carecoord.demo.year_texts import TEXTS, service_of, text_for

PRONOUNS = re.compile(r"\b(he|she|him|his|her|hers|himself|herself)\b", re.IGNORECASE)
EVERY_TEXT = [(service, text) for service, texts in TEXTS.items() for text in texts]
KINDS = {
    "nursing",
    "social care",
    "link worker",
    "practice",
    "mental health",
    "care home",
    "ward",
    "children",
    "therapy",
}


def strings(value):
    match value:
        case str():
            yield value
        case dict():
            for key, inner in value.items():
                yield from (*strings(key), *strings(inner))
        case list() | tuple() | set() | frozenset():
            for inner in value:
                yield from strings(inner)


def test_there_are_at_least_forty_texts_for_nine_kinds_of_service():
    assert set(TEXTS) == KINDS
    assert len({text.note for _, text in EVERY_TEXT}) == len(EVERY_TEXT) >= 40


@pytest.mark.parametrize(("service", "text"), EVERY_TEXT, ids=lambda one: getattr(one, "note", one)[:30])
def test_a_text_calls_nobody_he_or_she_and_says_what_came_of_it(service, text):
    assert not PRONOUNS.search(f"{text.purpose} {text.note} {text.outcome}")
    assert bool(text.outcome) == bool(text.purpose) == (text.kind != "note")


def test_a_call_does_nothing_with_hands():
    hands = re.compile(r"dressing (dry|changed)|weight \d|skin|given|taken at|blood pressure", re.IGNORECASE)
    calls = [text for _, text in EVERY_TEXT if text.kind == "call"]
    assert calls
    assert [text for text in calls if hands.search(text.note)] == []
    assert [row for row in visits.DONE if row[3] == "call" and hands.search(row[4])] == []


def test_words_that_are_drawn_for_anybody_call_nobody_he_or_she():
    drawn = [
        *(strings([vars_of(cohort) for cohort in cohorts.EVERYBODY])),
        *strings([year_handovers.SITUATIONS, year_handovers.BACKGROUNDS, year_handovers.ADVICE]),
        *strings([year_referrals.OUTCOMES, year_plans.WORDS, year_plans.WHY]),
    ]
    assert len(drawn) > 200
    assert [words for words in drawn if PRONOUNS.search(words)] == []


def vars_of(cohort):
    return [getattr(cohort, name) for name in ("reasons", "goals", "actions", "asks", "entries", "words")]


@pytest.mark.parametrize(
    ("team", "service"),
    [
        ("Millbrook Community Nursing", "nursing"),
        ("Children's Community Nursing", "children"),
        ("Adult Social Care, Weirside", "social care"),
        ("Stonebeck Integrated Team", "link worker"),
        ("Befriending", "link worker"),
        ("Highgate Surgery team", "practice"),
        ("Community Mental Health Team", "mental health"),
        ("Moor View", "care home"),
        ("Ward 3, Frailty", "ward"),
        ("Strength and Balance", "therapy"),
    ],
)
def test_a_team_writes_what_its_kind_of_service_writes(team, service):
    assert service_of(team) == service
    assert text_for(chance(1, "text"), team) in TEXTS[service]


def test_contacts_are_with_residents_of_every_team_before_they_are_with_anybody_twice():
    people = draw(chance(1, "who"), 400, datetime(2025, 11, 15, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))
    seen = whose(people)
    first = [next(seen) for _ in range(len(people) // 3)]
    assert {who.team for who in first} == {who.team for who in people}
    assert len({who.number for who in first}) == len(first)


def test_every_team_has_visits_calls_or_notes_of_its_own_to_write():
    names = [team.name for row in tables.ORGANISATIONS for team in row.teams]
    assert {service_of(name) for name in names} == KINDS
    assert all(text_for(chance(1, name), name, is_note=True).kind == "note" for name in names)
