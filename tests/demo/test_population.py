"""Who lives in the demonstration place: as different as people are, and nobody whom it could be taken for real.

Drawn only, nothing is stored, so this is quick.
"""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.conf import settings

from carecoord.demo import people, residents
from carecoord.demo.chance import chance
from carecoord.demo.heritages import HERITAGES
from carecoord.demo.population import draw, phone_of_kin


@pytest.fixture(scope="module")
def everybody():
    return draw(chance(1, "who"), 2000, datetime(2025, 11, 15, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))


def share(of, whole):
    return len(of) / len(whole)


def test_most_have_been_asked_for_their_ethnic_category_and_language(everybody):
    assert share([who for who in everybody if who.identity.ethnic_category not in {"", "Z", "99"}], everybody) > 0.8
    assert share([who for who in everybody if who.identity.language], everybody) > 0.8
    assert share([who for who in everybody if who.identity.interpreter_required is not None], everybody) > 0.8


def test_what_they_speak_and_how_they_describe_themselves_goes_with_their_name(everybody):
    for who in everybody:
        assert who.identity.language in {"", who.heritage.code}
        assert who.identity.ethnic_category in {"", "Z", "99", *who.heritage.ethnic}
        if who.identity.interpreter_required:
            assert who.heritage.language
            assert who.identity.language_proficiency in {"F", "P"}
    assert len({who.identity.language for who in everybody}) > 15
    assert sum(bool(who.identity.interpreter_required) for who in everybody) > 100


def test_family_names_agree_with_who_bears_them(everybody):
    for who in everybody:
        if who.identity.gender in {"female", "male"}:
            assert who.identity.family_name in who.heritage.families(is_woman=who.identity.gender == "female")
    polish = next(one for one in HERITAGES if one.language == "Polish")
    assert not [name for name in polish.families_of_men if name.endswith("ska")]
    assert not [name for name in polish.families_of_women if name.endswith("ski")]
    assert "Kowalska" in polish.families_of_women
    assert "Kowalski" in polish.families_of_men


def test_names_that_try_programs_are_not_among_them(everybody):
    awkward = {"null", "x", "test", "nan", "none", "undefined", "true"}
    names = {name.lower() for who in everybody for name in (who.identity.given_name, who.identity.family_name)}
    names |= {part.lower() for row in people.staff(chance(1, "staff")) for part in row.name.split()}
    assert {name for name in names if awkward & {name, *name.split("-")}} == set()


def test_few_share_a_whole_name(everybody):
    names = Counter((who.identity.given_name, who.identity.family_name) for who in everybody)
    assert share(names, everybody) > 0.75
    assert max(names.values()) <= 5


def test_nobody_has_the_phone_of_somebody_else_and_every_number_is_one_for_drama(everybody):
    phones = [who.identity.phone for who in everybody if who.identity.phone]
    kin = [phone_of_kin(who.number) for who in everybody]
    by_hand = {row.phone for row in residents.ROWS if row.phone}
    assert len(phones) > 1200
    assert len({*phones, *kin}) == len(phones) + len(kin)
    assert not by_hand & {*phones, *kin}
    drama = ("07700 900 ", "01632 960 ", *(f"{town} 496 " for town in ("0113", "0114", "0115", "0121", "0151", "0161")))
    assert all(phone.startswith(drama) for phone in (*phones, *kin))


def codes_of(name):
    return {line.partition(",")[0] for line in (settings.CODES / f"{name}.csv").read_text().splitlines()[1:]}


def test_codes_are_of_the_lists():
    languages, ethnic = codes_of("human-language"), codes_of("ethnic-category")
    assert {one.code for one in HERITAGES} <= languages
    assert {letter for one in HERITAGES for letter in one.ethnic} <= ethnic
