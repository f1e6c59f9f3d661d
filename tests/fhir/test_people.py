"""What is said of a person: kept whole, or refused, or left out and said so; never cut."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from carecoord.fhir.importing import ImportJob
from carecoord.fhir.reading import read_file
from carecoord.management.commands.import_fhir import _principal as service_account
from careplans.models import AdditionalPlan, Goal
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Contact, Entry, Resident
from neighbourhoods.services import Identity, change_resident
from neighbourhoods.sorting import people_to_sort
from tests.fhir.conftest import DISCHARGE
from tests.fhir.test_import import patient, plan

pytestmark = pytest.mark.django_db


def telecom(system, value):
    return {"telecom": [{"system": system, "value": value}]}


TOO_LONG = {
    "title": ({"name": [{"family": "Test", "prefix": ["x" * 36]}]}, "prefix is longer than 35 characters"),
    "name in one text": ({"name": [{"text": f"Ann {'x' * 101}"}]}, "name is longer than 100 characters"),
    "nickname": (
        {"name": [{"use": "official", "family": "Test"}, {"use": "nickname", "given": ["x" * 101]}]},
        "name is longer than 100 characters",
    ),
    "address": ({"address": [{"line": ["x" * 101]}]}, "address is longer than 100 characters"),
    "many lines": ({"address": [{"line": ["x" * 30] * 9}]}, "address is longer than 100 characters"),
    "source": ({"meta": {"source": "x" * 201}}, "meta.source is longer than 200 characters"),
}


@pytest.mark.parametrize(("facts", "reason"), TOO_LONG.values(), ids=TOO_LONG)
def test_what_does_not_fit_is_refused_and_never_cut(world, run_import, write, facts, reason):
    file = write("p.json", patient(**facts))
    result = run_import(file)
    assert (result.code, result.err.strip()) == (1, f"{file}:1: entry 1, Patient/p1: {reason}")
    assert Resident.objects.count() == 0


def test_what_just_fits_is_kept_whole(world, run_import, write):
    facts = {"name": [{"family": "F" * 100, "given": ["G" * 100], "prefix": ["P" * 35]}]}
    lines = {"address": [{"line": ["x" * 100, "y" * 100]}]}
    source = {"meta": {"source": "s" * 200}}
    assert run_import(write("p.json", patient(**facts, **lines, **source, **telecom("phone", "1" * 30)))).code == 0
    ann = Resident.objects.get()
    assert (len(ann.family_name), len(ann.given_name), len(ann.title)) == (100, 100, 35)
    assert (ann.address_lines, ann.phone) == (["x" * 100, "y" * 100], "1" * 30)


@pytest.mark.parametrize(
    ("facts", "remark"),
    [
        (telecom("phone", "01632 960 111, ask for the warden of the house"), "phone is longer than 30 characters"),
        (telecom("email", "ann at example.org"), "email is not an address"),
        (telecom("email", f"{'x' * 300}@example.org"), "email is not an address"),
    ],
)
def test_a_way_to_reach_somebody_that_cannot_be_right_is_left_out_and_said(world, run_import, write, facts, remark):
    result = run_import(write("p.json", patient(**facts)))
    assert (result.code, f"entry 1, Patient/p1: {remark} and was left out" in result.err + result.out) == (0, True)
    ann = Resident.objects.get()
    assert (ann.phone, ann.email) == ("", "")


def test_nothing_is_remarked_of_an_entry_that_is_refused(world, run_import, write):
    result = run_import(write("p.json", patient(gender="x", **telecom("email", "nowhere"))))
    assert "left out" not in result.err + result.out


def care_team(**participant):
    return {
        "resourceType": "CareTeam", "id": "t1", "status": "active", "subject": {"reference": "Patient/p1"},
        "participant": [{"member": {"display": "Dr Good"}} | participant],
    }  # fmt: skip


@pytest.mark.parametrize(
    "participant",
    [
        {"role": [{"text": "x" * 101}]},
        {"onBehalfOf": {"display": "x" * 151}},
        {"member": {"display": "x" * 201}},
    ],
)
def test_a_member_whose_words_do_not_fit_is_refused_and_never_cut(world, run_import, write, participant):
    result = run_import(write("t.ndjson", patient(), care_team(**participant), lines=True))
    assert (result.code, "CareTeam/t1: " in result.err, "is longer than" in result.err) == (1, True, True)
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "named",
    [
        {"resourceType": "Organization", "id": "o1", "name": "x" * 201},
        {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "x" * 100, "given": ["y" * 100]}]},
    ],
)
def test_a_name_of_others_that_does_not_fit_is_refused(world, run_import, write, named):
    assert "name is longer than 200 characters" in run_import(write("n.json", named)).err


LIVES = [
    ({"birthDate": "1950-05-02", "deceasedDateTime": "1950-05-01"}, False),
    ({"birthDate": "1950-05-02", "deceasedDateTime": "1949"}, False),
    ({"birthDate": "1950-05-02", "deceasedDateTime": "1950-04"}, False),
    ({"birthDate": "1950-05-02", "deceasedDateTime": "1950-05-02T03:00:00Z"}, True),
    ({"birthDate": "1950-05-02", "deceasedDateTime": "1950"}, True),
    ({"birthDate": "1950", "deceasedDateTime": "1950-01-01"}, True),
]


@pytest.mark.parametrize(("facts", "can_be"), LIVES)
def test_nobody_dies_before_they_were_born(world, run_import, write, facts, can_be):
    result = run_import(write("p.json", patient(**facts)))
    assert ("deceasedDateTime is before birthDate" in result.err, Resident.objects.count()) == (not can_be, int(can_be))


@pytest.mark.parametrize(("said", "words"), [("2020", "in 2020"), ("2020-03", "in Mar-2020")])
def test_a_death_of_which_only_the_year_or_month_is_known_is_said_beside_the_banner(
    world, run_import, write, said, words
):
    run_import(write("p.json", patient(deceasedDateTime=said)))
    assert Resident.objects.get().died_on is None
    assert Entry.objects.get().text == f"Has died {words}; the day is not known"


@pytest.mark.parametrize("time", ["T99:99", "T24:00:00Z", "T10:60", "T10:00:00+99:00", "T", "Tea", "T10:00:00Z "])
def test_a_time_that_is_none_makes_no_date(world, run_import, write, time):
    result = run_import(write("p.json", patient(deceasedDateTime=f"2020-02-02{time}")))
    assert "deceasedDateTime is not a date" in result.err
    assert Resident.objects.count() == 0


@pytest.mark.parametrize("time", ["T09:30", "T09:30:00Z", "T23:59:60.5+14:00", "T09:30:00.123456-04:00"])
def test_a_time_is_read_for_its_day(world, run_import, write, time):
    assert run_import(write("p.json", patient(deceasedDateTime=f"2020-02-02{time}"))).code == 0
    assert Resident.objects.get().died_on == date(2020, 2, 2)


PERIODS = [
    ({"start": "2026-03-02", "end": "2026-03-01"}, None),
    ({"start": "2026-03-02", "end": "2025"}, None),
    ({"start": "2026-03-02", "end": "2026"}, (date(2026, 3, 2), date(2026, 12, 31))),
    ({"start": "2026-03", "end": "2026-03"}, (date(2026, 3, 1), date(2026, 3, 31))),
    ({"start": "2026-03-02", "end": "2026-03-02"}, (date(2026, 3, 2), date(2026, 3, 2))),
]


@pytest.mark.parametrize(("period", "days"), PERIODS)
def test_a_period_that_ends_before_it_starts_is_refused(world, run_import, write, period, days):
    result = run_import(write("p.ndjson", patient(), plan(period=period), lines=True))
    assert ("CarePlan/c1: period ends before it starts" in result.err) == (days is None)
    assert list(AdditionalPlan.objects.values_list("starts_on", "ends_on")) == ([days] if days else [])


def test_a_bundle_inside_a_bundle_is_refused_and_not_passed_over(world, run_import, write):
    inner = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient()}]}
    outer = inner | {"entry": [{"resource": inner}, {"resource": patient("p2")}]}
    result = run_import(write("b.json", outer))
    assert (result.code, "entry 1, Bundle: it is a bundle inside a bundle" in result.err) == (1, True)
    assert Resident.objects.count() == 1


@pytest.mark.parametrize("kind", [["Patient"], {"Patient": 1}, 5, None, ""])
def test_a_type_that_is_no_text_is_refused_and_not_counted_as_another(world, run_import, write, kind):
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient(resourceType=kind)}]}
    result = run_import(write("b.json", bundle))
    assert (result.code, "its resourceType is missing, or not text" in result.err) == (1, True)
    assert "of a type that is not read" not in result.out


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("x" * 201, "longer than 200 characters"),
        ("", "needs a name"),
        (" ", "needs a name"),
        ("a\x00b", "needs a name"),
    ],
)
def test_a_source_that_cannot_be_a_name_is_refused_before_anything_is_read(world, source, reason):
    with pytest.raises(CommandError, match=reason) as refused:
        call_command("import_fhir", str(DISCHARGE), "--source", source)
    assert refused.value.returncode == 2
    assert Resident.objects.count() == 0


def test_a_refusal_at_the_end_of_a_transaction_is_the_entrys_own(world, write):
    """Some constraints speak only then; what needs the entry must hear of it, and nothing counts it as new."""

    by = service_account(world.place.front_door)

    @contextmanager
    def unit():
        with transaction.atomic(), acting_as(by):
            yield
            if not AdditionalPlan.objects.exists():
                raise IntegrityError("at the end")

    entries = read_file(write("f.ndjson", patient(), plan(), lines=True))
    report = ImportJob(by=by, team_id=world.place.front_door_id, entries=entries, unit=unit).run()
    assert [reason for *_, reason in report.faults] == [
        "it cannot be stored (IntegrityError)",
        "it needs Patient/p1, which could not be imported",
    ]
    assert (report.created, Resident.objects.count()) == ({}, 0)


def test_whoever_comes_with_nothing_open_waits_to_be_sorted_where_the_import_went(world, run_import, write):
    run_import(write("1.json", patient("p1")))
    run_import(write("2.json", patient("p2", name=[{"family": "Second"}])), "--team", "Millbrook Community Nursing")
    waiting = {}
    for who in ("front_door", "nurse"):
        principal = getattr(world, who)
        with acting_as(principal):
            waiting[who] = [one.family_name for one in people_to_sort(principal)]
    assert waiting == {"front_door": ["Test"], "nurse": ["Second"]}


def person(**facts):
    return patient(birthDate="1950-01-02", **facts)


def lives(street):
    return {"address": [{"line": [street], "city": "Aldermoor"}]}


def change_here(world, **facts):
    """Somebody of the front door writes what they were told."""
    by, resident = world.front_door, Resident.objects.get()
    known = {name: getattr(resident, name) for name in Identity.__dataclass_fields__}
    with acting_as(by):
        change_resident(by=by, resident_id=resident.id, identity=Identity(**known | facts))


def test_what_the_source_changes_of_a_person_is_taken_and_what_people_changed_here_stays(world, run_import, write):
    run_import(write("p.json", person(**lives("1 High Street"), **telecom("phone", "01632 960 111"))))
    change_here(world, phone="01632 960 222")
    again = person(**lives("2 High Street"), **telecom("phone", "01632 960 333"))
    result = run_import(write("p.json", again))
    ann = Resident.objects.get()
    assert (ann.address_lines, ann.phone) == (["2 High Street", "Aldermoor"], "01632 960 222")
    assert result.code == 0
    assert "Patient/p1: phone: changed here too, and stays as it is here" in result.out
    assert "address" not in result.out


def test_whoever_was_known_here_before_keeps_what_is_known(world, run_import, write):
    number = {"identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}]}
    sheila = world.resident(nhs_number="9990000018", birth_date=date(1950, 1, 2), phone="01632 960 222")
    run_import(write("p.json", person(**number)))
    run_import(write("p.json", person(**telecom("phone", "01632 960 333"))))
    known = Resident.objects.get()
    assert (known.id, known.nhs_number, known.phone) == (sheila.id, "9990000018", "01632 960 222")


def test_an_entry_that_only_its_bundle_names_is_imported_once(world, run_import, write):
    """As a transaction that creates: no ids, and references by `urn:uuid:`."""
    resources = [person(), plan(subject="urn:uuid:1"), goal_of("urn:uuid:1")]
    entries = [
        {
            "fullUrl": f"urn:uuid:{number}",
            "resource": {name: value for name, value in resource.items() if name != "id"},
            "request": {"method": "POST", "url": resource["resourceType"]},
        }
        for number, resource in enumerate(resources, start=1)
    ]
    file = write("t.json", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    for _ in range(2):
        assert run_import(file).code == 0
    assert AdditionalPlan.objects.get().resident == Goal.objects.get().resident == Resident.objects.get()


def goal_of(subject):
    return {
        "resourceType": "Goal",
        "id": "g1",
        "lifecycleStatus": "active",
        "description": {"text": "Walk"},
        "subject": {"reference": subject},
    }


def test_another_person_under_an_id_that_was_imported_before_is_refused(world, run_import, write):
    run_import(write("p.json", person()))
    other = patient(name=[{"family": "Other", "given": ["Bob"]}], birthDate="1990-09-09")
    file = write("p.json", other)
    result = run_import(file)
    reason = "another person was imported under this id: neither name nor date of birth is the same"
    assert (result.code, result.err.strip()) == (1, f"{file}:1: entry 1, Patient/p1: {reason}")
    ann = Resident.objects.get()
    assert ann.birth_date == date(1950, 1, 2)


@pytest.mark.parametrize("part", [{"birthDate": "1951-01-02"}, {"name": [{"family": "Mosse", "given": ["Ann"]}]}])
def test_a_correction_of_the_name_or_the_date_of_birth_is_taken(world, run_import, write, part):
    run_import(write("p.json", person()))
    before = Resident.objects.get()
    assert run_import(write("p.json", patient(**{"birthDate": "1950-01-02"} | part))).code == 0
    after = Resident.objects.get()
    assert [(one.family_name, one.birth_date) for one in (before, after)] == [
        (before.family_name, date(1950, 1, 2)),
        ("Mosse", date(1950, 1, 2)) if "name" in part else (before.family_name, date(1951, 1, 2)),
    ]
