"""Importing FHIR R4 as other systems send it, through the command."""

import gzip
import io
import json
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from carecoord import clock
from carecoord.audit.models import AuditEntry
from careplans.models import Action, AdditionalPlan, CarePlan, Goal
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Contact, Entry, Relationship, Resident
from neighbourhoods.services import place_resident
from tests.fhir.conftest import DISCHARGE

pytestmark = pytest.mark.django_db


def patient(identity="p1", **facts):
    return {"resourceType": "Patient", "id": identity, "name": [{"family": "Test", "given": ["Ann"]}]} | facts


def plan(identity="c1", subject="Patient/p1", **facts):
    return {
        "resourceType": "CarePlan",
        "id": identity,
        "status": "active",
        "intent": "plan",
        "title": "A plan",
        "subject": {"reference": subject},
    } | facts


def test_a_patient_becomes_a_resident_with_everything_that_was_said(world, run_import):
    assert run_import(DISCHARGE).code == 0
    ken = Resident.objects.get(nhs_number="9990000026")
    assert (ken.family_name, ken.given_name, ken.preferred_name, ken.title) == (
        "Hartley",
        "Kenneth James",
        "Ken",
        "Mr",
    )
    assert (ken.birth_date, ken.birth_date_status, ken.gender) == (date(1945, 7, 2), "exact", "male")
    assert (ken.address_lines, ken.postcode, ken.phone) == (
        ["2 Mill Lane", "Testborough"],
        "ZZ99 3VZ",
        "01632 960 111",
    )
    assert ken.gp_practice == world.practice
    assert ken.neighbourhood == world.millbrook


def test_a_plan_becomes_an_additional_plan_in_the_one_plan_which_stays_a_draft(world, run_import):
    run_import(DISCHARGE)
    one = CarePlan.objects.get()
    assert one.status == "draft"
    additional = AdditionalPlan.objects.get()
    assert (additional.care_plan, additional.name, additional.source_status) == (
        one,
        "Going home after pneumonia",
        "active",
    )
    assert set(Goal.objects.values_list("title", "status")) == {
        ("Breathe without the machine at night", "active"),
        ("Walk to the shop", "on_hold"),
    }


def test_activities_become_actions_of_the_front_door_to_be_sorted(world, run_import):
    run_import(DISCHARGE)
    physio = Action.objects.get(title="Chest physiotherapy")
    assert (physio.status, physio.accountable_team, physio.needs_sorting) == (
        "in_progress",
        world.place.front_door,
        True,
    )
    x_ray = Action.objects.get(title="Chest X-ray")
    assert (x_ray.status, x_ray.accountable_team, x_ray.needs_sorting) == ("completed", None, False)
    assert Action.objects.count() == 2


def test_members_of_a_care_team_become_professional_contacts(world, run_import):
    run_import(DISCHARGE)
    assert set(Contact.objects.values_list("name", "relationship", "organisation_name")) == {
        ("Sr Amina Khan", "Community nurse", "Acme Community Health"),
        ("Dr Priya Nair", "", ""),
    }


def test_another_team_can_be_named_to_receive(world, run_import):
    run_import(DISCHARGE, "--team", "Millbrook Community Nursing")
    assert Action.objects.get(title="Chest physiotherapy").accountable_team == world.nursing
    with acting_as(world.nurse):
        assert Resident.objects.visible_to(world.nurse).count() == 1


def test_a_team_that_does_not_exist_is_refused(world):
    with pytest.raises(CommandError, match="No team that has residents is called Nobody"):
        call_command("import_fhir", str(DISCHARGE), "--team", "Nobody")


def test_a_second_import_of_the_same_file_changes_nothing(world, run_import):
    run_import(DISCHARGE)
    tables = (Resident, CarePlan, AdditionalPlan, Goal, Action, Contact)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    result = run_import(DISCHARGE)
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    assert result.code == 0
    assert "as before: 1 CarePlan, 1 Goal, 1 Organization, 1 Patient, 1 Practitioner" in result.out


def test_the_same_id_of_another_source_is_another_person(world, run_import, write):
    file = write("one.json", patient())
    run_import(file, "--source", "east")
    run_import(file, "--source", "west")
    assert Resident.objects.count() == 2


def test_the_source_is_what_the_resource_says_unless_the_command_says(world, run_import, write):
    here = write("a.json", patient(meta={"source": "https://east.example/fhir#message-1"}))
    again = write("b.json", patient(meta={"source": "https://east.example/fhir#message-2"}, gender="female"))
    run_import(here)
    run_import(again)
    assert Resident.objects.get().gender == "female"


def test_an_import_is_audited_in_the_name_of_its_service_account(world, run_import):
    run_import(DISCHARGE)
    entry = AuditEntry.objects.get(verb="resident.registered")
    assert entry.actor_kind == "service"
    assert AuditEntry.objects.filter(actor_kind="service", actor_id=entry.actor_id, verb="import.started").count() == 1


def test_somebody_known_by_number_and_birth_date_is_the_same_person(world, run_import):
    ken = world.resident(
        given_name="Kenneth", family_name="Hartley", nhs_number="9990000026", birth_date=date(1945, 7, 2)
    )
    assert run_import(DISCHARGE).code == 0
    assert Resident.objects.get() == ken
    assert Action.objects.filter(resident=ken).count() == 2


def test_a_number_known_with_another_birth_date_is_refused_with_all_that_needs_it(world, run_import):
    world.resident(nhs_number="9990000026", birth_date=date(1950, 1, 1))
    result = run_import(DISCHARGE)
    assert result.code == 1
    assert (
        "discharge.json:47: entry 5, Patient/ken: its NHS number is known here with another date of birth" in result.err
    )
    assert "discharge.json:5: entry 1, CarePlan/plan-1: it needs Patient/ken, which could not be imported" in result.err
    assert "entry 2, Goal/goal-1: it needs Patient/ken, which could not be imported" in result.err
    assert AdditionalPlan.objects.count() == 0


def test_a_faulty_entry_leaves_the_others_alone(world, run_import, write):
    file = write("two.ndjson", patient("p1", birthDate="yesterday"), patient("p2"), lines=True)
    result = run_import(file)
    assert result.code == 1
    assert result.err.strip() == f"{file}:1: entry 1, Patient/p1: birthDate is not a date"
    assert Resident.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"name": []}, "it has no name"),
        ({"id": None}, "it has no id, so that a second import could not recognise it"),
        ({"id": "not allowed"}, "its id is not one that FHIR allows"),
        ({"birthDate": "2100-01-01"}, "birthDate is in the future"),
        ({"birthDate": "1850-01-01"}, "birthDate is more than 130 years ago"),
        ({"birthDate": "2001-02-30"}, "birthDate is not a date"),
        ({"gender": "unspecified"}, "gender is not one of the codes that FHIR allows"),
        ({"name": [{"family": "A\u0000B"}]}, "it holds characters that cannot be stored"),
        ({"name": [{"family": "\ud800"}]}, "it holds characters that cannot be stored"),
        ({"name": [{"family": "x" * 101}]}, "family is longer than 100 characters"),
        ({"name": "Ann Test"}, "name is not a list of objects"),
        (
            {"identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9991234567"}]},
            "This is not a valid NHS number: check the digits.",
        ),
    ],
)
def test_a_patient_that_cannot_be_a_resident_is_refused_with_the_reason(world, run_import, write, facts, reason):
    result = run_import(write("bad.json", patient(**facts)))
    assert result.code == 1
    assert reason.rstrip(".") in result.err
    assert Resident.objects.count() == 0


@pytest.mark.parametrize(("said", "day"), [("1975", date(1975, 1, 1)), ("1975-03", date(1975, 3, 1))])
def test_a_birth_date_that_is_not_exact_is_an_estimate(world, run_import, write, said, day):
    run_import(write("p.json", patient(birthDate=said)))
    ann = Resident.objects.get()
    assert (ann.birth_date, ann.birth_date_status) == (day, "estimated")


def test_a_postcode_of_another_country_is_kept_as_part_of_the_address(world, run_import, write):
    run_import(write("p.json", patient(address=[{"line": ["1 Elm Street"], "city": "Boston", "postalCode": "02101"}])))
    ann = Resident.objects.get()
    assert (ann.address_lines, ann.postcode) == (["1 Elm Street", "Boston", "02101"], "")


def test_a_death_without_a_date_is_said_beside_the_banner(world, run_import, write):
    run_import(write("p.json", patient(deceasedBoolean=True)))
    assert Entry.objects.get().text == "Has died; the date is not known"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"resourceType": "Patient", "id": "p1"', "it is not JSON"),
        (b'{"resourceType": "Patient", "id": "p1"} trailing', "there is more after its end"),
        (b'{"resourceType": "Patient", "id": "p1"}\n{"resourceType"', "it is not JSON"),
        (b"", "it is empty"),
        (b"[]", "it is no FHIR resource"),
        (b'{"id": "p1"}', "it is no FHIR resource"),
        (b'{"resourceType": "Bundle", "type": "history", "entry": []}', "it is a bundle of another type"),
        (b'{"resourceType": "Bundle", "type": "batch", "entry": {}}', "its entry is not a list"),
        (b"\xff\xfe\x00", "it is not UTF-8"),
        (gzip.compress(b"{}" * 50, mtime=0)[:-20], "it is compressed and damaged"),
        (b'{"resourceType": "Patient", "multipleBirthInteger": NaN}', "NaN is not a number in JSON"),
        (
            b'{"resourceType": "Patient", "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
            "it is nested too deeply",
        ),
    ],
)
def test_a_file_that_does_not_parse_to_its_end_changes_nothing(world, run_import, tmp_path, content, reason):
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    result = run_import(file)
    assert result.code == 1
    assert f"{file}:" in result.err
    assert f"nothing was imported: {reason}" in result.err
    assert Resident.objects.count() == 0


def test_one_bad_file_does_not_stop_the_others(world, run_import, write, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert run_import(bad, write("good.json", patient())).code == 1
    assert Resident.objects.count() == 1


def test_files_may_come_in_any_order_one_type_each(world, run_import, write):
    plans = write("CarePlan.ndjson", plan(), lines=True)
    patients = write("Patient.ndjson", patient(), lines=True)
    assert run_import(plans, patients).code == 0
    assert AdditionalPlan.objects.count() == 1


def test_a_later_file_may_refer_to_an_earlier_import(world, run_import, write):
    run_import(write("Patient.json", patient()))
    assert run_import(write("CarePlan.json", plan(subject="Patient/p1/_history/3"))).code == 0
    assert AdditionalPlan.objects.count() == 1


def test_a_plan_about_nobody_known_is_refused(world, run_import, write):
    result = run_import(write("CarePlan.json", plan(subject="Patient/unknown")))
    assert "whom it is about is neither in these files nor imported before" in result.err


def test_types_that_are_not_read_are_counted_and_no_fault(world, run_import, write):
    result = run_import(write("o.json", {"resourceType": "Observation", "id": "o1", "status": "final"}))
    assert result.code == 0
    assert "not imported, of a type that is not read: 1 Observation" in result.out


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("kind", "says"), [(Terminal, "100%"), (io.StringIO, "")])
def test_a_terminal_shows_how_far_it_is_to_the_end_and_a_file_does_not(
    world, run_import, write, monkeypatch, kind, says
):
    monkeypatch.setattr("sys.stderr", kind())
    run_import(write("m.ndjson", patient(), {"resourceType": "Observation", "id": "o1"}, lines=True))
    told = sys.stderr.getvalue()
    assert ("2/2" in told and says in told) if says else told == ""


def test_nothing_is_deleted_because_a_bundle_asks_for_it(world, run_import, write):
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"request": {"method": "DELETE", "url": "Patient/p1"}, "resource": patient()}],
    }
    result = run_import(write("b.json", bundle))
    assert "it asks for DELETE, and an import only adds" in result.err
    assert Resident.objects.count() == 0


def test_two_contents_under_one_id_in_one_run_are_not_both_believed(world, run_import, write):
    first, second = write("a.json", patient(gender="male")), write("b.json", patient(gender="female"))
    result = run_import(first, second)
    assert result.code == 1
    assert f"{second}:1: entry 1, Patient/p1: {first} line 1 says something else of the same id" in result.err
    assert Resident.objects.get().gender == "male"


def test_somebody_who_is_with_another_team_by_now_is_joined_and_not_a_traceback(world, run_import, write):
    run_import(write("1.json", patient()))
    Relationship.objects.update(ended_at=clock.now())
    result = run_import(write("2.json", patient(telecom=[{"system": "phone", "value": "01632 960 999"}])))
    assert (result.code, Resident.objects.get().phone) == (0, "01632 960 999")


def test_what_the_front_door_has_placed_stays_placed(world, run_import, write):
    run_import(write("1.json", patient()))
    with acting_as(world.front_door) as by:
        place_resident(
            by=by, resident_id=Resident.objects.get().id, neighbourhood_id=world.highcross.id, reason="Asked her"
        )
    run_import(write("2.json", patient(telecom=[{"system": "phone", "value": "01632 960 999"}])))
    assert Resident.objects.get().neighbourhood == world.highcross


def test_two_files_of_one_name_are_two_files(world, run_import, tmp_path):
    for folder, who in (("east", "a"), ("west", "b")):
        (tmp_path / folder).mkdir()
        rows = [patient(who, name=[{"family": who}]), plan(f"c-{who}", subject=f"Patient/{who}", title=who)]
        (tmp_path / folder / "x.ndjson").write_text("\n".join(map(json.dumps, rows)))
    assert run_import(tmp_path / "east" / "x.ndjson", tmp_path / "west" / "x.ndjson").code == 0
    plans = set(AdditionalPlan.objects.values_list("name", "resident__family_name"))
    assert plans == {("a", "a"), ("b", "b")}


def test_a_name_that_every_bundle_gives_anew_leads_to_the_entry_of_the_same_file(world, run_import, write):
    """`urn:uuid:` of an entry stands for it within its own bundle only."""
    files = []
    for who in ("a", "b"):
        entries = [{"fullUrl": "urn:uuid:1", "resource": patient(who, name=[{"family": who}])}]
        entries.append({"resource": plan(f"c-{who}", subject="urn:uuid:1", title=who)})
        files.append(write(f"{who}.json", {"resourceType": "Bundle", "type": "transaction", "entry": entries}))
    assert run_import(*files).code == 0
    plans = set(AdditionalPlan.objects.values_list("name", "resident__family_name"))
    assert plans == {("a", "a"), ("b", "b")}


def test_two_sources_that_use_the_same_ids_are_kept_apart_in_one_run(world, run_import, write):
    def source(name):
        said = {"meta": {"source": f"urn:{name}"}}
        return [patient(name=[{"family": name}], **said), plan(title=name, **said)]

    files = [write(f"{name}.ndjson", *source(name), lines=True) for name in ("one", "two")]
    assert run_import(*files).code == 0
    plans = set(AdditionalPlan.objects.values_list("name", "resident__family_name"))
    assert plans == {("one", "one"), ("two", "two")}


def test_a_plan_that_is_suddenly_about_somebody_else_is_refused(world, run_import, write):
    run_import(write("1.ndjson", patient("p1"), patient("p2"), plan(), lines=True))
    result = run_import(write("2.json", plan(subject="Patient/p2")))
    assert "it is now about somebody else than before" in result.err
    assert AdditionalPlan.objects.get().resident_id == CarePlan.objects.get().resident_id


@pytest.mark.parametrize(
    "facts",
    [
        {"gender": ["male"]},
        {"name": [{"use": ["usual"], "family": "Test"}]},
        {"identifier": 5},
        {"contained": True, "name": {"family": 5}},
        {"address": [{"line": "1 Elm Street"}]},
        {"telecom": [{"system": ["phone"], "value": 5}]},
    ],
)
def test_a_wrong_shape_is_a_fault_of_its_entry_and_of_no_other(world, run_import, write, facts):
    result = run_import(write("f.ndjson", patient("bad", **facts), patient("good"), lines=True))
    assert "Traceback" not in result.err
    assert Resident.objects.count() in (1, 2)
    assert "1 Patient" in result.out or "2 Patient" in result.out


def test_a_number_too_long_to_read_refuses_its_file_only(world, run_import, write, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text('{"resourceType": "Patient", "id": "p9", "multipleBirthInteger": ' + "9" * 5000 + "}")
    result = run_import(bad, write("good.json", patient()))
    assert "it holds a number that cannot be read" in result.err
    assert Resident.objects.count() == 1


def test_a_care_team_with_a_faulty_member_waits_until_the_member_is_right(world, run_import, write):
    team = {
        "resourceType": "CareTeam", "id": "t1", "status": "active", "subject": {"reference": "Patient/p1"},
        "participant": [{"member": {"reference": "Practitioner/d1"}}],
    }  # fmt: skip
    doctor = {"resourceType": "Practitioner", "id": "d1"}
    result = run_import(write("1.ndjson", patient(), doctor, team, lines=True))
    assert "CareTeam/t1: it needs Practitioner/d1, which could not be imported" in result.err
    run_import(write("2.ndjson", patient(), doctor | {"name": [{"text": "Dr Good"}]}, team, lines=True))
    assert Contact.objects.get().name == "Dr Good"


def test_in_a_plan_that_is_over_nothing_is_left_open(world, run_import, write):
    over = plan(status="completed", activity=[{"detail": {"status": "in-progress", "code": {"text": "Rest"}}}])
    run_import(write("b.ndjson", patient(), over, lines=True))
    assert Action.objects.get().status == "stopped"


def test_gzip_and_a_byte_order_mark_are_read(world, run_import, tmp_path):
    file = tmp_path / "p.json.gz"
    file.write_bytes(gzip.compress(b"\xef\xbb\xbf" + json.dumps(patient()).encode()))
    assert run_import(file).code == 0
    assert Resident.objects.count() == 1


def test_markup_in_a_name_is_stored_as_it_came(world, run_import, write):
    run_import(write("p.json", patient(name=[{"text": "Standard <script>somescript</script>"}])))
    assert Resident.objects.get().family_name == "<script>somescript</script>"


SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared sample data is not here")
class TestWithRealFiles:
    @pytest.mark.thorough
    def test_care_teams_plans_and_goals_of_fifteen_people_are_taken_without_a_fault(self, world, run_import):
        result = run_import(SHARED / "synthetic-patients-careteam" / "bundles.ndjson.gz")
        assert result.code == 0
        assert "new: 88 CarePlan, 88 CareTeam, 21 Goal, 20 Organization, 15 Patient, 42 Practitioner" in result.out

    @pytest.mark.thorough
    def test_eighty_people_are_taken_twice_and_the_second_time_changes_nothing(self, world, run_import):
        file = SHARED / "synthea-us-fhir-r4" / "bundles.ndjson.gz"
        assert run_import(file).code == 0
        versions = list(Resident.objects.order_by("id").values_list("id", "version"))
        result = run_import(file)
        assert result.code == 0
        assert "as before: 235 CarePlan, 153 Goal, 132 Organization, 80 Patient, 132 Practitioner" in result.out
        assert list(Resident.objects.order_by("id").values_list("id", "version")) == versions

    def test_whole_bundles_as_they_were_published_are_taken(self, world, run_import):
        assert run_import(*sorted((SHARED / "synthea-us-fhir-r4" / "full").glob("*.gz"))).code == 0

    @pytest.mark.parametrize(
        "file", sorted((SHARED / "fhir-validator-cases").glob("*.json")), ids=lambda path: path.stem
    )
    def test_each_file_made_to_break_readers_is_imported_or_refused_with_a_reason(self, world, run_import, file):
        result = run_import(file)
        assert result.code == (1 if result.err.strip() else 0)
        assert "Traceback" not in result.err
