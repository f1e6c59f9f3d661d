"""Marks that turn the direction of reading: refused on one line, and ended with the text they stand in everywhere."""

import unicodedata

import pytest

from carecoord.turning import closed, hidden_in_line, kept_inside
from carecoord.ui import forms, words
from carecoord.ui.marks import with_marks_closed
from neighbourhoods.exporting import as_csv
from neighbourhoods.models import Resident

SENTENCE = "Type this again, do not copy it: it holds a hidden mark that would turn the text around it"
NAMES = [
    "محمد علی",
    "שרה כהן",
    "محمد\u200cعلی",
    "\u200fאבא\u200e",
    "Zoë O'Brien-Łódź",
    "中文",
    "\U0001f469\u200d\U0001f467",
]
OPEN = ["\u202eabc", "a\u2067b\u202ec", "\u2069\u202eabc", "\u202c\u202eabc", "\u2066\u202e\u2069\u2069\u202b"]


class Visit(forms.Form):
    name = forms.CharField(max_length=40)
    note = forms.TextField(required=False)
    postcode = forms.CharField(required=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_any_script_is_kept_as_it_is_typed(name):
    form = Visit({"name": name})
    assert form.is_valid()
    assert form.cleaned_data["name"] == name
    assert kept_inside(name) == closed(name) == name


@pytest.mark.parametrize("mark", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\x07\x1b\x85"])
def test_a_line_with_a_hidden_mark_is_refused_with_what_to_do_and_shown_again(mark):
    form = Visit({"name": f"a{mark}b"})
    assert form.errors["name"] == [SENTENCE]
    assert form["name"].value() == f"a{mark}b"


def test_text_of_its_own_block_and_what_is_read_without_marks_are_taken():
    form = Visit({"name": "Sheila", "note": "\u202bمحمد\u202c\nTwice", "postcode": "\u202aM1 1AE\u202c"})
    assert form.is_valid()
    assert form.cleaned_data["note"] == "\u202bمحمد\u202c\nTwice"


def test_a_tab_is_a_space_and_the_end_of_a_line_is_for_each_field_to_judge():
    assert hidden_in_line("Oxygen,\t2 litres\r\nTwice") == ""


@pytest.mark.parametrize("text", OPEN)
def test_what_is_closed_holds_the_text_whole_and_leaves_nothing_open(text):
    assert text in closed(text)
    assert left_open(closed(text)) == 0
    assert closed(closed(text)) == closed(text)


def test_what_is_closed_already_stays_as_it_is():
    for text in ("\u202eabc\u202c", "\u2067a\u202bb\u2069c", "\u2068a\u2069 \u2068b\u2069"):
        assert closed(text) == text


def test_a_name_that_came_with_a_mark_turns_nothing_beside_it():
    assert words.list_name(family_name="Hartley\u202e", given_name="Ken") == "\u2068HARTLEY\u202e, Ken\u202c\u2069"
    assert words.banner_name(family_name="Hartley", given_name="Ken", title="Mr\u202e") == (
        "HARTLEY, Ken (\u2068Mr\u202e\u202c\u2069)"
    )


def test_what_somebody_is_called_is_ended_where_their_name_is_cut():
    assert Resident(given_name="\u2067محمد علی\u2069").called == "\u2068\u2067محمد\u2069\u2069"
    assert Resident(given_name="محمد علی").called == "محمد"


def test_on_a_page_each_text_ends_its_own_marks_and_what_is_typed_stays():
    page = '<title>\u202eabc</title><p title="\u202eq">a\u2069\u202eb<b>c</b></p><textarea>\u202ed</textarea>'
    assert with_marks_closed(page) == (
        '<title>\u202eabc\u202c</title><p title="\u202eq">\u2068a\u2069\u202eb\u202c<b>c</b></p>'
        "<textarea>\u202ed</textarea>"
    )


@pytest.mark.django_db
def test_what_was_stored_before_turns_nothing_on_a_page(world, signed_in):
    world.nursing.name = "Ward \u202e7"
    world.nursing.save()
    page = signed_in("nurse").get("/")
    assert page.status_code == 200
    assert "Ward \u202e7" in page.text
    for text in page.text.split(">"):
        assert left_open(text.split("<")[0]) == 0


def test_a_cell_of_a_file_turns_none_beside_it():
    assert as_csv(["Name"], [["\u202eabc", "12"]]).splitlines()[1] == "\u202eabc\u202c,12"
    assert as_csv(["Name"], [[NAMES[0], "12"]]).splitlines()[1] == f"{NAMES[0]},12"


def left_open(text):
    """Marks that are open after the last letter, and ends of isolates that are not open."""
    opened, stray = [], 0
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "LRE" | "RLE" | "LRO" | "RLO":
                opened.append("PDF")
            case "LRI" | "RLI" | "FSI":
                opened.append("PDI")
            case "PDF" if opened[-1:] == ["PDF"]:
                opened.pop()
            case "PDI" if "PDI" in opened:
                del opened[len(opened) - 1 - opened[::-1].index("PDI") :]
            case "PDI":
                stray += 1
    return len(opened) + stray
