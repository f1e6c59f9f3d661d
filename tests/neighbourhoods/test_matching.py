"""Whether two descriptions mean the same person, and why."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from carecoord.bench.matching.people import number_of
from neighbourhoods.keys import phone_key
from neighbourhoods.matching import Description, Shared, Verdict, compare
from neighbourhoods.matching.births import slips_of
from neighbourhoods.matching.weights import CAPS, DIFFERENT_NUMBERS, LIKELY, POSSIBLE, WEIGHTS

LIKELY_ONE, POSSIBLE_ONE, NOBODY = Verdict.LIKELY, Verdict.POSSIBLE, Verdict.NONE
SHEILA = Description(
    given_name="Sheila",
    family_name="Hartley",
    birth_date=date(1948, 3, 14),
    gender="female",
    postcode="AM1 1AA",
    phone="01632 960001",
)
HOME = {"postcode": "AM1 1AA", "phone": "01632 960001"}


def like_sheila(**other):
    return replace(SHEILA, **other)


def names_of(match):
    return [str(part.name) for part in match.parts]


@pytest.mark.parametrize(
    ("other", "part"),
    [
        ({}, "birth_same"),
        ({"family_name": "HARTLEY"}, "family_same"),
        ({"given_name": "Hartley", "family_name": "Sheila"}, "names_swapped"),
        ({"given_name": "Shiela"}, "given_alike"),
        ({"given_name": "Sheelagh"}, "given_short"),
        ({"family_name": "Hartly"}, "family_alike"),
        ({"family_name": "Hartley-Brown"}, "family_part"),
        ({"family_name": "Barker"}, "family_changed"),
        ({"given_name": "Sheila Anne"}, "given_part"),
        ({"birth_date": date(1948, 3, 15)}, "birth_slip"),
        ({"birth_date": date(1949, 3, 14)}, "birth_slip"),
        ({"birth_date": date(1958, 3, 14)}, "birth_slip"),
        ({"birth_date": date(1948, 3, 24)}, "birth_slip"),
        ({"birth_date": date(1948, 3, 4)}, "birth_slip"),
        ({"birth_date": date(1948, 3, 28), "birth_is_estimated": True}, "birth_estimated"),
        ({"postcode": "AM9 9ZZ"}, "phone_same"),
        ({"phone": "+44 (0)1632 960001", "postcode": ""}, "phone_same"),
    ],
)
def test_each_way_of_being_alike_is_found_and_is_likely(other, part):
    match = compare(SHEILA, like_sheila(**other))
    assert part in names_of(match)
    assert match.verdict is LIKELY_ONE


@pytest.mark.parametrize(
    ("short", "long"),
    [("Bob", "Robert"), ("Peggy", "Margaret"), ("Em", "Emma"), ("Sandy", "Sandra"), ("Betty", "Elizabeth")],
)
def test_a_short_form_means_the_same(short, long):
    assert "given_short" in names_of(compare(like_sheila(given_name=short), like_sheila(given_name=long)))


def test_a_preferred_name_counts_as_a_given_one():
    known = like_sheila(given_name="Elizabeth", preferred_name="Sheila")
    assert "given_same" in names_of(compare(SHEILA, known))


@pytest.mark.parametrize(("one", "other"), [("Łukasz", "Lukasz"), ("Иван", "Ivan"), ("Muhammad", "Mohammed")])
def test_a_name_in_another_script_or_spelling_is_alike(one, other):
    match = compare(like_sheila(given_name=one, gender="male"), like_sheila(given_name=other, gender="male"))
    assert {"given_same", "given_alike", "given_short"} & set(names_of(match))
    assert match.verdict is LIKELY_ONE


def test_day_and_month_exchanged_are_told_from_any_other_slip():
    known = like_sheila(birth_date=date(1948, 5, 3))
    assert "birth_exchanged" in names_of(compare(like_sheila(birth_date=date(1948, 3, 5)), known))


def test_whoever_moved_and_is_called_otherwise_since_a_marriage_is_likely():
    match = compare(SHEILA, like_sheila(family_name="Barker", postcode="AM9 9ZZ", phone=""))
    assert (match.verdict, match.score) == (LIKELY_ONE, 50)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Roy", "Ray"), ("Jean", "Joan"), ("Manjit", "Ranjit"), ("Susan", "Sandra"), ("Mei Ling", "Mei Fan")],
)
def test_two_names_are_two_names_however_alike(one, other):
    assert "given_other" in names_of(compare(like_sheila(given_name=one), like_sheila(given_name=other)))


dates = st.dates(date(1906, 1, 1), date(2026, 11, 1))
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=30)
numbers = st.integers(0, 400_000).map(number_of)
descriptions = st.builds(
    Description,
    given_name=words,
    family_name=words,
    birth_date=st.none() | dates,
    birth_is_estimated=st.booleans(),
    gender=st.sampled_from(["female", "male", "other", "unknown"]),
    nhs_number=st.none() | numbers,
    preferred_name=words,
    postcode=st.sampled_from(["", "AM1 1AA"]),
    phone=st.sampled_from(["", "01632 960001"]),
)
given_names = st.sampled_from(
    ["Susan", "Linda", "Karen", "Trevor", "Neil", "Wayne", "Zainab", "Nusrat", "Hodan", "Ifrah"]
)


@given(descriptions, numbers, numbers)
def test_two_different_valid_numbers_are_never_the_same_person(one, mine, theirs):
    assume(mine != theirs)
    match = compare(replace(one, nhs_number=mine), replace(one, nhs_number=theirs))
    assert (match.verdict, match.caps) == (NOBODY, (DIFFERENT_NUMBERS,))


@given(descriptions, descriptions)
def test_the_score_says_what_it_is_made_of_and_adds_up(one, other):
    match = compare(one, other)
    assert match.score == sum(part.points for part in match.parts)
    assert [(part.points, part.words) for part in match.parts] == [
        (WEIGHTS[part.name].points, WEIGHTS[part.name].words) for part in match.parts
    ]
    assert (match.verdict is LIKELY_ONE) == (match.score >= LIKELY and not match.caps)
    assert (match.verdict is NOBODY) == (match.score < POSSIBLE and "number_same" not in names_of(match))


@given(descriptions, descriptions)
def test_it_is_the_same_from_either_side(one, other):
    forward, backward = compare(one, other), compare(other, one)
    assert (forward.verdict, forward.score, set(forward.caps)) == (backward.verdict, backward.score, set(backward.caps))


@given(dates, st.integers(15 * 366, 60 * 366))
@example(date(1968, 3, 14), 7305)
def test_father_and_son_of_one_name_at_one_address_are_possible_not_likely(born, days):
    son = Description("Keith", "Barker", born, gender="male", **HOME)
    assume(born - timedelta(days=days) > date(1800, 1, 1))
    father = replace(son, birth_date=born - timedelta(days=days))
    assert compare(son, father).verdict is not LIKELY_ONE


@given(dates, given_names, given_names)
def test_twins_are_not_above_possible(born, first, second):
    assume(first != second)
    one = Description(first, "Barker", born, **HOME)
    assert compare(one, replace(one, given_name=second)).verdict is POSSIBLE_ONE


@given(dates, st.integers(270, 12 * 365), given_names, given_names)
def test_brothers_and_sisters_are_not_above_possible(born, days, first, second):
    assume(first != second)
    one = Description(first, "Barker", born, **HOME)
    other = replace(one, given_name=second, birth_date=born - timedelta(days=days))
    assert compare(one, other).verdict is not LIKELY_ONE


@pytest.mark.parametrize(
    ("other", "cap"),
    [
        ({"given_name": "Linda"}, "given_other"),
        ({"gender": "male"}, "gender_other"),
        ({"given_name": "S"}, "no_given"),
        ({"given_name": ""}, "no_given"),
        ({"birth_date": None}, "no_birth"),
        ({"birth_date": date(1951, 9, 2)}, "birth_other"),
        ({"birth_date": date(1928, 3, 14)}, "generation"),
    ],
)
def test_what_speaks_against_it_makes_it_possible_at_most_and_says_so(other, cap):
    match = compare(SHEILA, like_sheila(**other))
    assert match.verdict is not LIKELY_ONE
    assert CAPS[cap] in match.caps


def test_an_nhs_number_alone_is_not_enough():
    one, other = (
        replace(SHEILA, nhs_number=number_of(1)),
        Description("Ken", "Ogden", date(1990, 7, 7), nhs_number=number_of(1)),
    )
    match = compare(one, other)
    assert match.verdict is POSSIBLE_ONE
    assert CAPS["number_alone"] in match.caps


def test_the_same_number_and_date_of_birth_outweigh_a_changed_name_and_gender():
    one = replace(SHEILA, nhs_number=number_of(1))
    other = Description("Ken", "Ogden", SHEILA.birth_date, gender="male", nhs_number=number_of(1))
    assert compare(one, other).verdict is LIKELY_ONE


def test_a_number_that_was_mistyped_says_nothing():
    mistyped = number_of(1)[:-1] + str((int(number_of(1)[-1]) + 1) % 10)
    match = compare(replace(SHEILA, nhs_number=number_of(1)), replace(SHEILA, nhs_number=mistyped))
    assert match.verdict is LIKELY_ONE


def test_of_somebody_beyond_ones_own_it_is_enough_to_know_what_is_the_same():
    known = replace(SHEILA, postcode="", phone="")
    told = compare(SHEILA, known, Shared(postcode=True, phone=True))
    assert told == compare(SHEILA, SHEILA)


@given(dates)
def test_one_slip_makes_few_dates_and_each_leads_back(born):
    slips = slips_of(born)
    assert born not in slips
    assert len(slips) <= 50
    assert all(born in slips_of(day) for day in slips)


def test_phones_are_the_same_in_every_spelling():
    assert len({phone_key(one) for one in ("01632 960001", "+44 1632 960001", "0044 (0)1632-960001")}) == 1


def test_the_readme_prints_the_weights():
    text = (Path(__file__).parents[2] / "neighbourhoods" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| ([+\u2212]\d+) \|$", text, re.MULTILINE)
    assert rows == [(one.words, f"{one.points:+d}".replace("-", "\u2212")) for one in WEIGHTS.values()]
    assert all(words in text for words in (*CAPS.values(), DIFFERENT_NUMBERS))
    assert f"{LIKELY} points" in text
    assert f"{POSSIBLE} points" in text
