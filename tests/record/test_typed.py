"""What the search box understands."""

from datetime import date

import pytest

from carecoord.record.typed import Typed, read

SHEILA = date(1948, 3, 14)


@pytest.mark.parametrize(
    "text",
    [
        "999 000 0018",
        "9990000018",
        "999-000-0018",
        " 99 90 00 00 18 ",
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
        "Hartley born 14/03/1948",
        "14/3/1948 Hartley",
        "1948-03-14 Hartley",
        "Hartley 14031948",
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
    ("text", "problem"),
    [
        ("999 000 0019", "This is not a valid NHS number: check the digits"),
        ("AB123456C", "This is a National Insurance number: enter the NHS number, which has 10 digits and no letters"),
        ("Hartley 31/2/1948", "February 1948 has no day 31"),
        ("Hartley 14/3/48", "Enter all 10 digits of an NHS number, or a date of birth such as 14/3/1948"),
        ("1948", "Enter all 10 digits of an NHS number, or a date of birth such as 14/3/1948"),
    ],
)
def test_what_makes_no_sense_comes_back_as_a_sentence(text, problem):
    assert read(text) == Typed(problem=problem)


@pytest.mark.parametrize("text", ["", "   ", "\0\0"])
def test_nothing_is_nothing(text):
    assert read(text).is_empty


@pytest.mark.parametrize(
    ("text", "reaches"),
    [("Hartley", False), ("14/3/1948", False), ("H 14/3/1948", False), ("Ha 14/3/1948", True), ("999 000 0018", True)],
)
def test_only_a_number_or_two_identifying_items_reach_beyond_ones_own_residents(text, reaches):
    assert read(text).reaches_everybody is reaches


@pytest.mark.parametrize("text", ["Max Born", "Ki No", "Anna van der Berg", "O'Brien-Smith", "李 小龙", "María-José"])
def test_words_of_a_name_are_never_taken_for_labels(text):
    typed = read(text)
    assert (typed.problem, typed.born, typed.nhs_number) == ("", None, "")
    assert len(typed.name.replace(", ", " ").split()) == len(text.split())
