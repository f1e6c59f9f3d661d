"""What is typed into the plan is kept from the first keystrokes on, for whoever typed it and nobody else."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry, PastRow
from carecoord.errors import RuleError
from carecoord.ids import new_id
from careplans.models import DraftOf, Goal, PlanDraft, PlanSection
from careplans.services import Slot, create_plan, draft_in, keep_draft
from neighbourhoods import gate
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Membership
from neighbourhoods.services.merges import merge_residents

MORNING = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)


def keep_url(shared, kind="section", place="people", name="draft_keep"):
    return reverse(name, args=[shared.resident.id, kind, place])


def edit_url(shared, key="people"):
    return reverse("section_edit", args=[shared.resident.id, key])


def opening_of(page):
    return str(page.context["draft"].opening)


def unmarked(page):
    return re.sub(r"<[^>]+>", "", page.content.decode())


def type_(client, shared, body="Ken and", **more):
    """As the script of the page sends it."""
    page = client.get(edit_url(shared))
    sent = {"body": body, "version": "0", "opening": opening_of(page), "csrfmiddlewaretoken": "x"} | more
    return client.post(keep_url(shared), sent), sent


def test_the_first_keystrokes_are_kept_and_the_page_says_so(signed_in, shared):
    with clock.at(MORNING):
        answer, _ = type_(signed_in("nurse"), shared)
    assert (answer.status_code, answer.content.decode()) == (200, "Kept as a draft today 10:42. Not saved yet.")
    draft = PlanDraft.objects.get()
    assert draft.typed == {"body": "Ken and", "version": "0"}
    assert PlanSection.objects.count() == 0


def test_it_is_shown_again_after_signing_out_with_when_it_was_typed(signed_in, shared, client):
    with clock.at(MORNING):
        type_(signed_in("nurse"), shared, in_own_words="on")
    client.post("/accounts/logout/")
    with clock.at(MORNING + timedelta(hours=26)):
        page = signed_in("nurse").get(edit_url(shared))
    words = unmarked(page)
    assert "What you typed is kept: go on here." in words
    assert "You typed it 24-Nov-2026 10:42. It is not saved, and nobody else reads it." in words
    assert "Ken and</textarea>" in page.content.decode()
    assert "Error: " not in words


def test_the_plan_tells_its_author_where_something_waits_to_be_saved(signed_in, shared):
    client = signed_in("nurse")
    goal, action = shared.goal(), shared.action()
    for kind, place in (("section", "needs"), ("goal", str(goal.id)), ("action", str(action.id)), ("goal", "new")):
        client.post(keep_url(shared, kind, place), {"body": "x", "title": "x", "opening": str(new_id())})
    page = client.get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert page.count("What you typed is kept.") == 4
    for name, place in (("goal_detail", goal.id), ("action_detail", action.id)):
        assert f'href="{reverse(name, args=[place])}"' in page.split("What you typed is kept.", 1)[1]


def test_saving_empties_the_draft_and_a_late_keystroke_does_not_bring_it_back(signed_in, shared):
    client = signed_in("nurse")
    _, sent = type_(client, shared)
    assert client.post(edit_url(shared), sent | {"body": "Ken and Ann"}).status_code == 302
    draft = PlanDraft.objects.get()
    assert (draft.typed, draft.ended_at is None) == ({}, False)
    late = client.post(keep_url(shared), sent)
    assert late.status_code == 409
    assert late.content.decode() == "This form was saved or thrown away. Open it again to go on."
    assert "What you typed is kept: go on" not in client.get(edit_url(shared)).content.decode()


def test_a_keystroke_that_is_slower_than_the_first_save_is_no_draft_either(signed_in, shared):
    client = signed_in("nurse")
    sent = {"body": "Ken", "version": "0", "opening": opening_of(client.get(edit_url(shared)))}
    assert client.post(edit_url(shared), sent).status_code == 302
    assert client.post(keep_url(shared), sent).status_code == 409
    assert PlanDraft.objects.live().count() == 0


def test_a_new_opening_after_saving_is_kept_again(signed_in, shared):
    client = signed_in("nurse")
    _, sent = type_(client, shared)
    client.post(edit_url(shared), sent)
    answer, _ = type_(client, shared, body="Ken and Ann", version="1")
    assert answer.status_code == 200
    assert PlanDraft.objects.live().get().typed["body"] == "Ken and Ann"


def test_it_can_be_thrown_away(signed_in, shared):
    client = signed_in("nurse")
    _, sent = type_(client, shared)
    thrown = client.post(keep_url(shared, name="draft_discard"), {"opening": sent["opening"]})
    assert thrown.url == reverse("care_plan", args=[shared.resident.id])
    assert PlanDraft.objects.get().typed == {}
    assert "Ken and" not in client.get(edit_url(shared)).content.decode()
    assert client.post(keep_url(shared), sent).status_code == 409


def test_without_a_script_what_is_refused_is_kept(signed_in, shared):
    client = signed_in("nurse")
    refused = client.post(edit_url(shared), {"body": "x" * 20_000, "version": "0"})
    assert refused.status_code == 422
    assert "x" * 20_000 in client.get(edit_url(shared)).content.decode()
    goal_new = reverse("goal_new", args=[shared.resident.id])
    assert client.post(goal_new, {"title": "Fly", "importance": "11"}).status_code == 422
    page = client.get(goal_new)
    assert 'value="11"' in page.content.decode()
    assert "Error: " not in page.content.decode()


def test_without_a_script_a_clash_is_kept_until_it_is_decided(signed_in, shared):
    shared.write("Ken")
    shared.write("Ken and Ann", by="link_worker", version=1)
    client = signed_in("nurse")
    clash = client.post(edit_url(shared), {"body": "Ken and Bob", "version": "1"})
    assert "Decide later" in clash.content.decode()
    page = client.get(edit_url(shared))
    assert "Ken and Bob</textarea>" in page.content.decode()
    again = client.post(edit_url(shared), {"body": "Ken and Bob", "version": page.context["form"]["version"].value()})
    assert again.status_code == 422
    choice = {"choice_asked": "yes", "choice": "mine", "body": "Ken and Bob", "version": 2, "read_version": 1}
    assert client.post(edit_url(shared), choice).status_code == 302
    assert PlanDraft.objects.live().count() == 0
    assert PlanSection.objects.get().body == "Ken and Bob"


def test_boxes_of_a_day_and_a_choice_are_given_back_as_they_were(signed_in, shared):
    client = signed_in("nurse")
    action_new = reverse("action_new", args=[shared.resident.id])
    half = {"title": "Ring", "due_on_day": "31", "due_on_month": "", "opening": str(new_id())}
    assert client.post(keep_url(shared, "action", "new"), half).status_code == 200
    page = client.get(action_new)
    assert page.context["form"]["due_on"].value() == ["31", "", None]
    assert page.context["form"]["title"].value() == "Ring"
    assert not page.context["form"].errors


def test_a_new_goal_that_was_kept_is_added_once_however_often_it_is_sent(signed_in, shared):
    client = signed_in("nurse")
    goal_new = reverse("goal_new", args=[shared.resident.id])
    made = str(client.get(goal_new).context["form"]["made"].value())
    client.post(keep_url(shared, "goal", "new"), {"title": "Walk", "made": made, "opening": str(new_id())})
    page = client.get(goal_new)
    assert str(page.context["form"]["made"].value()) == made
    for _ in range(2):
        assert client.post(goal_new, {"title": "Walk", "made": made}).status_code == 302
    assert Goal.objects.count() == 1


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (5, "Nurse is editing this section since 10:42."),
        (20, "Nurse began to change this section today 10:42, and has not saved it."),
    ],
)
def test_others_read_who_is_editing_and_since_when_and_not_a_word_of_it(signed_in, shared, minutes, said):
    with clock.at(MORNING):
        type_(signed_in("nurse"), shared, body="Quaverthorpe")
    with clock.at(MORNING + timedelta(minutes=minutes)):
        client = signed_in("link_worker")
        pages = [
            unmarked(client.get(url)) for url in (reverse("care_plan", args=[shared.resident.id]), edit_url(shared))
        ]
    for page in pages:
        assert said in page
        assert "Test Community Health" in page
        assert "Quaverthorpe" not in page


def test_the_contents_say_who_is_editing_in_place_of_the_last_change(signed_in, shared):
    shared.write("Ken")
    type_(signed_in("nurse"), shared, body="Ken and")
    page = signed_in("link_worker").get(reverse("care_plan", args=[shared.resident.id]))
    assert page.context["plan"].contents.items[0].second == "Nurse is editing"


def test_a_draft_is_read_by_its_author_alone_even_past_the_services(shared, world):
    slot = Slot(shared.resident.id, DraftOf.SECTION, "people")
    shared.as_("nurse", "keep_draft", slot=slot, typed={"body": "Ken"}, opening=new_id())
    seen = {}
    for name in ("nurse", "lead", "link_worker", "outsider"):
        with acting_as(world.people[name]), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM careplans_plandraft")
            seen[name] = cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM app.plan_editing(%s)", [shared.resident.id])
            seen[name] += cursor.fetchone()[0] * 10
    assert seen == {"nurse": 11, "lead": 10, "link_worker": 10, "outsider": 0}


def test_two_people_keep_one_each_in_the_same_place(shared):
    slot = Slot(shared.resident.id, DraftOf.SECTION, "people")
    for name in ("nurse", "link_worker"):
        shared.as_(name, "keep_draft", slot=slot, typed={"body": name}, opening=new_id())
    assert sorted(PlanDraft.objects.values_list("typed__body", flat=True)) == ["link_worker", "nurse"]
    shared.as_("nurse", "end_draft", slot=slot, opening=new_id())
    assert PlanDraft.objects.live().get().typed == {"body": "link_worker"}


def test_the_audit_says_that_somebody_wrote_and_no_word_of_what(signed_in, shared):
    client = signed_in("nurse")
    _, sent = type_(client, shared, body="Quaverthorpe")
    client.post(keep_url(shared), sent | {"body": "Quaverthorpe and more"})
    client.post(keep_url(shared, name="draft_discard"), {"opening": sent["opening"]})
    entries = AuditEntry.objects.filter(about_type="draft").order_by("at", "id")
    assert [(one.kind, one.verb) for one in entries] == [("look", "draft.begun"), ("look", "draft.discarded")]
    assert "Quaverthorpe" not in str([vars(one) for one in AuditEntry.objects.all()])
    assert "Quaverthorpe" not in str([vars(one) for one in PastRow.objects.all()])


@pytest.mark.parametrize(("kind", "place"), [("section", "hobbies"), ("plan", "new"), ("goal", "nonsense")])
def test_nothing_is_kept_where_there_is_nothing_to_write(signed_in, shared, kind, place):
    assert signed_in("nurse").post(keep_url(shared, kind, place), {"body": "x"}).status_code == 404


def test_a_goal_that_is_not_of_this_resident_is_refused_in_words(signed_in, shared):
    answer = signed_in("nurse").post(keep_url(shared, "goal", str(new_id())), {"title": "x"})
    assert (answer.status_code, PlanDraft.objects.count()) == (409, 0)
    assert answer.content.decode().startswith("There is nothing to write here any more.")


def test_an_outsider_finds_no_place_to_write(signed_in, shared):
    client = signed_in("outsider")
    assert client.post(keep_url(shared), {"body": "x"}).status_code == 404
    assert client.post(keep_url(shared, name="draft_discard")).status_code == 404
    assert PlanDraft.objects.count() == 0


def test_what_a_form_does_not_ask_is_not_kept_and_no_more_than_it_could_take(signed_in, shared):
    client = signed_in("nurse")
    sent = {"body": "a\0b", "extra": "y", "opening": str(new_id())}
    assert client.post(keep_url(shared), sent).status_code == 200
    assert PlanDraft.objects.get().typed == {"body": "ab"}
    assert client.post(keep_url(shared), sent | {"body": "x" * 70_000}).status_code == 409
    assert PlanDraft.objects.get().typed == {"body": "ab"}


def test_a_member_alone_keeps_drafts(shared, world):
    slot = Slot(shared.resident.id, DraftOf.GOAL)
    team = gate.team(world.nursing)
    with acting_as(team), pytest.raises(RuleError):
        keep_draft(by=team, slot=slot, typed={"title": "x"}, opening=new_id())


def test_a_draft_follows_a_merge_and_hinders_none(shared, world):
    twin = world.resident(nhs_number=None)
    with acting_as(world.nurse):
        create_plan(by=world.nurse, resident_id=twin.id)
        for resident_id, body in ((twin.id, "older"), (shared.resident.id, "newer")):
            slot = Slot(resident_id, DraftOf.SECTION, "people")
            keep_draft(by=world.nurse, slot=slot, typed={"body": body}, opening=new_id())
    with acting_as(world.lead) as lead:
        merge_residents(by=lead, survivor_id=shared.resident.id, merged_id=twin.id, reason="Registered twice")
    slot = Slot(shared.resident.id, DraftOf.SECTION, "people")
    found = shared.as_("nurse", "draft_in", slot=slot)
    assert found.typed == {"body": "newer"}
    shared.as_("nurse", "end_draft", slot=slot, opening=new_id())
    assert shared.as_("nurse", "draft_in", slot=slot).typed == {"body": "older"}


def test_the_same_person_in_another_role_does_not_get_it(shared, world):
    slot = Slot(shared.resident.id, DraftOf.SECTION, "people")
    shared.as_("nurse", "keep_draft", slot=slot, typed={"body": "Ken"}, opening=new_id())
    elsewhere = replace(world.nurse, membership_id=world.lead.membership_id, role="care_coordinator")
    with acting_as(elsewhere):
        assert draft_in(elsewhere, slot) is None
        assert not PlanDraft.objects.exists()


def after_the_end(client, shared, path, sent, minutes=20):
    """Sent when the sign-in, last used at ten to, has run out."""
    with clock.at(MORNING):
        client.get(reverse("care_plan", args=[shared.resident.id]))
    with clock.at(MORNING + timedelta(minutes=minutes)):
        return client.post(path, sent)


@pytest.fixture
def nurse_of_the_morning(signed_in):
    with clock.at(MORNING):
        return signed_in("nurse")


def test_a_form_sent_after_the_sign_in_ran_out_is_kept_for_whoever_typed_it(nurse_of_the_morning, signed_in, shared):
    sent = {"body": "Ken and her sister", "version": "0", "opening": str(new_id())}
    answer = after_the_end(nurse_of_the_morning, shared, edit_url(shared), sent)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "kept as a draft, for you alone" in page
    assert "Ken and her sister" not in page
    assert edit_url(shared) in page.replace("%2F", "/")
    draft = PlanDraft.objects.get()
    assert (draft.written_by_id, draft.typed["body"]) == (shared.world.nurse.membership_id, "Ken and her sister")
    assert PlanSection.objects.count() == 0
    again = signed_in("nurse").get(edit_url(shared)).content.decode()
    assert "Ken and her sister</textarea>" in again


@pytest.mark.parametrize("kind", ["goal_new", "goal_detail", "stage_new", "outcome_new", "additional_new"])
def test_so_is_every_form_of_the_plan(nurse_of_the_morning, shared, kind):
    goal = shared.goal()
    about = shared.resident.id if kind in ("goal_new", "additional_new") else goal.id
    sent = {"title": "Walk", "name": "Wound plan", "words": "Further", "opening": str(new_id())}
    answer = after_the_end(nurse_of_the_morning, shared, reverse(kind, args=[about]), sent)
    assert "kept as a draft" in answer.content.decode()
    assert PlanDraft.objects.get().ended_at is None
    assert Goal.objects.count() == 1


def test_nothing_is_kept_where_more_than_time_has_ended_the_sign_in(nurse_of_the_morning, shared, world):
    user = Membership.objects.get(id=world.nurse.membership_id).user
    user.set_password("another password of many letters")
    user.save()
    sent = {"body": "Ken and her sister", "version": "0", "opening": str(new_id())}
    answer = after_the_end(nurse_of_the_morning, shared, edit_url(shared), sent)
    assert "kept as a draft" not in answer.content.decode()
    assert PlanDraft.objects.count() == 0


def test_nor_in_a_role_that_has_ended(nurse_of_the_morning, shared, world):
    sent = {"body": "Ken and her sister", "version": "0", "opening": str(new_id())}
    with clock.at(MORNING):
        nurse_of_the_morning.get(reverse("care_plan", args=[shared.resident.id]))
    Membership.objects.filter(id=world.nurse.membership_id).update(ends_at=MORNING + timedelta(minutes=1))
    with clock.at(MORNING + timedelta(minutes=20)):
        answer = nurse_of_the_morning.post(edit_url(shared), sent)
    assert "Ken and her sister" in answer.content.decode()
    assert PlanDraft.objects.count() == 0


def test_what_was_left_unfinished_stands_on_my_day(signed_in, shared):
    client = signed_in("nurse")
    assert "You left something unfinished" not in client.get("/").content.decode()
    client.post(keep_url(shared, "section", "needs"), {"body": "Stairs", "opening": str(new_id())})
    client.post(keep_url(shared, "additional", "new"), {"name": "Wound", "opening": str(new_id())})
    page = client.get("/").content.decode()
    assert "You left something unfinished" in page
    assert edit_url(shared, "needs") in page
    assert reverse("additional_new", args=[shared.resident.id]) in page
    assert "Stairs" not in page
    assert "You left something unfinished" not in signed_in("link_worker").get("/").content.decode()
    client.post(keep_url(shared, "section", "needs", "draft_discard"))
    client.post(keep_url(shared, "additional", "new", "draft_discard"))
    assert "You left something unfinished" not in client.get("/").content.decode()


def test_nothing_is_left_unfinished_in_a_plan_that_has_ended(signed_in, shared):
    client = signed_in("nurse")
    client.post(keep_url(shared), {"body": "Ken", "opening": str(new_id())})
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="enter_in_error", reason="Not hers")
    assert "You left something unfinished" not in client.get("/").content.decode()
