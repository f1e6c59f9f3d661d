import csv
import json
import unicodedata
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from neighbourhoods.values import (
    clean_nhs_number,
    clean_ods_code,
    clean_phone,
    clean_postcode,
    format_nhs_number,
    may_be_from_another_nation,
)

VECTORS = Path(__file__).parents[3] / "shared" / "data"
NHS_VECTORS = VECTORS / "nhs-number-vectors"
POSTCODE_VECTORS = VECTORS / "uk-postcode-vectors"


def refused(clean, text) -> tuple[str, str]:
    with pytest.raises(ValidationError) as refusal:
        clean(text)
    return refusal.value.code, refusal.value.message


def vectors(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.exists():
        pytest.skip("the shared test vectors are not here")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "9990000018",
        "999 000 0018",
        "999-000-0018",
        "  999 000 0018\n",
        "999\u00a0000\u202f0018",  # no-break spaces
        "999\u2013000\u20130018",  # en dashes
        "999\u2212000\u20120018",  # minus sign, figure dash
        "99900\u200b00018",  # zero-width space
        "\ufeff9990000018",  # byte-order mark
        "99 900 000 18",
    ],
)
def test_an_nhs_number_is_stored_as_ten_digits_however_it_was_spaced(text):
    assert clean_nhs_number(text) == "9990000018"


@pytest.mark.parametrize("number", ["9434765919", "9990000018", "9990000026", "9990000034", "9990548609", "9000000009"])
def test_numbers_whose_check_digit_fits_are_accepted(number):
    assert clean_nhs_number(number) == number


@pytest.mark.parametrize("number", ["0607230002", "3030000001", "3132000000"])  # the second is no CHI date
def test_a_number_from_the_range_of_another_nation_is_not_refused_but_told(number):
    assert clean_nhs_number(number) == number
    assert may_be_from_another_nation(number) is True


@pytest.mark.parametrize("number", ["9434765919", "9990000018", "4000000004"])
def test_an_ordinary_number_draws_no_warning(number):
    assert may_be_from_another_nation(number) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "9991234567",  # the check digit does not fit
        "4857773456",
        "9994864705",  # the check digit would be 10
        "999000018",
        "99900000180",
        "0000000000",
        "1111111111",
        "999O000018",
        "-999000018",
        "9.99e9",
        "999 000 0018x",
        "999/000/0018",
        "\uff19\uff19\uff19\uff10\uff10\uff10\uff10\uff10\uff11\uff18",  # full-width
        "\u0669\u0669\u0669\u0660\u0660\u0660\u0660\u0660\u0661\u0668",  # Arabic-Indic
        "9990000018\x00",
    ],
)
def test_anything_else_is_not_an_nhs_number(text):
    assert refused(clean_nhs_number, text) == (
        "invalid_nhs_number",
        "This is not a valid NHS number: check the digits",
    )


@pytest.mark.parametrize("text", ["QQ123456C", "qq 12 34 56 c", "QQ123456", "QQ-12-34-56-C"])
def test_a_national_insurance_number_is_named_as_one(text):
    assert refused(clean_nhs_number, text) == (
        "national_insurance_number",
        "This is a National Insurance number: enter the NHS number, which has 10 digits and no letters",
    )


def test_an_nhs_number_is_shown_in_three_groups():
    assert format_nhs_number("9990000018") == "999 000 0018"


@given(st.integers(0, 10**9 - 1).map(lambda number: f"{number:09}"))
def test_exactly_one_last_digit_fits_or_none_does(first_nine):
    def accepted(last):
        try:
            return clean_nhs_number(first_nine + last) == first_nine + last
        except ValidationError:
            return False

    remainder = sum(int(digit) * weight for digit, weight in zip(first_nine, range(10, 1, -1), strict=True)) % 11
    check = {11: 0}.get(11 - remainder, 11 - remainder)
    expected = [] if check == 10 or len(set(f"{first_nine}{check}")) == 1 else [str(check)]
    assert [last for last in "0123456789" if accepted(last)] == expected


@given(st.text())
def test_what_is_accepted_is_ten_ascii_digits_and_reads_back(text):
    try:
        number = clean_nhs_number(text)
    except ValidationError:
        return
    assert len(number) == 10
    assert set(number) <= set("0123456789")
    assert clean_nhs_number(format_nhs_number(number)) == number


def test_the_shared_nhs_numbers_are_judged_as_expected():
    with vectors(NHS_VECTORS, "vectors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 100
    for row in rows:
        if row["expected"].startswith("valid"):
            expected = "".join(digit for digit in row["value"] if digit in "0123456789")
            assert clean_nhs_number(row["value"]) == expected, row
        elif "zero-width" in row["why"]:
            assert clean_nhs_number(row["value"]) == row["value"].replace("\u200b", ""), row
        else:
            assert refused(clean_nhs_number, row["value"])[0] == "invalid_nhs_number", row


def test_the_shared_file_with_a_byte_order_mark_is_read_line_by_line():
    lines = vectors(NHS_VECTORS, "testdata-9-valid-nhs-numbers.csv").read_text(encoding="utf-8").splitlines()
    assert [clean_nhs_number(line) for line in lines if line][:2] == ["9990000018", "9990000026"]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("M1 1AE", "M1 1AE"),
        ("m11ae", "M1 1AE"),
        (" m60  1nw ", "M60 1NW"),
        ("W1A 0AX", "W1A 0AX"),
        ("CR2 6XH", "CR2 6XH"),
        ("DN55 1PT", "DN55 1PT"),
        ("EC1A\u00a01BB", "EC1A 1BB"),
        ("OL\u200b1 1AA", "OL1 1AA"),
        ("M 11 AE", "M1 1AE"),
        ("gir0aa", "GIR 0AA"),
        ("zz993vz", "ZZ99 3VZ"),
        ("ZZ99 3WZ", "ZZ99 3WZ"),
        ("BFPO 57", "BFPO 57"),
        ("bfpo1234", "BFPO 1234"),
        ("BF1 0AX", "BF1 0AX"),
    ],
)
def test_a_postcode_is_stored_in_capitals_with_one_space(text, stored):
    assert clean_postcode(text) == stored
    assert clean_postcode(stored) == stored


@pytest.mark.parametrize(
    "text",
    [
        "",
        "M1",
        "OL1",
        "Q1 1AA",
        "V1 1AA",
        "X1 1AA",
        "AI1 1AA",
        "AJ1 1AA",
        "AZ1 1AA",
        "ZZ1 1AA",
        "M1 1AC",
        "M1 1IA",
        "M1 1KA",
        "M1 1MA",
        "M1 1OA",
        "M1 1VA",
        "M1-1AE",
        "OLL1 1AA",
        "OL123 1AA",
        "OL1A1 1AA",
        "GIR 1AA",
        "ZZ98 3VZ",
        "BFPO",
        "BFPO 12345",
        "Definitely wrong",
        "OL1 1A\uff21",
        "\u017fW1A 1AA",  # long s
    ],
)
def test_anything_else_is_not_a_postcode(text):
    assert refused(clean_postcode, text) == (
        "invalid_postcode",
        "This is not a valid postcode: enter it in full, such as M1 1AE",
    )


def test_the_shared_postcodes_are_judged_as_expected():
    for test in json.loads(vectors(POSTCODE_VECTORS, "validation.json").read_text())["tests"]:
        if test["expected"]:
            assert clean_postcode(test["base"]).replace(" ", "") == test["base"].replace(" ", "")
        else:
            assert refused(clean_postcode, test["base"])[0] == "invalid_postcode", test


def test_the_shared_postcodes_are_normalised_as_expected():
    for test in json.loads(vectors(POSTCODE_VECTORS, "normalisation.json").read_text())["tests"]:
        if test["expected"] is None:
            assert refused(clean_postcode, test["base"])[0] == "invalid_postcode", test
        else:
            assert clean_postcode(test["base"]) == test["expected"]


@pytest.mark.parametrize(("name", "part"), [("outcodes.json", 0), ("incodes.json", 1)])
def test_the_space_stands_between_the_outward_and_the_inward_part(name, part):
    for test in json.loads(vectors(POSTCODE_VECTORS, name).read_text())["tests"]:
        if test["expected"] is not None:
            assert clean_postcode(test["base"]).split(" ")[part] == test["expected"]


@given(st.text(max_size=9))
def test_a_postcode_once_cleaned_stays_as_it_is(text):
    try:
        stored = clean_postcode(text)
    except ValidationError:
        return
    assert clean_postcode(stored) == stored
    assert unicodedata.is_normalized("NFKD", stored)


@pytest.mark.parametrize("code", ["G82080", "K81003001", "FVR79", "V03462", "VLAXL", "X"])
def test_ods_codes_are_one_to_nine_capitals_and_digits(code):
    assert clean_ods_code(code) == code
    assert clean_ods_code(f" {code.lower()} ") == code


@pytest.mark.parametrize("text", ["", "   ", "K810030011", "G82 080", "G-82080", "\u00df1", "\uff2782080"])
def test_anything_else_is_not_an_ods_code(text):
    assert refused(clean_ods_code, text) == (
        "invalid_ods_code",
        "This is not a valid ODS code: enter 1 to 9 letters and digits",
    )


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("07700 900 123", "07700900123"),
        ("+44 (0)7700 900123", "4407700900123"),
        ("\u202a07700\u2011900.123\u202c", "07700900123"),
        ("960001", "960001"),
    ],
)
def test_a_phone_number_that_is_looked_for_is_digits_alone(text, digits):
    assert clean_phone(text) == digits


@pytest.mark.parametrize(
    "text", ["", "12345", "0" * 18, "07700 9001\u0662\u0663", "07700 900123 ext 4", "07700/900123", "++"]
)
def test_what_is_no_phone_number_says_so(text):
    code, sentence = refused(clean_phone, text)
    assert (code, sentence) == ("invalid_phone", "This is not a valid phone number: check the digits")


ONE_NUMBER = [
    "07700 900123",
    "7700900123",
    "+44 7700 900123",
    "+44 (0)7700 900123",
    "0044 7700 900123",
    "00440 7700 900123",
    "07700-900-123 (mornings)",
    "Karen: 07700 900123",
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ways", "key"),
    [
        (ONE_NUMBER, "7700900123"),
        (["016977 2345", "+44 16977 2345"], "169772345"),
        (["+353 1 234 5678", "00353 1 234 5678"], "5312345678"),
        (["", "none", "ask her"], ""),
    ],
)
def test_all_ways_to_write_a_phone_number_have_one_key(ways, key):
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.phone_key(way) FROM unnest(%s::text[]) AS way", [ways])
        assert {found for (found,) in cursor.fetchall()} == {key}
