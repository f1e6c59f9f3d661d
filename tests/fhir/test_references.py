"""Whom a plan is about, in all the ways in which other systems say it."""

from datetime import date
from urllib.parse import quote

import pytest

from careplans.models import AdditionalPlan, Goal
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Contact, Resident
from neighbourhoods.services import end_relationships
from tests.fhir.test_import import patient, plan

pytestmark = pytest.mark.django_db

NHS = "https://fhir.nhs.uk/Id/nhs-number"
ANN = {"identifier": [{"system": NHS, "value": "999 000 0026"}], "birthDate": "1945-07-02"}
HERE = {"nhs_number": "9990000026", "birth_date": date(1945, 7, 2)}
NOBODY = "whom it is about is neither in these files nor imported before"


def bundle(*entries):
    listed = [{"fullUrl": url, "resource": resource} if url else {"resource": resource} for url, resource in entries]
    return {"resourceType": "Bundle", "type": "collection", "entry": listed}


def by_identifier(value="999 000 0026", system=NHS, **more):
    return plan() | {"subject": {"identifier": {"system": system, "value": value}, **more}}


def inside(person, identity="c1"):
    return plan(identity, subject="#her", contained=[person | {"id": "her"}])


def subject_of_the_plan():
    return AdditionalPlan.objects.get().resident


SEARCH = f"Patient?identifier={NHS}|9990000026"
WAYS = {
    "an identifier": by_identifier(),
    "an identifier in the case of another system": by_identifier(system=NHS.lower()),
    "a search": plan(subject=SEARCH),
    "a search as an address spells it": plan(subject=f"Patient?identifier={quote(f'{NHS}|999 000 0026', safe='')}"),
    "a patient inside": inside(patient(**ANN)),
}
NAMED = {"display": "Sheila Hartley"}
WAYS_WITH_A_SECOND_ITEM = {
    "an identifier and a name": by_identifier(**NAMED),
    "an identifier and a name in capitals": by_identifier(display="HARTLEY, Sheila (Mrs)"),
    "a search and a name": plan() | {"subject": {"reference": SEARCH, **NAMED}},
    "a patient inside with a birth date": WAYS["a patient inside"],
    "a patient inside with a name": inside(
        {"resourceType": "Patient", "identifier": ANN["identifier"], "name": [{"family": "Hartley"}]}
    ),
}
WAYS_BY_A_NUMBER_ALONE = {
    "an identifier": WAYS["an identifier"],
    "a search": WAYS["a search"],
    "a patient inside": inside({"resourceType": "Patient", "identifier": ANN["identifier"]}),
}
ANOTHER_NAME = {
    "an identifier": by_identifier(display="Rose Marsh"),
    "a given name alone": by_identifier(display="Sheila"),
    "a patient inside": inside(
        {"resourceType": "Patient", "identifier": ANN["identifier"], "name": [{"family": "Marsh"}]}
    ),
}


@pytest.mark.parametrize("said", WAYS.values(), ids=WAYS)
def test_somebody_in_the_file_is_found_however_they_are_named(world, run_import, write, said):
    result = run_import(write("f.ndjson", said, patient(**ANN), lines=True))
    assert (result.code, result.err) == (0, "")
    assert subject_of_the_plan() == Resident.objects.get()


@pytest.mark.parametrize("said", WAYS_WITH_A_SECOND_ITEM.values(), ids=WAYS_WITH_A_SECOND_ITEM)
def test_somebody_known_here_is_found_by_number_and_a_second_item(world, run_import, write, said):
    sheila = world.resident(**HERE)
    result = run_import(write("f.json", said))
    assert (result.code, result.err) == (0, "")
    assert subject_of_the_plan() == sheila
    assert Resident.objects.count() == 1


@pytest.mark.parametrize("said", WAYS_BY_A_NUMBER_ALONE.values(), ids=WAYS_BY_A_NUMBER_ALONE)
def test_ig_12_an_import_never_believes_an_nhs_number_without_a_second_item(world, run_import, write, said):
    world.resident(**HERE)
    result = run_import(write("f.json", said))
    assert (result.code, "its NHS number alone does not say who it is about" in result.err) == (1, True)
    assert (AdditionalPlan.objects.count(), Resident.objects.count()) == (0, 1)


@pytest.mark.parametrize("said", ANOTHER_NAME.values(), ids=ANOTHER_NAME)
def test_ig_12_a_number_known_here_with_another_family_name_is_refused(world, run_import, write, said):
    world.resident(**HERE)
    result = run_import(write("f.json", said))
    assert (result.code, "its NHS number is known here with another family name" in result.err) == (1, True)
    assert AdditionalPlan.objects.count() == 0


@pytest.mark.parametrize("said", [by_identifier(), plan(subject=SEARCH)])
def test_a_number_that_nobody_has_is_refused(world, run_import, write, said):
    result = run_import(write("f.json", said))
    assert (result.code, NOBODY in result.err) == (1, True)


def test_a_wrong_number_is_refused_with_that_reason(world, run_import, write):
    assert "This is not a valid NHS number" in run_import(write("f.json", by_identifier("9990000027"))).err


@pytest.mark.parametrize("said", [by_identifier(), plan(subject=SEARCH)])
def test_what_is_about_somebody_who_could_not_be_imported_says_who_is_missing(world, run_import, write, said):
    result = run_import(write("f.ndjson", patient(**ANN, gender="wrong"), said, lines=True))
    assert "CarePlan/c1: it needs Patient/p1, which could not be imported" in result.err


def test_a_search_for_another_identifier_finds_whom_an_earlier_import_brought(world, run_import, write):
    own = {"identifier": [{"system": "urn:hospital", "value": "H 12"}]}
    run_import(write("1.json", patient(**own)), "--source", "east")
    later = write("2.json", plan(subject="Patient?identifier=urn:hospital|H12"))
    assert NOBODY in run_import(later, "--source", "west").err
    assert run_import(later, "--source", "east").code == 0
    assert subject_of_the_plan() == Resident.objects.get()


@pytest.mark.parametrize("together", [True, False])
def test_an_identifier_that_two_people_share_leads_to_neither(world, run_import, write, together):
    own = {"identifier": [{"system": "urn:hospital", "value": "1"}]}
    people, said = [patient("p1", **own), patient("p2", **own)], plan(subject="Patient?identifier=urn:hospital|1")
    if together:
        result = run_import(write("1.ndjson", *people, said, lines=True))
        assert "it names somebody by an identifier that several have" in result.err
    else:
        run_import(write("1.ndjson", *people, lines=True))
        result = run_import(write("2.json", said))
        assert NOBODY in result.err
    assert not AdditionalPlan.objects.exists()


def test_a_search_for_anything_but_one_identifier_finds_nobody(world, run_import, write):
    for asked in ("family=Test", "identifier=a|b&identifier=c|d", "identifier=", "x"):
        assert NOBODY in run_import(write("f.ndjson", patient(), plan(subject=f"Patient?{asked}"), lines=True)).err


def test_a_patient_inside_a_plan_becomes_a_resident_once(world, run_import, write):
    file = write("f.json", inside(patient(birthDate="1950-01-02", telecom=[{"system": "phone", "value": "1"}])))
    assert [run_import(file).code for _ in range(2)] == [0, 0]
    again = inside(patient(birthDate="1950-01-02")) | {"title": "Changed"}
    assert run_import(write("g.json", again)).code == 0
    ann = Resident.objects.get()
    assert (ann.birth_date, ann.phone, subject_of_the_plan()) == (date(1950, 1, 2), "1", ann)


def test_patients_inside_two_plans_without_a_number_are_never_taken_for_one_person(world, run_import, write):
    run_import(write("f.ndjson", inside(patient(), "c1"), inside(patient(), "c2"), lines=True))
    assert Resident.objects.count() == 2


def test_a_patient_inside_whose_birth_date_disagrees_is_refused(world, run_import, write):
    world.resident(**HERE)
    result = run_import(write("f.json", inside(patient(**ANN | {"birthDate": "1950-01-01"}))))
    assert "its NHS number is known here with another date of birth" in result.err
    assert not AdditionalPlan.objects.exists()


@pytest.mark.parametrize("contained", [[], [{"resourceType": "Group", "id": "her"}], "her"])
def test_a_subject_that_is_not_inside_is_refused(world, run_import, write, contained):
    result = run_import(write("f.json", plan(subject="#her", contained=contained)))
    assert "whom it is about is not inside it" in result.err


def test_a_faulty_plan_leaves_no_trace_of_the_patient_inside_it(world, run_import, write):
    run_import(write("f.json", inside(patient()) | {"status": "wrong"}))
    assert Resident.objects.count() == 0


def test_the_address_of_another_server_is_another_identity(world, run_import, write):
    file = write("f.ndjson", patient(), plan(subject="http://other.example/fhir/Patient/p1"), lines=True)
    assert NOBODY in run_import(file).err


def test_an_address_leads_to_the_entry_that_says_it_is_there(world, run_import, write):
    one, two = "http://one.example/fhir", "http://two.example/fhir"
    file = bundle(
        (f"{one}/Patient/p1", patient("p1", name=[{"family": "One"}])),
        (f"{two}/Patient/p2", patient("p2", name=[{"family": "Two"}])),
        (f"{one}/CarePlan/c1", plan("c1", subject=f"{two}/Patient/p2/_history/4", title="Two")),
        (f"{one}/CarePlan/c2", plan("c2", subject=f"{one}/Patient/p1", title="One")),
        (f"{one}/CarePlan/c3", plan("c3", subject=f"{two}/Patient/p1", title="Nobody")),
    )
    result = run_import(write("f.json", file))
    assert f"CarePlan/c3: {NOBODY}" in result.err
    assert set(AdditionalPlan.objects.values_list("name", "resident__family_name")) == {("One", "One"), ("Two", "Two")}


def test_a_relative_reference_is_to_the_server_of_its_own_entry(world, run_import, write):
    file = bundle(
        ("http://one.example/fhir/Patient/p1", patient("p1")),
        ("http://two.example/fhir/Patient/p1", patient("p1", name=[{"family": "Other"}])),
        ("http://two.example/fhir/CarePlan/c1", plan()),
    )
    result = run_import(write("f.json", file))
    assert "Patient/p1: " in result.err
    assert "CarePlan/c1: it needs Patient/p1, which could not be imported" in result.err


def test_the_own_address_of_the_sender_leads_to_what_it_sent_before(world, run_import, write):
    run_import(write("1.json", patient()))
    later = bundle(("http://one.example/fhir/CarePlan/c1", plan(subject="http://one.example/fhir/Patient/p1")))
    assert run_import(write("2.json", later)).code == 0
    assert subject_of_the_plan() == Resident.objects.get()


def test_an_address_within_the_named_source_leads_to_what_it_sent_before(world, run_import, write):
    source = ("--source", "http://one.example/fhir/")
    run_import(write("1.json", patient()), *source)
    assert run_import(write("2.json", plan(subject="http://one.example/fhir/Patient/p1")), *source).code == 0


def test_what_comes_for_somebody_whom_the_front_door_no_longer_sees_is_taken(world, run_import, write):
    run_import(write("1.json", patient()))
    ann = Resident.objects.get()
    with acting_as(world.front_door):
        end_relationships(source_id=ann.id)
    goal = {
        "resourceType": "Goal", "id": "g1", "lifecycleStatus": "active", "description": {"text": "Walk"},
        "subject": {"reference": "Patient/p1"},
    }  # fmt: skip
    assert run_import(write("2.json", goal)).code == 0
    assert Goal.objects.get().resident == ann


def test_a_later_file_finds_a_practitioner_by_identifier(world, run_import, write):
    doctor = {
        "resourceType": "Practitioner", "id": "d1", "name": [{"text": "Dr Good"}],
        "identifier": [{"system": "urn:gmc", "value": "7"}],
    }  # fmt: skip
    team = {
        "resourceType": "CareTeam", "id": "t1", "status": "active", "subject": {"reference": "Patient/p1"},
        "participant": [{"member": {"reference": "Practitioner?identifier=urn:gmc|7"}}],
    }  # fmt: skip
    run_import(write("1.json", doctor))
    run_import(write("2.ndjson", patient(), team, lines=True))
    assert Contact.objects.get().name == "Dr Good"
