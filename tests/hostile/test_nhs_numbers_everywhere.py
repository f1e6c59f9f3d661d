"""NHS numbers as people and programs write them get one verdict, on the page, in the API and in a file."""

import csv
import unicodedata
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from carecoord.record.forms import RegisterForm
from neighbourhoods.models import Resident
from tests.fhir.conftest import run_import, write  # noqa: F401
from tests.fhir.samples import patient
from tests.registering import proof_in

pytestmark = pytest.mark.django_db
FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "nhs-number-vectors" / "vectors.csv"
CERTAIN = {"birth_date_status": "exact", "gender": "female"}
OURS = [
    ("9990000018", "valid", "plain"),
    ("999 000 0018", "valid", "spaces"),
    ("999-000-0018", "valid-after-normalise", "dashes"),
    ("\u00a09990000018\u2009", "valid-after-normalise", "spaces of other widths"),
    ("99900\u200b00018", "invalid-or-normalised", "a space that nobody sees"),
    ("9990000019", "invalid", "wrong check digit"),
    ("9990000108", "invalid", "swapped"),
    ("999000001", "invalid", "nine"),
    ("99900000180", "invalid", "eleven"),
    ("٩٩٩٠٠٠٠٠١٨", "invalid-or-normalised", "Arabic-Indic digits"),
    ("0000000000", "invalid-by-rule", "zeros"),
    ("", "invalid", "empty"),
    ("9.99e9", "invalid", "a number of another kind"),
    ("QQ123456C", "invalid", "National Insurance"),
    ("9990000018'; --", "invalid", "SQL"),
]


def vectors():
    """Ours, and those beside the project where they are."""
    if not FILE.exists():
        return OURS
    with FILE.open(encoding="utf-8", newline="") as lines:
        return [*OURS, *((row["value"], row["expected"], row["why"]) for row in csv.DictReader(lines))]


def one_of_each(rows):
    return list({why: (value, expected, why) for value, expected, why in rows}.values())


@pytest.fixture
def verdicts(world, furnished, signed_in, run_import, write):
    """The number that each way in has stored, or none; nothing of it stays."""
    browser = signed_in("nurse")

    def stored(way, value):
        with transaction.atomic():
            before = set(Resident.objects.values_list("id", flat=True))
            way(value)
            made = [one.nhs_number for one in Resident.objects.exclude(id__in=before)]
            transaction.set_rollback(True)
        return made[0] if made else None

    def by_api(value):
        new = {"given_name": "Ada", "family_name": "Vector", "birth_date": "1950-05-05", "confirm_new": True}
        answer = furnished.writer.post("residents/", new | {"nhs_number": value})
        assert answer.status_code in (201, 400), answer.content
        if answer.status_code == 400:
            assert len(answer.json()["errors"]["nhs_number"][0]) > 10

    def by_page(value):
        typed = {"step": "register", "nhs_number": value, "given_name": "Ada", "family_name": "Vector"}
        typed |= {
            "birth_date_day": "5",
            "birth_date_month": "5",
            "birth_date_year": "1950",
            "birth_date_status": "exact",
        }
        answer = browser.post(reverse("resident_new"), typed | CERTAIN)
        assert answer.status_code in (200, 422), answer.status_code
        if answer.status_code == 422 and "nhs_number_is_right" in answer.context["form"].errors:
            typed["nhs_number_is_right"] = "on"  # of another nation, as is asked once
            answer = browser.post(reverse("resident_new"), typed | CERTAIN)
        if answer.status_code == 200:
            answer = browser.post(reverse("resident_new"), typed | CERTAIN | {"searched": proof_in(answer)})
            assert answer.status_code == 302, answer.status_code
        else:
            form = answer.context["form"]
            assert isinstance(form, RegisterForm)
            assert set(form.errors) <= {"nhs_number", "nhs_number_unavailable_reason"}, form.errors

    def by_file(value):
        identifier = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": value}
        run_import(write("one.json", patient(birthDate="1950-05-05", identifier=[identifier])))

    return lambda value: [stored(way, value) for way in (by_api, by_page, by_file)]


def digits_of(value):
    """What a number must be stored as: its own ten digits in the order in which they stand."""
    return "".join(str(unicodedata.digit(sign)) for sign in value if unicodedata.digit(sign, None) is not None)


def wrong_among(rows, verdicts):
    wrong = []
    for value, expected, why in rows:
        api, page, file = verdicts(value)
        fits = {
            "valid": api is not None,
            "valid-after-normalise": api is not None,
            "valid-checksum-other-scheme": api is not None,
            "invalid-or-normalised": True,
        }.get(expected, api is None)
        is_itself = not api or (api.isascii() and len(api) == 10 and api == digits_of(value))
        if not fits or not api == page == file or not is_itself:
            wrong.append((value, why, expected, {"api": api, "page": page, "file": file}))
    return wrong


def test_a_few_numbers_get_one_verdict(verdicts):
    """Taken, taken without its blanks, and refused for each of two reasons."""
    few = ("plain", "spaces", "dashes", "wrong check digit", "nine", "Arabic-Indic digits")
    assert wrong_among([row for row in OURS if row[2] in few], verdicts) == []


def test_a_verdict_that_differs_or_another_number_is_found():
    taken = [("999 000 0018", "valid", "spaces")]
    assert wrong_among(taken, lambda _: ["9990000018"] * 3) == []
    for told in (["9990000018", "9990000018", None], [None] * 3, ["9990000026"] * 3, ["999 000 0018"] * 3):
        assert wrong_among(taken, lambda _, told=told: told)
    assert wrong_among([("9990000019", "invalid", "wrong")], lambda _: ["9990000019"] * 3)


@pytest.mark.thorough
def test_one_of_each_kind_gets_one_verdict(verdicts):
    assert wrong_among(one_of_each(vectors()), verdicts) == []


@pytest.mark.thorough
def test_every_number_gets_one_verdict(verdicts):
    if not FILE.exists():
        pytest.skip("The numbers are not beside the project.")
    assert wrong_among(vectors(), verdicts) == []
