"""Any file that a spreadsheet or a database writes is read, or refused with a sentence that says what to do."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest

from carecoord.uploads import MOST_BYTES
from neighbourhoods.importing.columns import MEANINGS, fault_of, guess
from neighbourhoods.importing.days import DayFault, is_month_first, read_day
from neighbourhoods.importing.people import Facts, Known, looked_up_by, read_person
from neighbourhoods.importing.reading import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    FileFault,
    Line,
    read_table,
)
from tests.hostile.strings import OURS, kept_beside

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
NASTY = SHARED / "nasty-csv"
FILES = sorted(NASTY.glob("*.csv"))
SPECTRUM = sorted((NASTY / "spectrum").glob("*.csv"))
TEXT = "Name,Town\nŁukasz,Zażółć\nAnn,York\n"


def cells(content):
    return [line.cells for line in read_table(content).lines]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.rstrip().encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", "|").encode(),
        ("sep=;\r\n" + TEXT.replace(",", ";")).encode(),
        ("\n\n" + TEXT).encode(),
        TEXT.replace("Ann", '"Ann"').encode(),
        TEXT.replace("\nAnn", "\n\n,\nAnn").encode(),
        TEXT.replace("\n", ",,\n").encode(),
    ],
)
def test_encodings_delimiters_line_ends_and_blank_rows_are_all_the_same_table(content):
    table = read_table(content)
    assert table.header == ("Name", "Town")
    assert [line.cells for line in table.lines] == [("Łukasz", "Zażółć"), ("Ann", "York")]


def test_the_letters_of_western_windows_are_read():
    assert cells("Name,Town\nRenée,O\u2019Hara\n".encode("cp1252")) == [("Renée", "O\u2019Hara")]
    assert cells(b"Name,Town\nA\x81,B\n") == [("A\x81", "B")]


def test_quotes_keep_commas_quotes_and_line_ends():
    assert cells(b'Name,Address\n"Hartley, Sheila","1 ""The Mill""\nWeir Lane"\n') == [
        ("Hartley, Sheila", '1 "The Mill"\nWeir Lane')
    ]


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    table = read_table(b"\nName,Town\n\nAnn,York\n,\nBob,Leeds\n")
    assert [(line.number, line.cells[0]) for line in table.lines] == [(4, "Ann"), (6, "Bob")]
    assert table.blank_rows == 2


def test_headings_are_made_unlike_and_none_is_empty():
    assert read_table(b"Name,,name,Name\na,b,c,d\n").header == ("Name", "Column 2", "name (2)", "Name (3)")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "This file is empty"),
        (b"\xef\xbb\xbf", "This file is empty"),
        (b" \n,,\n\n", "This file is empty"),
        (b"Name,Town\n", "headings and nobody below them"),
        (b"Name,Town\n\n , \n", "headings and nobody below them"),
        (b"PK\x03\x04rest", "not a CSV file"),
        (b"\xd0\xcf\x11\xe0rest", "not a CSV file"),
        (b"a,b\n" + b"x" * MOST_BYTES, "larger than 10 MB"),
        (b"Name\n" + b"Ann\n" * (MOST_ROWS + 1), "more than 20,000 rows"),
        (b",".join([b"h"] * (MOST_COLUMNS + 1)) + b"\n" + b",".join([b"c"] * (MOST_COLUMNS + 1)), "100 columns"),
        (b'Name,Town\n"Ann,York\n' + b"more and more\n" * 20_000, "a quotation mark is not closed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content, told):
    with pytest.raises(FileFault, match=told) as refusal:
        read_table(content)
    assert refusal.value.sentence.endswith(".")
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Ann,York,extra", "There are 3 cells and 2 headings"),
        ("Ann,York,,,extra", "There are 5 cells and 2 headings"),
        ("An\0n,York", "Column 1 has a hidden character"),
        (f"Ann,{'x' * (LONGEST_CELL + 1)}", "Column 2 has more than 2,000 characters"),
    ],
)
def test_a_row_that_cannot_be_trusted_says_why_and_the_others_stay(row, told):
    table = read_table(f"Name,Town\n{row}\nBob,Leeds\n".encode())
    assert told in table.lines[0].fault
    assert table.lines[1] == Line(3, ("Bob", "Leeds"))
    assert "\0" not in "".join(table.lines[0].cells)


def test_cells_that_are_missing_at_the_end_count_as_empty_and_that_is_said():
    line = read_table(b"Name,Town\nAnn\n").lines[0]
    assert (line.cells, line.fault) == (("Ann", ""), "")
    assert line.remark == "1 cells for 2 headings: the last ones count as empty"


@pytest.mark.skipif(not FILES, reason="The awkward files are not beside the project.")
@pytest.mark.parametrize("path", FILES, ids=lambda one: one.name)
def test_every_awkward_file_is_read_or_refused_with_a_sentence(path):
    content = path.read_bytes()
    if path.name == "empty.csv":
        with pytest.raises(FileFault):
            read_table(content)
        return
    table = read_table(content)
    text = content.decode("utf-8", "replace") if path.name != "people_extended.csv" else ""
    expected = [row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row)]
    if text and "�" not in text:
        for line, row in zip(table.lines, expected[1:], strict=True):
            assert line.fault or list(line.cells[: len(row)]) == row[: len(line.cells)]


@pytest.mark.skipif(not SPECTRUM, reason="The awkward files are not beside the project.")
@pytest.mark.parametrize("path", SPECTRUM, ids=lambda one: one.stem)
def test_every_file_of_the_spectrum_says_what_its_json_says(path):
    table = read_table(path.read_bytes())
    said = json.loads(path.with_suffix(".json").read_text())
    assert [dict(zip(table.header, line.cells, strict=True)) for line in table.lines] == said


def person(columns="given_name family_name birth_date", month_first=False, known=None, /, *row):
    line = Line(2, tuple(row))
    return read_person(line, columns.split(), known=known or Known(), month_first=month_first)


def one(meaning, text, **given):
    """Ann Lee with one more cell."""
    columns = f"given_name family_name birth_date {meaning}"
    return person(columns, given.get("month_first", False), given.get("known"), "Ann", "Lee", "1/2/1950", text)


NAUGHTY = [*OURS, *(text for text in kept_beside() if len(text) <= 100)]


@pytest.mark.parametrize(
    "text", [*OURS, *(pytest.param(one, marks=pytest.mark.thorough) for one in NAUGHTY[len(OURS) :])]
)
def test_naughty_names_come_out_as_they_went_in(text):
    plain = " ".join(text.strip("\ufeff \t\r\n\u00a0").split())
    file = io.StringIO()
    csv.writer(file).writerows([("Given name", "Family name", "DOB"), (text, "Lee", "01/02/1950")])
    line = read_table(file.getvalue().encode("utf-8", "replace")).lines[0]
    read = read_person(line, guess(("Given name", "Family name", "DOB")), known=Known(), month_first=False)
    if "\0" in text:
        assert read.faults
    else:
        assert read.facts.identity.given_name == plain
    assert Facts.from_json(json.loads(json.dumps(read.facts.as_json()))) == read.facts


def test_every_name_in_every_script_comes_out_as_it_went_in():
    path = SHARED / "international-names" / "names.csv"
    if not path.exists():
        pytest.skip("The names are not beside the project.")
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    table = read_table(path.read_bytes())
    columns = ["", "family_name", "given_name", "", ""]
    read = [read_person(line, columns, known=Known(), month_first=False).facts.identity for line in table.lines]
    assert [(one.family_name, one.given_name) for one in read] == [
        (" ".join(row["family"].split()), " ".join(row["given"].split())) for row in rows
    ]


@pytest.mark.parametrize(
    ("text", "month_first", "day"),
    [
        ("14/03/1948", False, date(1948, 3, 14)),
        ("14.3.1948", False, date(1948, 3, 14)),
        ("14-3-48", False, date(1948, 3, 14)),
        ("03/14/1948", True, date(1948, 3, 14)),
        ("1948-03-14", False, date(1948, 3, 14)),
        ("1948-03-14", True, date(1948, 3, 14)),
        ("1948-03-14 00:00:00", False, date(1948, 3, 14)),
        ("1948-03-14T00:00:00.000Z", False, date(1948, 3, 14)),
        ("14/03/1948 00:00", False, date(1948, 3, 14)),
        ("14 March 1948", False, date(1948, 3, 14)),
        ("14-Mar-48", False, date(1948, 3, 14)),
        ("14th Mar, 1948", False, date(1948, 3, 14)),
        ("March 14, 1948", False, date(1948, 3, 14)),
        ("19480314", False, date(1948, 3, 14)),
        ("14031948", False, date(1948, 3, 14)),
        ("20101920", False, date(1920, 10, 20)),
    ],
)
def test_days_are_read_in_every_usual_form(text, month_first, day):
    assert read_day("Date of birth", text, month_first=month_first) == day


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("31/02/1948", "February 1948 has no day 31"),
        ("14/13/1948", "must have a month from 1 to 12"),
        ("1/2/20", "must have a year of 4 digits: 20 may be 1920 or 2020"),
        ("17606", "a spreadsheet's own number of a day"),
        ("soon", "cannot be read: write it as 14/03/1948"),
        ("\uff114/03/1948", "must have a day from 1 to 31|cannot be read"),
    ],
)
def test_a_day_that_is_none_or_may_be_two_is_refused(text, told):
    with pytest.raises(DayFault, match=told):
        read_day("Date of birth", text, month_first=False)


def test_the_order_of_day_and_month_is_told_by_the_whole_column():
    assert is_month_first(["01/02/1950", "03/14/1948"])
    assert not is_month_first(["01/02/1950", "02/03/1948"])
    assert not is_month_first(["14/02/1950", "03/14/1948"])


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["NHS No.", "Surname", "Forename(s)", "D.O.B."], ["nhs_number", "family_name", "given_name", "birth_date"]),
        (["Date of birth (dd/mm/yyyy)", "Sex", "Post Code"], ["birth_date", "gender", "postcode"]),
        (["Address 1", "Address 2", "TOWN", "e-mail"], ["address", "address", "address", "email"]),
        (["Phone", "Mobile", "GP Practice Code"], ["phone", "phone", "gp_practice"]),
        (["DOB", "Date of Birth"], ["birth_date", ""]),
        (["Favourite colour", ""], ["", ""]),
    ],
)
def test_headings_are_guessed(headings, expected):
    assert guess(headings) == expected


def test_every_heading_means_one_thing():
    headings = [heading for meaning in MEANINGS.values() for heading in meaning.headings]
    assert len(headings) == len(set(headings))
    assert all(
        guess([meaning.label]) == [key] for key, meaning in MEANINGS.items() if key not in ("full_name", "local_id")
    )


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (["given_name", "family_name", "birth_date"], ""),
        (["full_name", "nhs_number"], ""),
        (["birth_date", "nhs_number"], "Say in which columns the names are"),
        (["full_name"], "By a name alone nobody can be told from others"),
        (["full_name", "birth_date", "birth_date"], "Two columns are Date of birth"),
        (["full_name", "birth_date", "address", "address"], ""),
    ],
)
def test_people_are_read_by_a_name_and_one_thing_more(columns, told):
    assert told in fault_of(columns) if told else fault_of(columns) == ""


@pytest.mark.parametrize(
    ("meaning", "text", "attribute", "value"),
    [
        ("nhs_number", "999 000 0018", "nhs_number", "9990000018"),
        ("nhs_number", '="9990000018"', "nhs_number", "9990000018"),
        ("nhs_number", "9990000018.0", "nhs_number", "9990000018"),
        ("gender", "F", "gender", "female"),
        ("gender", "Male", "gender", "male"),
        ("postcode", "am11aa", "postcode", "AM1 1AA"),
        ("phone", "+44 7700 900123", "phone", "+44 7700 900123"),
        ("email", "ann@example.org", "email", "ann@example.org"),
        ("interpreter_required", "Y", "interpreter_required", True),
        ("address", "1 Loom Street\nAldermoor", "address_lines", ("1 Loom Street", "Aldermoor")),
        ("middle_names", "Mary", "given_name", "Ann Mary"),
        ("died_on", "03/04/2020", "died_on", date(2020, 4, 3)),
    ],
)
def test_what_is_said_is_taken(meaning, text, attribute, value):
    read = one(meaning, text)
    assert (getattr(read.facts.identity, attribute), read.faults, read.remarks) == (value, (), ())


@pytest.mark.parametrize(
    ("meaning", "text", "told"),
    [
        ("nhs_number", "999 123 4567", "not a valid NHS number"),
        ("nhs_number", "9.99E+09", "has rounded the NHS number"),
        ("preferred_name", "x" * 101, "Preferred name has more than 100 characters"),
        ("address", "x" * 101, "A line of the address has more than 100 characters"),
        ("died_on", "01/01/2999", "cannot be read|must have|is in the future"),
        ("died_on", "01/01/1940", "The date of death is before the date of birth"),
    ],
)
def test_what_cannot_be_is_a_fault_with_its_column(meaning, text, told):
    faults = one(meaning, text).faults
    assert len(faults) == 1
    assert re.search(told, faults[0])


@pytest.mark.parametrize(
    ("meaning", "text", "told"),
    [
        ("gender", "Q", "Gender “Q” is not understood and is left out"),
        ("postcode", "12345", "Postcode “12345” is not valid and is kept as a line of the address"),
        ("email", "none", "Email “none” is not an address and is left out"),
        ("phone", "0" * 31, "A phone number of more than 30 characters is left out"),
        ("gp_practice", "Elsewhere", "GP practice “Elsewhere” is not known here and is left out"),
        ("language", "Klingon", "Language “Klingon” is not in the list of languages and is left out"),
        ("title", "=1+1", "Title looks like a formula and is kept as text"),
        ("nhs_number", "3200000007", "The NHS number begins like a Scottish or Northern Irish one"),
        ("local_id", "---", "The number in your own system has no letters or digits"),
    ],
)
def test_what_is_left_out_or_looks_odd_is_said(meaning, text, told):
    read = one(meaning, text)
    assert read.faults == ()
    assert any(told in remark for remark in read.remarks)


@pytest.mark.parametrize(
    ("whole", "given", "family"),
    [("HARTLEY, Sheila", "Sheila", "HARTLEY"), ("Sheila Mary Hartley", "Sheila Mary", "Hartley"), ("Cher", "", "Cher")],
)
def test_a_whole_name_is_parted(whole, given, family):
    read = person("full_name birth_date", False, None, whole, "1/2/1950")
    assert (read.facts.identity.given_name, read.facts.identity.family_name) == (given, family)


def test_what_two_practices_are_called_leads_to_neither():
    assert looked_up_by([("A", 1), ("Surgery", 1), ("B", 2), ("surgery", 2)]) == {"a": 1, "b": 2}
