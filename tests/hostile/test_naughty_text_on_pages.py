"""Naughty text in every text field of every form on the pages: shown escaped, kept as it is, or refused in words.

The forms are found by reading the pages, as a browser does, and the pages by walking the URL configuration: a page or
a field that the walk does not come to fails, unless it is named here with the reason.
"""

from itertools import count

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from carecoord.accounts import sessions
from tests.hostile.forms_of_pages import forms_in
from tests.hostile.pages import ISSUER, ROLES, Lived, pages
from tests.hostile.strings import OURS, kept_beside
from tests.hostile.walking import MARK, Typed, Walk, text_fields_without
from tests.world import PASSWORD, sign_in

pytestmark = pytest.mark.django_db

# As long as the shortest field takes.
MANY_AT_ONCE = "<b>';--{{7}}%s\u0141\u4e2d\u200f</b>"
# Every text alone goes into one form of so many.
SHARE = 24
ROOM_FOR_MANY = 500
# What answers to monitors and browsers and shows no form, what leads on at once, and what a page's script sends.
WITHOUT_FORMS = {
    "healthz", "readyz", "metrics", "alert_open", "entry_opened", "stay_opened", "package_opened", "plan_opened",
    "draft_keep", "team_overdue", "page_printed",
    "socialaccount_start", "socialaccount_callback",
    "find_typing", "delivery_receipts", "delivery_bounces",
}  # fmt: skip
# Buttons that stand on their pages only in a state that this place is not in; they send no text.
BUTTONS_ALONE = {
    "absence_end", "care_plan_activate", "care_plan_start", "choose_role", "draft_discard", "duty_turn_cancel",
    "end_emergency", "entry_code", "handover_close", "handover_need", "stay_step",
}  # fmt: skip
# Signing in, passwords and second factors have a walk of their own below: they keep nothing of what is typed.
SIGNING_IN = ("account_", "mfa_")
SIGNING_IN_FORMS = "carecoord.accounts."
# Searches take numbers, names and dates of birth, and say so; they keep nothing of what was typed.
# The id that a regulator gives a home or a person is shorter than what is typed here: tests/neighbourhoods/
# test_homes.py, test_administration_of_facts.py.
# A rule is saved after a look at whom it would have alerted: tests/alerts/test_previewing.py.
# Only a whole address is kept, of a system of the organisation's: tests/alerts/test_webhooks.py.
# Words beside a file, which a walk that types has not: tests/careplans/test_attachments.py.
NEVER_TAKEN = {
    "attachment_new", "find", "contact_link", "home_round", "admin_alert_rule", "admin_webhook", "admin_staff_facts",
}  # fmt: skip
# Asked beside somebody whom the search has found: tests/neighbourhoods/test_households.py.
BESIDE_WHO_WAS_FOUND = {("LinkForm", "neighbourhoods.forms.people", "relationship")}
# Asked where texts are set up, or writing is said to be unsafe: tests/alerts/test_sent.py, governance/test_messages.py.
ASKED_AT_TIMES = {
    ("NumberForm", "carecoord.alerts.sent", "number"),
    ("CodeForm", "carecoord.alerts.sent", "code"),
    ("MessageForm", "neighbourhoods.forms.messages", "in_spite"),
}
# A search that comes before a form keeps nothing, the form after it does; the other is kept behind a time and a name.
NOT_KEPT = {
    # Kept where nobody reads it, and shown by asking for it: test_key_safe.py.
    ("entry_new", "secret"), ("entry_correct", "secret"),
    ("resident_new", "family_name"), ("resident_new", "given_name"), ("handover_accept", "why"),
    # Whoever has chosen one from the list is told to leave these empty.
    ("stay_new", "organisation_name"), ("package_new", "provider_name"), ("package_change", "provider_name"),
}  # fmt: skip


@pytest.fixture
def walked(world, settings):
    """`walked(texts_of, roles=..., is_short=...)`: the walk, and the fields that the forms of the code saw typed in.

    `texts_of` a form, and of how much its fields take, are lists with a text for each field.
    """
    settings.OIDC_NAME, settings.OIDC_ISSUER = "Test Identity", ISSUER
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "us", "word"

    def walk(texts_of, *, roles, is_short):
        place = Lived(world, is_short=is_short)
        walk, typed = Walk(place), Typed()
        with typed.noted():
            for role in roles:
                if role == "admin":
                    place.close_the_account()
                walk_as(role, walk, typed, texts_of)
        return walk, typed

    def walk_as(role, walk, typed, texts_of):
        client = Client(raise_request_exception=False)
        sign_in(client, world, role)
        waiting = walk.read(client, role, ours())
        while waiting:
            form = waiting.pop()
            if form.leads_to.startswith((*SIGNING_IN, "choose_role")) or is_of_a_clash(form):
                continue
            typed.lengths.clear()
            stay_signed_in(client)
            waiting += walk.type_free(client, form, marked(MANY_AT_ONCE, form))
            for texts in texts_of(form, dict(typed.lengths)):
                waiting += walk.type_free(client, form, texts)
            if form.formed:
                walk.type_formed(client, form, "a\0b" if form.free else MANY_AT_ONCE)
            if form.free and "version" in form.fixed:
                waiting += walk.type_late(client, form, MANY_AT_ONCE)

    return walk


def is_of_a_clash(form):
    """There only as long as two have changed one thing, and the walk takes back what it wrote: tests/careplans."""
    return "read_version" in form.fixed and any(name.startswith("both_") for name in form.free)


def stay_signed_in(client):
    """What is typed is rolled back, and that somebody was there with it: after a while they would be signed out."""
    session = client.session
    sessions.begin(session)
    session.save()


def ours():
    return [page for page in pages() if not page.name.startswith(SIGNING_IN) and page.name not in WITHOUT_FORMS]


def marked(text, form):
    """In each field a little different, so that each is looked for by itself."""
    return [f"{text} {MARK}{number}" for number, _ in enumerate(form.free)]


def assert_nothing_is_wrong(walk):
    assert not walk.faults, "\n".join(walk.faults[:50])
    typed = {key: form for key, form in walk.forms.items() if form.free and not is_of_a_clash(form)}
    posted = {key: form for key, form in typed.items() if form.method == "post"}
    taken = {(key[0], key[2]) for key in walk.taken}
    never = {key[0]: walk.refused.get(key) for key in posted if (key[0], key[2]) not in taken}
    assert set(never) <= NEVER_TAKEN, never
    lost = {(key[0], name) for key in set(posted) & walk.taken for name in {*posted[key].free} - walk.kept[key]}
    assert lost <= NOT_KEPT


def one_that_cannot_be_kept(form, _):
    return [[f"a\0b {name}" for name in form.free]] if form.free else []


@pytest.mark.thorough
def test_a_few_are_kept_or_refused_in_every_text_field_of_every_page(walked):
    walk, typed = walked(one_that_cannot_be_kept, roles=ROLES, is_short=True)
    assert_nothing_is_wrong(walk)
    assert {page.name for page in ours()} - walk.shown - walk.led_to == BUTTONS_ALONE
    left = {one for one in text_fields_without(typed.fields) if not one[1].startswith(SIGNING_IN_FORMS)}
    assert left == BESIDE_WHO_WAS_FOUND | ASKED_AT_TIMES


# Of a second factor that is half set up, or a link in an email: tests/accounts comes to them with one.
ELSEWHERE = {"AuthenticateForm", "ConfirmCodeForm", "AddPasskeyForm", "RenamePasskeyForm", "ResetPasswordKeyForm"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(MANY_AT_ONCE, id="many"),
        pytest.param("a\0b", id="NUL"),
        pytest.param(f"{MANY_AT_ONCE * 400}@example.org", id="long", marks=pytest.mark.thorough),
    ],
)
def test_what_is_typed_where_one_signs_in_is_refused_in_words(world, text):
    typed, met = Typed(), set()
    nurse = world.user_of("nurse")
    nurse.set_password(PASSWORD)
    nurse.save()
    with typed.noted():
        for role in (None, "nurse"):
            client = Client(raise_request_exception=False)
            if role:
                sign_in(client, world, role)
            met |= {form.leads_to for form in forms_of_signing_in(client) if refused_in_words(client, form, text)}
    assert met >= {"account_login", "account_reset_password", "account_change_password", "mfa_activate_totp"}
    left = {name for name, module, _ in text_fields_without(typed.fields) if module.startswith(SIGNING_IN_FORMS)}
    assert left <= ELSEWHERE | {"SetPasswordForm"}, left


def forms_of_signing_in(client):
    for page in pages():
        if page.name.startswith(SIGNING_IN) and not page.pattern.converters and page.name != "account_logout":
            address = reverse(page.name) if not page.pattern.regex.groups else None
            answer = client.get(address) if address else None
            if (
                answer is not None
                and answer.status_code == 200
                and answer.headers["Content-Type"].startswith("text/html")
            ):
                yield from (one for one in forms_in(address, answer.content.decode()) if one.free or one.formed)


def refused_in_words(client, form, text):
    if form.method == "get" or not form.leads_to.startswith(SIGNING_IN):
        return False
    with transaction.atomic():
        answer = client.post(form.address, form.fixed | dict.fromkeys([*form.free, *form.formed], text))
        page = answer.content.decode(errors="replace")
        assert answer.status_code in (200, 422, 429), (form.leads_to, answer.status_code)
        assert "<b>" not in page or text not in page
        assert "error" in page or answer.status_code == 429
        transaction.set_rollback(True)
    return True


def packs(texts, most):
    """All of them that fit, as many as a field takes in each."""
    packed, room = [], min(most or 1_500, 1_500) - len(f" {MARK}00")
    for text in (text for text in texts if len(text) <= room):
        if packed and len(packed[-1]) + len(text) < room:
            packed[-1] += f" {text}"
        else:
            packed.append(text)
    return packed


def every_text(texts):
    """Of all texts together in every field that has room for many, and of each by itself in some of the forms."""
    turn = count()

    def of_form(form, lengths):
        alone = [marked(text, form) for text in texts[next(turn) % SHARE :: SHARE]]
        rooms = [lengths.get(name) or 0 for name in form.free]
        filled = [packs(texts, room) if room >= ROOM_FOR_MANY else ["word"] for room in rooms]
        together = max(map(len, filled), default=0) if max(rooms, default=0) >= ROOM_FOR_MANY else 0
        for number in range(together):
            alone.append([f"{pack[number % len(pack)]} {MARK}{at}" for at, pack in enumerate(filled)])
        return alone if form.free else []

    return of_form


# In parts, which are walked side by side.
PARTS = [("nurse", "lead"), ("admin",), tuple(role for role in ROLES if role not in ("nurse", "lead", "admin"))]


@pytest.mark.thorough
@pytest.mark.parametrize("roles", PARTS, ids=lambda one: one[0])
def test_all_that_is_known_is_kept_or_refused(walked, roles):
    texts = kept_beside()
    if not texts:
        pytest.skip("The naughty strings are not beside the project.")
    walk, _ = walked(every_text([*OURS, *texts]), roles=roles, is_short=False)
    assert_nothing_is_wrong(walk)
