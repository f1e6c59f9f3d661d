"""An import takes nobody for somebody known by the NHS number alone (IG-12)."""

from datetime import date

import pytest

from careplans.models import AdditionalPlan
from neighbourhoods.models import Resident
from tests.fhir.conftest import run_import, write
from tests.fhir.test_import import patient, plan

__all__ = ["run_import", "write"]
pytestmark = pytest.mark.django_db

NUMBER = {"identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "999 000 0026"}]}


@pytest.fixture
def ann(world):
    return world.resident(
        nhs_number="9990000026", birth_date=date(1945, 7, 2), given_name="Ann", family_name="Tëst", postcode="M1 1AE"
    )


def inside(**facts):
    return plan(subject="#her", contained=[patient("her", **NUMBER) | facts])


def test_ig_12_a_known_number_with_another_birth_date_and_name_is_refused_for_that_person(ann, run_import, write):
    other = patient("p1", **NUMBER, birthDate="1990-01-01") | {"name": [{"family": "Other", "given": ["Bob"]}]}
    result = run_import(write("f.ndjson", other, plan(), lines=True))
    assert result.code == 1
    assert "Patient/p1: its NHS number is known here with another date of birth" in result.err
    assert "CarePlan/c1: it needs Patient/p1, which could not be imported" in result.err
    after = Resident.objects.get()
    assert (after.id, after.version, AdditionalPlan.objects.count()) == (ann.id, ann.version, 0)


def test_ig_12_a_patient_inside_without_a_birth_date_is_not_taken_for_somebody_of_another_name(ann, run_import, write):
    result = run_import(write("f.json", inside(name=[{"family": "Other", "given": ["Bob"]}])))
    assert result.code == 1
    assert "CarePlan/c1: its NHS number is known here with another family name" in result.err
    assert not AdditionalPlan.objects.exists()


def test_ig_12_a_patient_inside_is_known_by_number_and_family_name(ann, run_import, write):
    assert run_import(write("f.json", inside(name=[{"family": "TEST", "given": ["A"]}]))).code == 0
    assert AdditionalPlan.objects.get().resident == ann
