"""What the search box understands."""

from datetime import UTC, date, datetime

import pytest

from carecoord import clock
from carecoord.record.typed import DIGITS_LEFT, NO_ADDRESS, NOT_A_PHONE, Typed, read

SHEILA = date(1948, 3, 14)


@pytest.mark.parametrize(
    "text",
    [
        "999 000 0018",
        "9990000018",
        "999-000-0018",
        "999.000.0018",
        " 99 90 00 00 18 ",
        "999\u2013000\u20130018",
        "NHS No. 999 000 0018",
        "nhs number: 9990000018",
    ],
)
def test_an_nhs_number_is_read_in_any_spacing(text):
    assert read(text) == Typed(nhs_number="9990000018")


@pytest.mark.parametrize(
    "text",
    [
        "Hartley 14/3/1948",
        "Hartley 14-03-1948",
        "hartley 14.3.1948",
        "HARTLEY, 14 3 1948",
        "Hartley 14 Mar 1948",
        "Hartley 14th March 1948",
        "Hartley 14-Mar-1948",
        "Hartley, March 14, 1948",
        "Hartley Mar 14th 1948",
        "Hartley born 14/03/1948",
        "14/3/1948 Hartley",
        "1948-03-14 Hartley",
        "Hartley 14031948",
        "Hartley 19480314",
        "Hartley 1948 03 14",
        "Hartley 14th of March 1948",
        "Hartley 14MAR1948",
        "Hartley 14\u201303\u20131948",
        "Hartley 14\u2011Mar\u20111948",
    ],
)
def test_a_name_and_a_date_of_birth_are_read_in_the_usual_forms(text):
    assert read(text) == Typed(name="hartley", born=SHEILA)


@pytest.mark.parametrize("text", ["Sheila Hartley", "Hartley, Sheila", "  sheila   HARTLEY ", "Shéila Hartley"])
def test_a_name_is_read_as_lists_are_ordered(text):
    assert read(text) == Typed(name="hartley, sheila")


@pytest.mark.parametrize("text", ["999 000 0018 Hartley 14/3/1948", "Hartley 14-03-1948 999 000 0018"])
def test_number_name_and_date_may_come_together(text):
    assert read(text) == Typed(nhs_number="9990000018", name="hartley", born=SHEILA)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("07700 900 123", "07700900123"),
        ("07700900123", "07700900123"),
        ("07700-900-123", "07700900123"),
        ("07700.900.123", "07700900123"),
        ("(0)7700 900123", "07700900123"),
        ("(01632) 960 001", "01632960001"),
        ("020 79460001", "02079460001"),
        ("016977 2345", "0169772345"),
        ("0161 496 0000", "01614960000"),
        ("012 345 6780", "0123456780"),
        ("+44 7700 900123", "447700900123"),
        ("+44 161 496 0000", "441614960000"),
        ("+44 20 7946 0001", "442079460001"),
        ("+44 (0)7700 900123", "4407700900123"),
        ("0044 (0)161 496 0000", "004401614960000"),
        ("00447700900123", "00447700900123"),
        ("+353 1 234 5678", "35312345678"),
        ("Tel: 07700 900123", "07700900123"),
        ("\u202a+44\u00a07700\u2011900123\u202c", "447700900123"),
    ],
)
def test_a_phone_number_is_read_in_any_usual_form(text, digits):
    assert read(text) == Typed(phone=digits)


@pytest.mark.parametrize(
    "text",
    [
        "Hartley 14 03 1948 01632 960001",
        "14/3/1948 Hartley 01632 960001",
        "1948-03-14 01632 960 001 Hartley",
        "01632 960001 Hartley 14 3 1948",
        "01632 960 001 14031948 Hartley",
    ],
)
def test_digits_of_a_phone_number_and_of_a_date_are_kept_apart(text):
    assert read(text) == Typed(phone="01632960001", name="hartley", born=SHEILA)


@pytest.mark.parametrize("text", ["999 000 0018 01632 960001", "01632 960 001 999 000 0018"])
def test_an_nhs_number_stays_one_beside_a_phone_number(text):
    assert read(text) == Typed(nhs_number="9990000018", phone="01632960001")


def test_a_number_of_scotland_that_begins_with_0_is_no_phone_number():
    assert read("010 101 0001") == Typed(nhs_number="0101010001")
    assert read("010 101 0002") == Typed(phone="0101010002")


def test_a_date_and_an_nhs_number_are_no_phone_number_together():
    assert read("01 02 1945 999 000 0018") == Typed(nhs_number="9990000018", born=date(1945, 2, 1))


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123 4",
        "077009001234",
        "07700 9",
        "+44 12",
        "+0161 496 0000",
        "07700 900123 / 01632 960001",
        "07700/900123",
    ],
)
def test_too_many_or_too_few_digits_of_a_phone_number_are_said(text):
    assert read(text) == Typed(problem=NOT_A_PHONE)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("999 000 0019", "This is not a valid NHS number: check the digits"),
        ("AB123456C", "This is a National Insurance number: enter the NHS number, which has 10 digits and no letters"),
        ("Hartley 31/2/1948", "February 1948 has no day 31"),
        ("Hartley 31/2/48", "February 1948 has no day 31"),
        ("Hartley 14 3 48", DIGITS_LEFT),
        ("1948", DIGITS_LEFT),
        ("Hartley ZZ99 3VZ", NO_ADDRESS),
    ],
)
def test_what_makes_no_sense_comes_back_as_a_sentence(text, problem):
    assert read(text) == Typed(problem=problem)


@pytest.mark.parametrize("text", ["", "   ", "\0\0"])
def test_nothing_is_nothing(text):
    assert read(text).is_empty


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        ("Hartley", False),
        ("14/3/1948", False),
        ("H 14/3/1948", False),
        ("07700 900123", False),
        ("H 07700 900123", False),
        ("M1 1AE", False),
        ("id 12345", False),
        ("Hartley 07700 900123", True),
        ("14/3/1948 07700 900123", True),
        ("Hartley M1 1AE", True),
        ("14/3/1948 M1 1AE", True),
        ("M1 1AE 07700 900123", True),
        ("LAS-12345 07700 900123", True),
        ("LAS-12345 M1 1AE", True),
        ("LAS-12345 14/3/1948", True),
        ("LAS-12345 Hartley", True),
        ("Ha 14/3/1948", True),
        ("999 000 0018", True),
    ],
)
def test_an_nhs_number_or_any_two_items_reach_beyond_ones_own_residents_and_no_single_one(text, reaches):
    assert read(text).reaches_everybody is reaches


@pytest.mark.parametrize("text", ["Max Born", "Ki No", "Anna van der Berg", "O'Brien-Smith", "李 小龙", "María-José"])
def test_words_of_a_name_are_never_taken_for_labels(text):
    typed = read(text)
    assert (typed.problem, typed.born, typed.nhs_number) == ("", None, "")
    assert len(typed.name.replace(", ", " ").split()) == len(text.split())


def test_a_postcode_of_the_forces_is_read():
    assert read("bfpo 57 Hartley") == Typed(postcode="BFPO 57", name="hartley")


@pytest.mark.parametrize("text", ["M1 1AE", "m11ae", "m1  1ae", " M1 1ae "])
def test_a_postcode_is_read_in_any_case_and_spacing(text):
    assert read(text) == Typed(postcode="M1 1AE")


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("LAS-12345", "LAS-12345"),
        ("id 12345", "12345"),
        ("ID: 12345", "12345"),
        ("ref no. AB/77", "AB/77"),
        ("local id 99-12", "99-12"),
        ("SC1234567", "SC1234567"),
    ],
)
def test_another_number_is_read_where_a_word_says_so_or_it_has_letters_too(text, identifier):
    assert read(text) == Typed(identifier=identifier)


def test_all_that_is_known_may_come_together():
    assert read("Hartley, Sheila 14/3/1948 M1 1AE 01632 960001 LAS-12345") == Typed(
        name="hartley, sheila", born=SHEILA, postcode="M1 1AE", phone="01632960001", identifier="LAS-12345"
    )


@pytest.mark.parametrize("text", ["Hartley 14/3/48", "Hartley 14-03-48", "Hartley 14.3.48", "Hartley 14 Mar 48"])
def test_a_year_of_two_digits_is_the_latest_that_is_not_to_come(text):
    assert read(text) == Typed(name="hartley", born=SHEILA)


def test_where_either_century_may_be_meant_both_are_looked_for():
    with clock.at(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        assert read("3/1/25").births == (date(2025, 1, 3), date(1925, 1, 3))
        assert read("23/11/26").births == (date(1926, 11, 23),)
        assert read("29/2/00").births == (date(2000, 2, 29),)
        assert read("3/1/05").births == (date(2005, 1, 3),)
