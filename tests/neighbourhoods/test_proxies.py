"""Who acts for a resident: states, bases, ages, and what the clock does."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, RuleError
from carecoord.outbox.tasks import relay
from carecoord.record.sentences import CHANGES
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Place, Proxy
from neighbourhoods.proxies import Ages, acts_now, proxies_of, review_due_on
from neighbourhoods.services import ContactFacts, EntryFacts, add_contact, end_contact, record_death, record_entry
from neighbourhoods.services.proxies import PAST_TENSE, REASONS, ProxyFacts, move_proxy, propose_proxy, review_proxy
from neighbourhoods.services.proxies_by_age import keep_to_ages
from neighbourhoods.states import PROXY
from tests.life import restrict

pytestmark = pytest.mark.django_db
README = Path(__file__).resolve().parents[2] / "neighbourhoods" / "README.md"
BORN = date(2016, 5, 1)
TEN = datetime.fromisoformat("2026-06-01T10:00:00+00:00")
PARENT = "parental-responsibility"
AGES = Ages(11, 16)


@pytest.fixture
def ten():
    with clock.at(TEN):
        yield


@pytest.fixture
def mary(world, ten):
    return world.resident(given_name="Mary", birth_date=BORN)


@pytest.fixture
def sheila(world, ten):
    return world.resident()


def around(world, resident, name="Anna Hartley", **facts):
    with acting_as(world.nurse) as by:
        facts = ContactFacts(**{"kind": "personal", "name": name} | facts)
        return add_contact(by=by, resident_id=resident.id, facts=facts)


def propose(world, resident, contact=None, basis="consent", **facts):
    contact = contact or around(world, resident)
    with acting_as(world.nurse) as by:
        facts = ProxyFacts(basis, **{"evidence": "She told me"} | facts)
        return propose_proxy(by=by, resident_id=resident.id, contact_id=contact.id, facts=facts)


def move(world, proxy, verb, reason=None, **given):
    with acting_as(world.nurse) as by:
        given |= {"reason": reason or next(iter(REASONS[verb]))}
        return move_proxy(by=by, resident_id=proxy.resident_id, proxy_id=proxy.id, verb=verb, **given)


def parent_acts(world, mary):
    anna = around(world, mary, parental_responsibility="yes", relationship="Mother")
    return move(world, propose(world, mary, anna, PARENT), "activate", "parent")


def judge(world, resident, code="gillick", about_record=True):
    with acting_as(world.nurse) as by:
        data = {"own_consent": code, "about_record": about_record}
        facts = EntryFacts("legal.child_consent", "Her record", data, event_on=clock.today())
        return record_entry(by=by, resident_id=resident.id, facts=facts)


STATES = {
    "proposed": (),
    "active": ("activate",),
    "rejected": ("reject",),
    "inactive": ("activate", "end"),
    "entered_in_error": ("enter_in_error",),
}


@pytest.mark.parametrize("state", STATES)
def test_a_proxy_passes_only_through_its_states(world, sheila, state):
    proxy = propose(world, sheila)
    for verb in STATES[state]:
        proxy = move(world, proxy, verb)
    assert proxy.status == state
    for one in PROXY.moves:
        if state in one.origins:
            continue
        with pytest.raises(IllegalMove) as refusal:
            move(world, proxy, one.verb)
        assert refusal.value.allowed == PROXY.allowed(state)
        assert Proxy.objects.get().status == state


def test_the_readme_shows_exactly_the_table_of_states():
    order = [state.name for state in PROXY]
    rows = [
        f"| {move.verb} | {', '.join(sorted(move.origins, key=order.index))} | {move.target} |" for move in PROXY.moves
    ]
    section = README.read_text().split("### Proxy\n")[1].split("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| ")] == ["| Move | From | To |", *rows]


def test_every_verb_has_reasons_and_a_sentence_on_the_timeline():
    verbs = {f"proxy.{PAST_TENSE[move.verb]}" for move in PROXY.moves}
    assert set(REASONS) == {move.verb for move in PROXY.moves}
    told = {"proxy.proposed", "proxy.reviewed", "proxy.review_due", "proxy.ended_by_age"}
    assert verbs | told == {verb for verb in CHANGES if verb.startswith("proxy.")}


def test_letting_somebody_act_records_who_let_them_and_on_what(world, sheila):
    proxy = move(world, propose(world, sheila, basis="consent", evidence=""), "activate", evidence="She said so")
    assert (proxy.granted_by_organisation, proxy.evidence, proxy.starts_on) == (
        world.community,
        "She said so",
        TEN.date(),
    )
    told = AuditEntry.objects.get(verb="proxy.activated")
    assert told.detail == {"basis": "consent", "why": "evidence-seen", "before": "proposed", "after": "active"}
    assert told.resident_id == sheila.id


@pytest.mark.parametrize(
    ("basis", "facts", "given", "field"),
    [
        ("UNK", {}, {}, "reason"),
        ("best-interest", {"evidence": ""}, {}, "evidence"),
        ("consent", {}, {"reason": "because"}, "reason"),
        ("consent", {}, {"reason": "other"}, "note"),
        ("consent", {}, {"reason": "stepped-down"}, "reason"),
    ],
)
def test_nobody_acts_without_a_basis_evidence_and_a_reason(world, sheila, basis, facts, given, field):
    proxy = propose(world, sheila, basis=basis, **facts)
    with pytest.raises(RuleError) as refusal:
        move(world, proxy, "activate", **given)
    assert refusal.value.field == field
    assert Proxy.objects.get().status == "proposed"


def test_the_database_lets_nobody_act_on_no_basis_or_granted_by_nobody(world, sheila):
    proxy = propose(world, sheila)
    for facts in ({"status": "active"}, {"status": "active", "legal_basis": "UNK"}):
        with pytest.raises(IntegrityError, match="granted_it_on_a_basis"), transaction.atomic():
            Proxy.objects.filter(id=proxy.id).update(**facts)


def test_one_person_is_written_down_once_while_it_stands_open(world, sheila):
    anna = around(world, sheila)
    proxy = propose(world, sheila, anna)
    with pytest.raises(RuleError, match="written down already"):
        propose(world, sheila, anna)
    move(world, proxy, "reject")
    assert propose(world, sheila, anna).status == "proposed"


def test_a_professional_somebody_elses_family_and_whoever_has_left_act_for_nobody(world, sheila):
    gone = around(world, sheila, "Ben")
    with acting_as(world.nurse) as by:
        end_contact(by=by, resident_id=sheila.id, contact_id=gone.id, reason="Moved")
    for contact in (gone, around(world, sheila, kind="professional"), around(world, world.resident(), "Eve")):
        with pytest.raises(RuleError, match="somebody who is around them now"):
            propose(world, sheila, contact)


def test_whoever_is_no_longer_around_no_longer_acts(world, sheila):
    anna = around(world, sheila)
    proxy = move(world, propose(world, sheila, anna), "activate")
    with acting_as(world.nurse) as by:
        end_contact(by=by, resident_id=sheila.id, contact_id=anna.id, reason="Died")
    proxy.refresh_from_db()
    assert (proxy.status, proxy.status_reason_code) == ("inactive", "not-around")


def test_a_parent_acts_who_has_parental_responsibility_and_nobody_of_whom_it_is_not_known(world, mary):
    for answer in ("", "no", "unknown"):
        contact = around(world, mary, f"Parent {answer}", parental_responsibility=answer)
        with pytest.raises(RuleError, match="has parental responsibility"):
            move(world, propose(world, mary, contact, PARENT), "activate", "parent")
    assert parent_acts(world, mary).status == "active"


@pytest.mark.parametrize(
    ("basis", "age", "said"),
    [
        ("health-and-welfare-lasting-power-of-attorney", 18, "can only be given by somebody of 18 or older"),
        ("court-appointed-personal-welfare-deputy", 16, "only for somebody of 16 or older"),
    ],
)
def test_an_attorney_or_a_deputy_acts_for_nobody_who_is_too_young_for_it(world, signed_in, basis, age, said):
    today = clock.today()
    old_enough = today.replace(year=today.year - age, day=min(today.day, 28))
    grown = world.resident(birth_date=old_enough)
    young = world.resident(given_name="Mary", birth_date=old_enough + timedelta(days=5), nhs_number=None)
    with pytest.raises(RuleError, match=said) as refused:
        propose(world, young, basis=basis)
    assert refused.value.field == "legal_basis"
    assert not Proxy.objects.exists()
    assert propose(world, grown, basis=basis).status == "proposed"
    client = signed_in("nurse")
    for resident, is_offered in ((young, False), (grown, True)):
        assert (basis in client.get(reverse("proxy_new", args=[resident.id])).text) is is_offered


def test_what_was_proposed_of_a_child_before_it_was_refused_lets_nobody_act(world, mary):
    proxy = propose(world, mary, basis="consent")
    Proxy.objects.filter(id=proxy.id).update(legal_basis="court-appointed-personal-welfare-deputy")
    with pytest.raises(RuleError, match="16 or older"):
        move(world, proxy, "activate")


def test_a_parent_acts_for_nobody_of_age_and_for_nobody_without_a_date_of_birth(world, sheila):
    with pytest.raises(RuleError, match="16 or older"):
        propose(world, sheila, basis=PARENT)
    unknown = world.resident(birth_date=None, birth_date_status="unknown", nhs_number=None)
    with pytest.raises(RuleError, match="date of birth"):
        propose(world, unknown, basis=PARENT)


def test_with_a_childs_consent_somebody_acts_once_the_child_was_judged_to_decide(world, mary):
    proxy = propose(world, mary)
    for code, about in ((None, None), ("not-competent", True), ("gillick", False)):
        if code:
            judge(world, mary, code, about)
        with pytest.raises(RuleError, match="judged to decide"):
            move(world, proxy, "activate")
    judge(world, mary)
    assert move(world, proxy, "activate").status == "active"


@pytest.mark.parametrize(
    ("on", "acts"), [("2032-04-30", True), ("2032-05-01", False), ("2026-05-31", False), ("2026-06-01", True)]
)
def test_a_parent_acts_until_the_day_before_the_birthday_whether_or_not_the_task_has_run(world, mary, on, acts):
    proxy = parent_acts(world, mary)
    with clock.at(datetime.fromisoformat(f"{on}T10:00:00+00:00")):
        assert acts_now(proxy, mary, AGES) is acts


def test_the_hourly_task_ends_it_once_and_tells_the_lead_team(world, mary):
    proxy = parent_acts(world, mary)
    for _ in range(2):
        with clock.at(datetime.fromisoformat("2032-05-01T00:30:00+01:00")):
            keep_to_ages()
            relay()
    proxy.refresh_from_db()
    assert (proxy.status, proxy.status_reason_code, proxy.ends_on) == ("inactive", "reached-age", date(2032, 5, 1))
    assert AuditEntry.objects.filter(verb="proxy.ended_by_age", resident_id=mary.id).count() == 1
    alert = Alert.objects.get(kind="proxy.ended_by_age")
    assert (alert.team_id, alert.resident_id) == (world.nursing.id, mary.id)


def test_another_basis_ends_at_no_age(world, mary):
    judge(world, mary)
    proxy = move(world, propose(world, mary), "activate")
    with clock.at(datetime.fromisoformat("2040-01-01T10:00:00+00:00")):
        assert keep_to_ages() == 0
        proxy.refresh_from_db()
        assert acts_now(proxy, mary, AGES)


def test_from_eleven_on_it_is_to_be_reviewed_each_year_and_the_lead_team_is_told_once(world, mary):
    proxy = parent_acts(world, mary)
    assert review_due_on(proxy, mary, AGES) == date(2027, 5, 1)
    for day, told in (("2027-04-30", 0), ("2027-05-01", 1), ("2027-05-02", 0)):
        with clock.at(datetime.fromisoformat(f"{day}T10:00:00+01:00")):
            assert keep_to_ages() == told
            relay()
    assert Alert.objects.get(kind="proxy.review_due").team_id == world.nursing.id
    with clock.at(datetime.fromisoformat("2027-05-03T10:00:00+01:00")), acting_as(world.nurse) as by:
        proxy = review_proxy(by=by, resident_id=mary.id, proxy_id=proxy.id, note="She wants it so")
    assert review_due_on(proxy, mary, AGES) == date(2028, 5, 3)
    with clock.at(datetime.fromisoformat("2028-05-03T10:00:00+01:00")):
        assert keep_to_ages() == 1


@pytest.mark.parametrize("day", ["2027-05-01", "2032-05-01"])
def test_of_a_child_who_has_died_nobody_is_asked_and_nothing_is_told(world, mary, day):
    parent_acts(world, mary)
    with acting_as(world.nurse) as by:
        record_death(by=by, resident_id=mary.id, died_on=clock.today())
    relay()
    with clock.at(datetime.fromisoformat(f"{day}T10:00:00+01:00")):
        assert keep_to_ages() == 0
        relay()
    assert not Alert.objects.filter(kind__startswith="proxy.").exists()


def test_each_place_says_the_two_ages(world, mary):
    proxy = parent_acts(world, mary)
    Place.objects.filter(id=world.place.id).update(parents_reviewed_from=5, parents_act_until=10)
    assert not acts_now(proxy, mary, Ages(5, 10))
    assert keep_to_ages() == 1
    proxy.refresh_from_db()
    assert proxy.status == "inactive"
    with pytest.raises(IntegrityError, match="reviewed_before"), transaction.atomic():
        Place.objects.filter(id=world.place.id).update(parents_reviewed_from=16, parents_act_until=16)


def test_of_somebody_restricted_nobody_who_acts_is_shown(world, sheila):
    propose(world, sheila)
    restrict(world, sheila)
    with acting_as(world.nurse) as by:
        assert proxies_of(by, sheila.id) == []
        assert not Proxy.objects.exists()


def test_nobody_acts_for_somebody_who_has_died(world, sheila):
    proxy = move(world, propose(world, sheila), "activate")
    sheila.died_on = TEN.date()
    assert not acts_now(proxy, sheila, AGES)


def test_a_day_to_come_and_a_last_day_are_kept(world, sheila):
    later = TEN.date() + timedelta(days=2)
    proxy = move(world, propose(world, sheila, starts_on=later, ends_on=later), "activate")
    for days, acts in ((1, False), (2, True), (3, False)):
        with clock.at(TEN + timedelta(days=days)):
            assert acts_now(proxy, sheila, AGES) is acts


def test_pages_propose_let_act_review_and_end(world, mary, signed_in):
    client, anna = signed_in("nurse"), around(world, mary, parental_responsibility="yes")
    page = reverse("proxy_new", args=[mary.id])
    assert "Choose who acts for them" in client.post(page, {"legal_basis": PARENT}).text
    answer = client.post(page, {"contact": anna.id, "legal_basis": PARENT})
    proxy = Proxy.objects.get()
    assert answer.headers["Location"] == reverse("proxy", args=[mary.id, proxy.id])
    moves = reverse("proxy_move", args=[mary.id, proxy.id])
    wrong = client.post(moves, {"verb": "activate", "activate-reason": "parent"})
    assert (wrong.status_code, "Say what you have seen" in wrong.text) == (422, True)
    client.post(moves, {"verb": "activate", "activate-reason": "parent", "activate-evidence": "Birth certificate"})
    people = client.get(reverse("resident_people", args=[mary.id])).text
    assert "Ends by itself on 01-May-2032" in people
    assert "Nobody has judged whether Mary decides" in people
    assert "Parental responsibility: Anna Hartley." in people
    assert "Birth certificate" in client.get(reverse("proxy", args=[mary.id, proxy.id])).text
    client.post(reverse("proxy_review", args=[mary.id, proxy.id]), {"review-note": "Mary agrees"})
    client.post(moves, {"verb": "end", "end-reason": "other", "end-note": "Mary asked"})
    proxy.refresh_from_db()
    assert (proxy.status, proxy.status_reason) == ("inactive", "Mary asked")
    assert client.post(moves, {"verb": "activate"}).status_code == 302


def test_an_administrator_of_the_partnership_says_the_two_ages(world, signed_in):
    page = reverse("admin_ages")
    assert signed_in("nurse").get(page).status_code == 404
    client = signed_in("admin")
    assert client.post(page, {"review": 16, "end": 12}).status_code == 422
    assert client.post(page, {"review": 12, "end": 17}).status_code == 302
    world.place.refresh_from_db()
    assert (world.place.parents_reviewed_from, world.place.parents_act_until) == (12, 17)
    assert AuditEntry.objects.get(verb="place.ages_changed").detail == {"review": 12, "end": 17}
