"""Every address of the site, walked as nobody, as an outsider and as somebody who may."""

import pytest
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from carecoord.privacy.models import PrivacyReview
from neighbourhoods.models import Contact, Entry, Organisation
from tests.life import live
from tests.partners import made_client
from tests.standing import made_once
from tests.world import sign_in

pytestmark = pytest.mark.django_db

# What anybody may ask for: signing in, health, words about the site.
OPEN = {
    "healthz",
    "readyz",
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "help",
    "accessibility",
    "privacy_notice",
}
# Words that stand in the record of `tests/life.py` and nowhere else: an outsider never reads one of them.
CARE_DATA = (
    "Penicillin",
    "Karen Hartley",
    "The allotment",
    "Wound plan",
    "A break for her carer",
    "Needs her GP",
    "Ulcer smaller",
    "BARLOW",
    "Morning calls",
    "Room 12B",
    "Her sister Rose",
    "To the garden gate",
    "Dug one bed",
    "A raised bed",
    "Somebody to dig with",
    "Her allotment in June",
    "One lifts, one dresses",
)
RESIDENTS = {
    "resident_id",
    "action_id",
    "beside_id",
    "goal_id",
    "stage_id",
    "outcome_id",
    "option_id",
    "need_id",
    "additional_id",
    "attachment_id",
    "handover_id",
    "batch_id",
    "referral_id",
    "contact_id",
    "encounter_id",
    "entry_id",
    "detail_id",
    "plan_id",
    "alert_id",
    "review_id",
    "stay_id",
    "package_id",
    "other_id",
    "merge_id",
    "objection_id",
    "import_id",
}


def patterns(found=None, prefix=""):
    for entry in found or get_resolver().url_patterns:
        route = prefix + str(entry.pattern)
        # The API and the identity provider answer to tokens: tests/api walks them.
        if getattr(entry, "namespace", None) in {"api", "fhir", "idp"}:
            continue
        if isinstance(entry, URLPattern):
            yield route, entry
        else:
            yield from patterns(entry.url_patterns, route)


ROUTES = sorted({(entry.name, tuple(sorted(entry.pattern.converters))) for _, entry in patterns() if entry.name})
OURS = [route for route in ROUTES if not route[0].startswith(("account_", "mfa_", "socialaccount_"))]


def somebody_else(world):
    plain = {"address_lines": (), "postcode": "", "phone": "", "email": "", "gp_practice_id": world.practice.id}
    return world.resident(given_name="Olga", **plain)


def arguments(world, names):
    alert = world.alert_id
    values = {
        "resident_id": world.sheila.id,
        "action_id": world.action.id,
        "beside_id": world.beside.id,
        "goal_id": world.goal.id,
        "stage_id": world.stage.id,
        "outcome_id": world.outcome.id,
        "option_id": world.option.id,
        "need_id": world.need.id,
        "additional_id": world.additional.id,
        "attachment_id": world.attachment.id,
        "plan_id": world.plan.id,
        "detail_id": world.detail.id,
        "what": "name",
        "page": "plan",
        "key": "most_important",
        "place": "new",
        "handover_id": world.handover.id,
        "batch_id": world.handover.batch_id,
        "referral_id": world.referral.id,
        "service_id": world.carers_service.id,
        "organisation_id": Organisation.objects.get(name="Test Community Health").id,
        "team_id": world.nursing.id,
        "turn_id": world.nursing.id,
        "absence_id": world.nursing.id,
        "neighbourhood_id": world.millbrook.id,
        "contact_id": Contact.objects.get().id,
        "proxy_id": world.proxy.id,
        "encounter_id": world.encounter.id,
        "stay_id": world.stay.id,
        "package_id": world.package.id,
        "entry_id": Entry.objects.first().id,
        "kind": "alert",
        "measure": "assessment.loneliness",
        "seal": "safeguarding",
        "membership_id": world.nurse.membership_id,
        "user_id": world.nurse.actor_id,
        "client_id": world.client_id,
        "alert_id": alert,
        "objection_id": world.objection.id,
        "import_id": world.list.id,
        "review_id": PrivacyReview.objects.get().id,
        "other_id": somebody_else(world).id if "other_id" in names else None,
        "merge_id": world.merge.id,
        "slug": world.millbrook.slug,
        "rule": "handover.offered",
        "verb": "accept",
        "move": "end",
        "tab": "waiting",
        "number": 1,
        "step": "send",
    }
    return {name: values[name] for name in names}


def live_everywhere(world):
    from carecoord.alerts.models import Alert
    from carecoord.ids import new_id

    live(world)
    alert = Alert.objects.filter(team=world.surgery).first()
    world.alert_id = alert.id if alert else new_id()
    world.client_id = made_client(world).id
    return world


standing = made_once(live_everywhere)


@pytest.fixture
def lived(world):
    return world


# 286 tells an open page to stop asking.
def test_nobody_gets_further_than_signing_in(lived, client):
    wrong = []
    for name, names in OURS:
        address = reverse(name, kwargs=arguments(lived, names))
        for answer in (client.get(address), client.post(address)):
            asked = answer.status_code in (302, 303) and "/accounts/login/" in answer.headers["Location"]
            if name not in OPEN and not asked and answer.status_code not in (286, 401, 403, 404, 405):
                wrong.append((name, answer.status_code))
            if any(word in answer.content.decode() for word in CARE_DATA):
                wrong.append((name, "care data"))
    assert wrong == []


@pytest.mark.parametrize(
    "who", ["outsider", *(pytest.param(who, marks=pytest.mark.thorough) for who in ("privacy", "admin"))]
)
def test_an_outsider_finds_nothing_about_a_resident(lived, client, who):
    sign_in(client, lived, who)
    wrong = []
    for name, names in OURS:
        address = reverse(name, kwargs=arguments(lived, names))
        for method in ("get", "post"):
            answer = getattr(client, method)(address)
            body = answer.content.decode()
            if answer.status_code >= 500:
                wrong.append((name, method, answer.status_code))
            stopped = method == "get" and "resident_id" in names and answer.status_code == 403
            hidden = answer.status_code in (404, 405) or (name, answer.status_code) in EXPLAINED
            hidden = hidden or (stopped and "You have no recorded reason to open this record" in body)
            if RESIDENTS & set(names) and not hidden:
                wrong.append((name, method, answer.status_code))
            if any(word in body for word in CARE_DATA):
                wrong.append((name, method, "care data"))
    assert wrong == []


# Placing somebody in a neighbourhood is the front door's; few roles open what is sealed.
OF_OTHERS = {"place", "seal_open"}
# Answering the interruption card, to which every page of a resident leads: the one place where somebody with no reason
# is told that a resident exists.
EXPLAINED = {("resident_record", 403)} | {(way, status) for way in ("claim", "break_glass") for status in (403, 422)}


def test_somebody_who_may_sees_every_page_without_an_error(lived, client):
    sign_in(client, lived, "nurse")
    wrong = []
    for name, names in OURS:
        answer = client.get(reverse(name, kwargs=arguments(lived, names)))
        if answer.status_code == 403 and name in OF_OTHERS and "You cannot open this page" in answer.content.decode():
            continue
        if answer.status_code not in (200, 204, 302, 303, 404, 405):
            wrong.append((name, answer.status_code))
        if answer.status_code == 404 and "resident_id" in names:
            wrong.append((name, "not found"))
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            body = answer.content.decode()
            if "<html" in body and body.count("<h1") != 1:
                wrong.append((name, f"{body.count('<h1')} h1"))
            if 'style="' in body or "<script>" in body:
                wrong.append((name, "inline style or script"))
            if answer.headers.get("Content-Security-Policy", "").find("default-src 'self'") < 0:
                wrong.append((name, "no Content-Security-Policy"))
    assert wrong == []


def test_pages_about_residents_are_kept_by_no_browser(lived, client):
    sign_in(client, lived, "nurse")
    for name in ("my_day", "resident_record", "care_plan", "handover", "referral_inbox", "caseload"):
        names = next(names for known, names in OURS if known == name)
        answer = client.get(reverse(name, kwargs=arguments(lived, names)))
        assert "no-store" in answer.headers["Cache-Control"], name


def test_nothing_personal_stands_in_an_address():
    for route, _ in patterns():
        for word in ("nhs", "<str:name", "birth", "postcode"):
            assert word not in route.lower(), route
