"""Sections of a plan are data: a place adds one without code, and what was written stays as it was asked."""

import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as place
from django.urls import reverse

from carecoord import clock
from carecoord.errors import RuleError
from careplans.groups import due_of
from careplans.headings import STANDARD, headings
from careplans.models import PlanDraft, PlanSection, SectionVersion, SetAside
from careplans.services import AskedAnew, Clash
from neighbourhoods.definitions import DefinitionError
from neighbourhoods.gate import acting_as
from neighbourhoods.services import EntryFacts, record_entry
from neighbourhoods.services.stays import StayFacts, admit

FALLS = {
    "key": "falls",
    "title": "Falls",
    "hint": "What happened, and what helps.",
    "text": {"label": "What helps"},
    "fields": [
        {"key": "last_on", "label": "Last fall", "kind": "date"},
        {"key": "frame", "label": "Uses a frame?", "kind": "yes_no"},
        {"key": "places", "label": "Where it happens", "kind": "lines"},
    ],
}
NEWER = FALLS | {
    "version": 2,
    "title": "Falls and balance",
    "fields": [
        {"key": "last_on", "label": "Day of the last fall", "kind": "date"},
        {"key": "injured", "label": "Hurt by it", "kind": "text"},
    ],
}
ANSWERS = {"last_on": "2026-11-02", "frame": True, "places": ["Stairs", "Bathroom"]}


@pytest.fixture
def own(tmp_path, settings):
    """A place's own folder of definitions; called again, the next release of it."""
    numbers = iter(range(9))

    def define(*sections, group="situation", file="own.json"):
        folder = tmp_path / str(next(numbers))
        (folder / "plan").mkdir(parents=True)
        (folder / "plan" / file).write_text(json.dumps({"group": group, "sections": sections}))
        settings.DEFINITIONS = [settings.DEFINITIONS[0], folder]

    return define


@pytest.fixture
def falls(own, shared):
    own(FALLS)

    def write(by="nurse", version=0, body="A rail", answers=ANSWERS, **more):
        facts = {"plan_id": shared.plan.id, "key": "falls", "body": body, "in_own_words": False, "version": version}
        return shared.as_(by, "write_section", answers=answers, **facts, **more)

    return write


def edit_url(shared, key="falls"):
    return reverse("section_edit", args=[shared.resident.id, key])


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def plan(client, shared):
    return words(client.get(reverse("care_plan", args=[shared.resident.id])))


def typed(**more):
    boxes = {"answer_last_on_day": "2", "answer_last_on_month": "11", "answer_last_on_year": "2026"}
    return boxes | {"answer_frame": "yes", "answer_places": "Stairs", "body": "A rail", "asked": "1"} | more


def test_what_is_shipped_has_the_nine_of_the_standard_and_what_the_priorities_need():
    found = headings()
    assert tuple(found)[: len(STANDARD) - 2] == STANDARD[:-2]
    assert {*STANDARD, "supported_by", "dementia", "care_home_admission", "learning_disability"} <= found.keys()
    assert {"formulation", "mental_health_safety", "send"} <= found.keys()
    assert all(one.source and one.hint for one in found.values())
    assert [one.key for one in found.values() if one.own_words] == list(STANDARD[:-2])


def test_the_readme_names_every_word_that_a_file_of_sections_may_use():
    folder = place.BASE_DIR / "data" / "definitions"
    said = set(re.findall(r"`(\w+)`", (folder / "README.md").read_text()))
    used = {
        word
        for path in (folder / "plan").glob("*.json")
        for one in json.loads(path.read_text())["sections"]
        for word in one
    }
    assert used - said == set()


def test_a_place_adds_a_section_without_code(signed_in, shared, own):
    own(FALLS)
    client = signed_in("nurse")
    assert f'href="{edit_url(shared)}"' in client.get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert client.post(edit_url(shared), typed(version="0")).status_code == 302
    said = plan(client, shared)
    assert "Last fall 02-Nov-2026 Uses a frame? Yes Where it happens Stairs What helps A rail" in said
    for page in ("whole_record", "resident_statement"):
        said = words(client.get(reverse(page, args=[shared.resident.id])))
        assert "Uses a frame?" in said
        assert "A rail" in said
    history = words(client.get(reverse("section_versions", args=[shared.resident.id, "falls"])))
    assert "Uses a frame?" in history


def test_an_answer_that_will_not_do_is_said_beside_its_box_and_nothing_typed_is_lost(signed_in, shared, own):
    own(FALLS)
    page = signed_in("nurse").post(edit_url(shared), typed(version="0", answer_last_on_day="31"))
    assert page.status_code == 422
    assert "answer_last_on" in page.context["form"].errors
    assert "A rail</textarea>" in page.content.decode()


def test_old_plans_keep_the_version_they_were_written_in(signed_in, shared, falls, own):
    falls()
    own(NEWER)
    client = signed_in("nurse")
    said = plan(client, shared)
    assert "Falls Last fall 02-Nov-2026" in said
    assert "It asks more today: change it to answer" in said
    page = words(client.get(edit_url(shared)))
    assert "Falls and balance" in page
    assert "Not asked any more" in page
    assert "Uses a frame? Yes" in page
    falls(version=1, answers={"last_on": "2026-11-02", "injured": "Wrist"})
    first, second = SectionVersion.objects.order_by("number")
    assert (first.title, first.definition_version, len(first.answers)) == ("Falls", 1, 3)
    assert (second.title, second.definition_version) == ("Falls and balance", 2)
    assert "Then called “Falls”" in words(client.get(reverse("section_versions", args=[shared.resident.id, "falls"])))


def test_a_form_whose_definition_changed_meanwhile_is_told_so_and_loses_nothing(signed_in, shared, falls, own):
    falls()
    client = signed_in("nurse")
    own(NEWER)
    page = client.post(edit_url(shared), typed(version="1", body="A second rail"))
    assert page.status_code == 422
    assert "“Falls and balance” asks something else since you opened it." in words(page)
    assert "A second rail</textarea>" in page.content.decode()
    assert "Where it happens Stairs" in words(page)
    assert SectionVersion.objects.count() == 1
    again = typed(version="1", body="A second rail", asked="2", answer_injured="Wrist")
    assert client.post(edit_url(shared), again).status_code == 302
    assert PlanSection.objects.get().body == "A second rail"
    assert SetAside.objects.get().fields == {"Uses a frame?": "yes", "Where it happens": "Stairs"}
    with pytest.raises(AskedAnew):
        falls(version=2, answers={}, asked=1)


def test_a_draft_of_an_earlier_version_is_given_back_with_the_same_sentence(signed_in, shared, falls, own):
    client = signed_in("nurse")
    opening = str(client.get(edit_url(shared)).context["draft"].opening)
    keep = reverse("draft_keep", args=[shared.resident.id, "section", "falls"])
    assert client.post(keep, typed(version="0", opening=opening)).status_code == 200
    own(NEWER)
    page = client.get(edit_url(shared))
    assert "asks something else since you opened it" in words(page)
    assert "Where it happens" not in words(page)
    assert "Places Stairs" in words(page)
    assert page.context["form"]["answer_last_on"].value() == ["2", "11", "2026"]


def test_what_is_not_asked_any_more_is_read_and_what_was_typed_can_be_copied(signed_in, shared, falls, own):
    falls()
    client = signed_in("nurse")
    own(FALLS | {"retired": True})
    assert "This section is not written any more" in plan(client, shared)
    page = client.post(edit_url(shared), typed(version="1", body="A second rail"))
    assert (page.status_code, "A second rail" in words(page)) == (422, True)
    own(NEWER | {"key": "balance"})
    assert "Falls Last fall" in plan(client, shared)
    assert client.get(edit_url(shared)).status_code == 200
    with pytest.raises(RuleError, match="no such section"):
        falls(version=1)


def test_a_section_of_a_group_stands_in_the_plans_of_its_residents_and_can_be_added_by_others(signed_in, shared, world):
    client = signed_in("nurse")
    page = client.get(reverse("care_plan", args=[shared.resident.id])).context["plan"]
    assert "dementia" not in [one.key for one in page.rest]
    assert "Living with dementia" in [one.link.text for one in page.more]
    shared_with = {"resident_id": shared.resident.id}
    with_group = EntryFacts("cohort.dementia", "Slowly", {"diagnosed_on": "2026-01-01"})
    with acting_as(world.nurse) as by:
        record_entry(by=by, facts=with_group, **shared_with)
    page = client.get(reverse("care_plan", args=[shared.resident.id])).context["plan"]
    assert "dementia" in [one.key for one in page.rest]
    assert "Living with dementia" not in [one.link.text for one in page.more]


def test_coming_to_a_care_home_has_seven_working_days(signed_in, shared, world):
    came = datetime(2026, 11, 2, 12, tzinfo=UTC)
    with clock.at(came), acting_as(world.nurse) as by:
        facts = StayFacts(kind="care_home", admitted_at=came, organisation_name="The Limes")
        admit(by=by, resident_id=shared.resident.id, facts=facts)
    with clock.at(came + timedelta(days=1)):
        assert "Write it by 11-Nov-2026" in plan(signed_in("nurse"), shared)
    due = due_of(headings()["care_home_admission"], None, {"care_home": came})
    assert due == datetime(2026, 11, 11, 17, tzinfo=UTC)


def test_two_who_answer_different_questions_go_together_and_the_same_one_is_chosen(signed_in, shared, falls):
    falls()
    falls(by="link_worker", version=1, answers=ANSWERS | {"frame": False, "places": ["Garden"]})
    client = signed_in("nurse")
    mine = {
        "version": "1",
        "answer_frame": "yes",
        "answer_places": "Stairs\nBathroom\nKitchen",
        "answer_last_on_day": "9",
    }
    page = client.post(edit_url(shared), typed(**mine))
    assert page.status_code == 422
    assert [field.label for field, _, _ in page.context["fields"]] == ["Where it happens"]
    assert PlanDraft.objects.live().count() == 1
    chosen = page.context["hidden"] | {"choice_asked": "yes", "choose_answer_places": "mine"}
    assert client.post(edit_url(shared), chosen).status_code == 302
    section = PlanSection.objects.get()
    values = {one["key"]: one["value"] for one in section.answers}
    assert values == {"last_on": "2026-11-09", "frame": False, "places": ["Stairs", "Bathroom", "Kitchen"]}
    assert section.version == 3


def test_two_who_begin_the_same_section_choose_too(signed_in, shared, falls):
    falls(by="link_worker", answers={"places": ["Garden"]}, body="")
    client = signed_in("nurse")
    page = client.post(edit_url(shared), typed(version="0"))
    assert [field.label for field, _, _ in page.context["fields"]] == ["Where it happens"]
    chosen = page.context["hidden"] | {"choice_asked": "yes", "choose_answer_places": "theirs"}
    assert client.post(edit_url(shared), chosen).status_code == 302
    section = PlanSection.objects.get()
    assert ({one["key"] for one in section.answers}, section.body) == ({"last_on", "frame", "places"}, "A rail")
    assert [one["value"] for one in section.answers if one["key"] == "places"] == [["Garden"]]
    assert SetAside.objects.get().fields == {"Where it happens": "Stairs"}
    with pytest.raises(Clash):
        falls(version=0, answers={"places": ["Hall"]})


def test_a_script_in_a_heading_and_pasted_markup_are_text(signed_in, shared, own):
    script = "<script>alert(1)</script>"
    own(FALLS | {"title": script, "fields": [{"key": "a", "label": f"{script}?", "kind": "text"}]})
    client = signed_in("nurse")
    pasted = '<p class="MsoNormal" style="mso-x:y"><o:p>&nbsp;</o:p><b>Rail</b></p>'
    sent = {"body": pasted, "answer_a": pasted, "version": "0", "asked": "1"}
    assert client.post(edit_url(shared), sent).status_code == 302
    for page in (reverse("care_plan", args=[shared.resident.id]), edit_url(shared)):
        text = client.get(page).content.decode()
        assert script not in text
        assert html.escape(script) in text
        assert html.escape(pasted) in text
    assert PlanSection.objects.get().body == pasted


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"key": "Falls at home"}, "own.json, Falls at home: the key must be lower case words"),
        ({"colour": "red"}, "own.json, falls: colour is not understood"),
        ({"title": ""}, "own.json, falls: the title has 200 characters at most"),
        ({"text": None, "fields": []}, "own.json, falls: a section asks for words, for fields, or for both"),
        ({"cohorts": ["falling"]}, "own.json, falls: falling is no group"),
        ({"own_words": True}, "own.json, falls: what is in the resident's own words has no fields"),
        ({"key": "needs", "retired": True}, "Every plan has the section needs"),
    ],
)
def test_a_file_of_sections_that_will_not_do_says_where_and_why(own, given, sentence):
    own(FALLS | given)
    with pytest.raises(DefinitionError, match=re.escape(sentence)):
        headings()
