"""The way of a list through the pages, without JavaScript: file, columns, progress, review, written, undone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from neighbourhoods import tasks
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident, ResidentImport, ResidentImportRow
from neighbourhoods.services import record_entry
from neighbourhoods.services.entry_facts import EntryFacts
from neighbourhoods.services.import_work import empty_old_imports, work_on_one
from tests.importing.conftest import as_csv
from tests.importing.test_writing import KEN, ROSE
from tests.life import restrict
from tests.statements import statements_of

pytestmark = pytest.mark.django_db


def work():
    while work_on_one():
        pass


def bring(client, world, content, name="people.csv"):
    file = SimpleUploadedFile(name, content, "text/csv")
    return client.post(reverse("import_new"), {"file": file, "team": str(world.nursing.id)})


def read_through(client, world, content):
    assert bring(client, world, content).status_code == 302
    found = ResidentImport.objects.latest("created_at")
    guessed = {f"column_{at}": meaning for at, meaning in enumerate(found.columns)}
    answer = client.post(reverse("import_columns", args=[found.id]), {**guessed, "dates": "day"})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("import_detail", args=[found.id]))
    return found


def page(client, found, name="import_detail", **asked):
    return client.get(reverse(name, args=[found.id]), asked).content.decode()


def test_a_list_goes_its_way_and_is_undone(world, signed_in):
    client = signed_in("lead")
    found = read_through(client, world, as_csv(KEN, ROSE, ("1", "Bad", "Number", "01/01/1950", "", "", "")))
    text = page(client, found)
    assert '<progress class="progress" value="0" max="3"' in text
    assert "See how far it is" in text
    work()
    text = page(client, found)
    assert "Nothing is written yet. 0 decided to be written, 2 not decided" in text
    assert "This is not a valid NHS number: check the digits" in text
    decide = reverse("import_decide", args=[found.id])
    client.post(decide, {"verdict": "new", "all": "register"})
    client.post(decide, {"row-3": "leave"})
    assert "Write 1 row<" in page(client, found)
    assert "<strong>1</strong> will be registered" in page(client, found, "import_write")
    assert Resident.objects.count() == 0
    client.post(reverse("import_write", args=[found.id]))
    assert "Registering the people you chose" in page(client, found)
    work()
    text = page(client, found)
    assert "1 registered, 0 known and taken onto the caseload, 0 not written" in text
    ken = Resident.objects.get()
    assert reverse("resident_record", args=[ken.id]) in text
    assert "1 who were registered will be nobody\u2019s" in page(client, found, "import_undo")
    client.post(reverse("import_undo", args=[found.id]))
    work()
    assert "1 undone" in page(client, found)
    assert KEN[5] in page(client, found)
    assert reverse("resident_record", args=[ken.id]) not in page(client, found)
    assert "people.csv" in client.get(reverse("import_list")).content.decode()


def test_a_list_that_was_emptied_still_says_what_came_of_it(world, signed_in, later):
    client = signed_in("lead")
    found = read_through(client, world, as_csv(KEN))
    work()
    client.post(reverse("import_decide", args=[found.id]), {"row-2": "register"})
    client.post(reverse("import_write", args=[found.id]))
    work()
    with later(days=31):
        assert empty_old_imports() == 1
    text = page(client, found)
    assert "1 registered" in text
    assert "Emptied after 30 days" in text
    assert "MARSH" not in text


def test_a_worker_gives_way_to_others_and_comes_back(world, signed_in, monkeypatch):
    nudged = []
    monkeypatch.setattr(tasks, "LONGEST_RUN_SECONDS", 0)
    monkeypatch.setattr(tasks, "nudge", nudged.append)
    read_through(signed_in("lead"), world, as_csv(KEN))
    assert [tasks.work_on_imports() for _ in range(4)] == [1, 1, 1, 0]
    assert nudged == ["neighbourhoods.work_on_imports"] * 3
    assert ResidentImport.objects.get().state == "review"
    assert tasks.empty_imports() == 0


def test_undo_says_what_was_worked_with(world, signed_in, later):
    client = signed_in("lead")
    found = read_through(client, world, as_csv(KEN))
    work()
    client.post(reverse("import_decide", args=[found.id]), {"row-2": "register"})
    client.post(reverse("import_write", args=[found.id]))
    work()
    ken = Resident.objects.get()
    with later(), acting_as(world.nurse):
        record_entry(by=world.nurse, resident_id=ken.id, facts=EntryFacts("alert", "Dog"))
    text = page(client, found, "import_undo")
    assert "1 of these people was worked with since" in text
    assert reverse("resident_record", args=[ken.id]) in text
    answer = client.post(reverse("import_undo", args=[found.id]))
    assert (answer.status_code, ResidentImport.objects.get().state) == (422, "written")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "This file is empty"),
        (b"Name,DOB\n", "This file has headings and nobody below them"),
        (b"PK\x03\x04", "not a CSV file"),
        (b"Name\n" + b"x\n" * 20_001, "This file has more than 20,000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_beside_the_field(world, signed_in, content, told):
    answer = bring(signed_in("lead"), world, content)
    assert (answer.status_code, ResidentImport.objects.count()) == (422, 0)
    assert told in answer.content.decode()


def test_a_file_that_is_too_large_is_kept_nowhere_and_that_is_said(world, signed_in):
    answer = bring(signed_in("lead"), world, b"Name,DOB\n" + b"x" * 10_000_000)
    assert (answer.status_code, "This file is larger than 10 MB. Split it" in answer.content.decode()) == (422, True)
    assert ResidentImport.objects.count() == 0


def test_without_a_file_one_is_asked_for(world, signed_in):
    answer = signed_in("lead").post(reverse("import_new"), {"team": str(world.nursing.id)})
    assert (answer.status_code, "Choose a file" in answer.content.decode()) == (422, True)


def test_columns_that_say_too_little_show_the_form_again_with_what_was_chosen(world, signed_in):
    client = signed_in("lead")
    bring(client, world, as_csv(KEN))
    found = ResidentImport.objects.get()
    columns = {f"column_{at}": "" for at in range(7)} | {"column_1": "title", "dates": "month"}
    answer = client.post(reverse("import_columns", args=[found.id]), columns)
    text = answer.content.decode()
    assert (answer.status_code, "Say in which columns the names are" in text) == (422, True)
    assert '<option value="title" selected>' in text


def test_somebody_known_is_shown_with_why_and_can_be_chosen(world, signed_in):
    ken = world.resident(
        given_name="Ken", family_name="Marsh", nhs_number="9990000026", birth_date=None, birth_date_status="unknown"
    )
    client = signed_in("lead")
    found = read_through(client, world, as_csv(KEN))
    work()
    text = page(client, found, verdict="same")
    assert "The same NHS number" in text
    assert f'value="join:{ken.id}"' in text
    assert AuditEntry.objects.filter(verb="resident.compared", resident_id=ken.id).count() == 2
    client.post(reverse("import_decide", args=[found.id]), {"row-2": f"join:{ken.id}"})
    assert ResidentImportRow.objects.get().joins_id == ken.id


@pytest.mark.parametrize("is_written", [True, False])
def test_ig_20_of_somebody_restricted_since_the_list_says_nothing_any_more(world, signed_in, is_written):
    """Whether the list made them, or names somebody whom it may mean."""
    client, ken = signed_in("lead"), None
    if not is_written:
        ken = world.resident(given_name="Ken", family_name="Marsh", nhs_number="9990000026")
    found = read_through(client, world, as_csv(KEN))
    work()
    if is_written:
        client.post(reverse("import_decide", args=[found.id]), {"verdict": "new", "all": "register"})
        client.post(reverse("import_write", args=[found.id]))
        work()
        ken = Resident.objects.get()
    postcode = KEN[4]
    assert postcode in page(client, found)
    restrict(world, ken, by=world.lead)
    assert postcode not in page(client, found)


@pytest.mark.parametrize("value", ["join:x", "wrong", "join:00000000-0000-0000-0000-000000000001"])
def test_what_no_page_offers_is_refused_in_words(world, signed_in, value):
    client = signed_in("lead")
    found = read_through(client, world, as_csv(KEN))
    work()
    answer = client.post(reverse("import_decide", args=[found.id]), {"row-2": value}, follow=True)
    assert "hoose" in answer.content.decode()
    assert ResidentImportRow.objects.get().decision == ""


def test_a_poll_shows_the_bar_alone_and_at_the_end_the_page(world, signed_in):
    client = signed_in("lead")
    found = read_through(client, world, as_csv(KEN))
    polled = client.get(reverse("import_detail", args=[found.id]), headers={"HX-Request": "true"})
    assert "<html" not in polled.content.decode()
    work()
    polled = client.get(reverse("import_detail", args=[found.id]), headers={"HX-Request": "true"})
    assert polled.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("who", ["nurse", "outsider", "ward_lead", "admin", "privacy"])
def test_nobody_else_finds_the_list(world, signed_in, who):
    client = signed_in("lead")
    found = read_through(client, world, as_csv(KEN))
    work()
    client = signed_in(who)
    for name in ("detail", "columns", "write", "undo", "discard"):
        for method in ("get", "post"):
            assert getattr(client, method)(reverse(f"import_{name}", args=[found.id])).status_code == 404
    assert client.post(reverse("import_decide", args=[found.id]), {"row-2": "register"}).status_code == 404
    assert "people.csv" not in client.get(reverse("import_list")).content.decode()
    assert ResidentImportRow.objects.get().decision == ""


def test_only_leads_and_coordinators_bring_lists(signed_in):
    answer = signed_in("nurse").get(reverse("import_new"), follow=True)
    assert answer.redirect_chain == [(reverse("import_list"), 302)]
    assert "Lists of people are brought by leads of a team and by coordinators" in answer.content.decode()


def test_formulas_and_markup_are_shown_as_the_text_they_are(world, signed_in):
    client = signed_in("lead")
    found = read_through(client, world, as_csv(("", "=cmd|' /C calc'!A0", "<b>Lee</b>", "01/02/1950", "", "", "")))
    work()
    text = page(client, found)
    assert "&lt;b&gt;" in text.casefold()
    assert "<b>lee" not in text.casefold()
    assert "looks like a formula and is kept as text" in text


def test_a_review_costs_the_same_for_three_rows_as_for_twenty(world, signed_in):
    client = signed_in("lead")
    costs = []
    for many in (3, 20):
        rows = [("", "Ann", f"Lee{n}", f"{n + 1}/02/19{many + n}", "", "", "") for n in range(many)]
        found = read_through(client, world, as_csv(*rows))
        work()
        costs.append(len(statements_of(lambda found=found: page(client, found))))
    assert costs[0] == costs[1] <= 14
