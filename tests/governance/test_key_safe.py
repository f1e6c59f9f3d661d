"""The code of a key safe is shown to whoever visits and asks for it, and stands nowhere else (domain.md 2.8)."""

import re

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours
from carecoord.record.access import looks_of_a_year
from neighbourhoods import gate
from neighbourhoods.models import EntrySecret, Role
from neighbourhoods.models.memberships import VISITING_ROLES
from neighbourhoods.services import EntryFacts, correct_entry, end_entry, record_entry, reveal_secret
from referrals.services import handovers, referrals
from tests.architecture.test_urls import OURS
from tests.world import sign_in

pytestmark = pytest.mark.django_db

CODE, NEXT = "C4921X", "C7003Y"
SHOWN = "Show the code"


@pytest.fixture
def sheila(world):
    return world.resident()


@pytest.fixture
def safe(world, sheila):
    facts = EntryFacts("social.key_safe", "Left of the porch", secret=CODE)
    with gate.acting_as(world.nurse) as nurse:
        return record_entry(by=nurse, resident_id=sheila.id, facts=facts)


def read(answer):
    return answer.content.decode()


def test_key_safe_code_is_high_risk_data_show_only_to_visiting_roles_audit_each_reveal(world, client, sheila, safe):
    page, ask = (reverse(name, args=[sheila.id, safe.id]) for name in ("entry", "entry_code"))
    sign_in(client, world, "nurse")
    before = read(client.get(page))
    assert SHOWN in before
    assert CODE not in before
    for _ in range(2):
        answer = client.post(ask)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert CODE in read(answer)
    looks = AuditEntry.objects.filter(verb="code.revealed")
    known = {(one.kind, one.actor_id, one.resident_id, one.about_id, one.role, one.purpose) for one in looks}
    assert known == {("look", world.nurse.actor_id, sheila.id, safe.id, "nurse", "individual care")}
    assert looks.count() == 2
    sign_in(client, world, "lead")
    assert SHOWN not in read(client.get(page))
    assert client.post(ask).status_code == 404
    assert looks.count() == 2


def test_each_time_it_is_shown_stands_in_who_looked_and_in_the_statement(world, client, sheila, safe):
    def looks():
        with gate.acting_as(world.nurse):
            return sum(one.count for one in looks_of_a_year(sheila.id))

    before = looks()
    with gate.acting_as(world.nurse) as nurse:
        reveal_secret(by=nurse, entry=safe)
    # Reading who looked is a look too.
    assert looks() == before + 2
    sign_in(client, world, "nurse")
    listed = read(client.get(reverse("resident_access", args=[sheila.id])))
    assert "Was shown the code of the key safe" in listed


def test_asking_by_get_shows_nothing(world, client, sheila, safe):
    sign_in(client, world, "nurse")
    assert client.get(reverse("entry_code", args=[sheila.id, safe.id])).status_code == 405


def test_an_outsider_is_shown_no_code(world, client, sheila, safe):
    sign_in(client, world, "outsider")
    assert client.post(reverse("entry_code", args=[sheila.id, safe.id])).status_code == 404
    with gate.acting_as(world.outsider) as outsider:
        assert reveal_secret(by=outsider, entry=safe) == ""
    assert not AuditEntry.objects.filter(verb="code.revealed").exists()


@pytest.mark.parametrize("role", Role)
def test_the_database_shows_it_to_the_same_roles(world, sheila, safe, role):
    with gate.acting_as(world.nurse), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.role', %s, true)", [role])
        try:
            with transaction.atomic():
                cursor.execute("SELECT app.reveal_secret(%s)", [safe.id])
                shown = cursor.fetchone()[0] == CODE
        except ProgrammingError:
            shown = False
    assert shown is (role in VISITING_ROLES)


@pytest.mark.parametrize("role", ["app_web", "app_system"])
def test_no_role_of_the_run_time_reads_the_table(world, safe, role):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [role])
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            list(EntrySecret.objects.all())
        cursor.execute("SELECT set_config('role', 'none', true)")


def test_a_code_is_written_only_beside_an_entry_of_ones_own(world, safe):
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with gate.acting_as(world.outsider), refused, transaction.atomic():
        EntrySecret(entry_id=safe.id, content=NEXT).save(force_insert=True)


def test_a_correction_keeps_the_code_or_gives_another_and_what_has_ended_shows_none(world, sheila, safe):
    with gate.acting_as(world.nurse) as nurse:

        def corrected(entry, text, secret=""):
            facts = EntryFacts("social.key_safe", text, secret=secret)
            return correct_entry(by=nurse, resident_id=sheila.id, entry_id=entry.id, facts=facts, reason="It moved")

        moved = corrected(safe, "Right of the porch")
        assert reveal_secret(by=nurse, entry=moved) == CODE
        changed = corrected(moved, "Right of the porch", NEXT)
        assert changed.id != moved.id
        assert reveal_secret(by=nurse, entry=changed) == NEXT
        assert corrected(changed, "Right of the porch").id == changed.id
        end_entry(by=nurse, resident_id=sheila.id, entry_id=changed.id, reason="Taken away")
        changed.refresh_from_db()
        with pytest.raises(NotYours):
            reveal_secret(by=nurse, entry=changed)
        with connection.cursor() as cursor:
            cursor.execute("SELECT app.reveal_secret(%s), app.reveal_secret(%s)", [changed.id, safe.id])
            assert cursor.fetchone() == (None, None)


def test_it_is_written_and_corrected_on_the_pages_and_never_shown_in_a_form(world, client, sheila):
    sign_in(client, world, "nurse")
    new = reverse("entry_new", args=[sheila.id, "social.key_safe"])
    client.post(new, {"text": "By the gate", "secret": CODE, "hidden": ""})
    entry_id = EntrySecret.objects.get(content=CODE).entry_id
    correct = reverse("entry_correct", args=[sheila.id, entry_id])
    assert CODE not in read(client.get(correct))
    client.post(correct, {"text": "By the gate", "secret": NEXT, "hidden": "", "correction": "New code"})
    after = EntrySecret.objects.get(content=NEXT).entry_id
    assert NEXT in read(client.post(reverse("entry_code", args=[sheila.id, after])))


def test_it_stands_in_one_table_and_on_no_other_page(world, client, sheila, safe):
    """After referring, handing over, and reading every page: in no card, snapshot, past row, audit entry or session."""
    with gate.acting_as(world.nurse) as nurse:
        ask = referrals.Ask(reason="Company", no_known_risks=True)
        draft = referrals.draft_referral(
            by=nurse,
            resident_id=sheila.id,
            service_id=world.carers_service.id,
            from_team_id=world.nursing.id,
            ask=ask,
        )
        referrals.send_referral(by=nurse, referral_id=draft.id)
        made = handovers.draft_handover(
            by=nurse,
            resident_id=sheila.id,
            from_team_id=world.nursing.id,
            to_team_id=world.surgery.id,
            kind="team",
            situation="Moves on",
        )
        handovers.offer_handover(by=nurse, handover_id=made.id)
    sign_in(client, world, "nurse")
    client.post(reverse("entry_code", args=[sheila.id, safe.id]))
    values = {"resident_id": sheila.id, "entry_id": safe.id, "kind": "social.key_safe"}
    pages = [(name, {one: values[one] for one in names}) for name, names in OURS if set(names) <= set(values)]
    assert len(pages) > 25
    for name, named in pages:
        answer = client.get(reverse(name, kwargs=named))
        assert CODE.encode() not in b"".join(answer), name
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = set()
        for table in tables:
            assert re.fullmatch(r"\w+", table)
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}" x WHERE x::text LIKE %s)', [f"%{CODE}%"])
            if cursor.fetchone()[0]:
                found.add(table)
    assert found == {"neighbourhoods_entrysecret"}
