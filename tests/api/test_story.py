"""Sheila comes home from hospital: the story of the pages, told by the systems of three organisations.

Each has its own token and knows only what the API tells it. The hospital offers Sheila's handover; the neighbourhood
team's system finds the alert, accepts, writes in her plan and refers her husband Ken; the carers' charity finds its own
alert and accepts; the team's caseload and the timeline show it all.
"""

import pytest

from carecoord.alerts.models import Alert
from carecoord.outbox.tasks import relay

pytestmark = pytest.mark.django_db


@pytest.fixture
def systems(world, partner):
    """One system of each organisation: hospital, neighbourhood team, carers' charity."""
    return partner("hospital", world.ward), partner("team", world.nursing), partner("charity", world.carers)


def good(answer):
    assert answer.status_code in (200, 201), answer.content
    return answer.json()


def found(partner, path):
    return good(partner.get(path))["results"]


def news(partner):
    """What waits for this system's teams, once the messages have been carried."""
    relay()
    return found(partner, "alerts/?state=waiting")


def somebody(name, number, born):
    return {"given_name": name, "family_name": "Hartley", "nhs_number": number, "birth_date": born}


def test_sheila_comes_home(world, systems):
    hospital, team, charity = systems

    # The ward has her, with something still to be done.
    sheila = good(hospital.post("residents/", somebody("Sheila", "999 000 0018", "1948-03-14")))
    oxygen = good(hospital.post("actions/", {"resident": sheila["id"], "title": "Order the oxygen for home"}))

    # It finds the team in the directory, writes the handover and offers it.
    [nursing] = [row for row in found(hospital, "teams/?page_size=100") if row["name"] == "Millbrook Community Nursing"]
    told = {
        "resident": sheila["id"],
        "to_team": nursing["id"],
        "kind": "discharge",
        "situation": "Sheila goes home today with oxygen after a chest infection.",
        "read_back_items": ["Oxygen, 2 litres"],
        "items": [{"kind": "action", "item": oxygen["id"]}],
    }
    draft = good(hospital.post("handovers/", told, Idempotency_Key="home"))
    assert news(team) == []
    offer = good(hospital.post(f"handovers/{draft['id']}/offer/"))
    assert (offer["status"], offer["accountable_team"]) == ("offered", str(world.ward.id))

    # The team's system is told, and acknowledges: somebody has it.
    [alert] = news(team)
    assert (alert["kind"], alert["about"]) == ("handover.discharge", {"type": "handover", "id": draft["id"]})
    assert good(team.post(f"alerts/{alert['id']}/acknowledge/"))["acknowledged_by"] == "team, Test Community Health"

    # It reads what it is offered, and nothing of the record yet.
    card = good(team.get(f"handovers/{alert['about']['id']}/"))
    assert card["person"]["given_name"] == "Sheila"
    assert [item["title"] for item in card["items"]] == ["Order the oxygen for home"]
    assert team.get(f"residents/{card['resident']}/").status_code == 404
    assert charity.get(f"handovers/{draft['id']}/").status_code == 404

    # It accepts, and so takes her on.
    taken = good(team.post(f"handovers/{draft['id']}/accept/", {"read_back": [True]}, Idempotency_Key="mine"))
    assert (taken["status"], taken["person"]["family_name"]) == ("closed", "Hartley")
    assert good(team.get(f"residents/{sheila['id']}/"))["nhs_number"] == "9990000018"
    assert good(team.get(f"actions/{oxygen['id']}/"))["accountable_team"] == nursing["id"]
    assert hospital.get(f"residents/{sheila['id']}/").status_code == 404
    relay()
    assert good(team.get(f"alerts/{alert['id']}/"))["state"] == "resolved"
    assert [row["kind"] for row in news(hospital)] == ["handover.accepted"]

    # It adds to her plan: what matters to her, a goal, an action.
    plan = good(team.post("care-plans/", {"resident": sheila["id"]}))
    section = f"care-plans/{plan['id']}/sections/most_important/"
    tag = team.get(section).headers["ETag"]
    words = {"body": "Ken, and the allotment.", "in_own_words": True}
    assert good(team.patch(section, words, If_Match=tag))["written_by"] == "team, Test Community Health"
    goal = good(team.post(f"care-plans/{plan['id']}/goals/", {"title": "Back to the allotment by May"}))
    step = {"resident": sheila["id"], "care_plan": plan["id"], "goal": goal["id"], "title": "Breathing exercises"}
    assert good(team.post("actions/", step))["accountable_team"] == nursing["id"]
    assert good(team.get(f"care-plans/{plan['id']}/"))["about_me"]["most_important"] == "Ken, and the allotment."

    # It refers Ken to the carers' service.
    ken = good(team.post("residents/", somebody("Kenneth", "999 000 0026", "1945-07-02")))
    [service] = found(team, "services/?q=carers")
    ask = {"resident": ken["id"], "service": service["id"], "reason": "Ken cares alone and is worn out."}
    referral = good(team.post("referrals/", ask | {"no_known_risks": True}))
    assert news(charity) == []
    sent = good(team.post(f"referrals/{referral['id']}/send/"))
    assert (sent["status"], sent["accountable_team"], sent["waiting_on"]) == (
        "sent",
        nursing["id"],
        str(world.carers.id),
    )

    # The charity is told, reads the card, and accepts.
    [asked] = news(charity)
    assert (asked["kind"], asked["about"]["id"]) == ("referral.sent", referral["id"])
    seen = good(charity.get(f"referrals/{asked['about']['id']}/"))
    assert (seen["person"]["given_name"], seen["card"]["ask"]["reason"]) == ("Kenneth", ask["reason"])
    assert charity.get(f"residents/{ken['id']}/").status_code == 404
    good(charity.post(f"referrals/{referral['id']}/claim/"))
    accepted = good(charity.post(f"referrals/{referral['id']}/accept/"))
    assert (accepted["status"], accepted["accountable_team"]) == ("accepted", str(world.carers.id))
    assert good(charity.get(f"residents/{ken['id']}/"))["given_name"] == "Kenneth"
    assert charity.get(f"residents/{sheila['id']}/").status_code == 404

    # The caseloads and the timeline show it all.
    caseload = {row["person"]["given_name"]: row for row in found(team, f"teams/{nursing['id']}/caseload/")}
    assert {name: row["is_lead"] for name, row in caseload.items()} == {"Sheila": True, "Kenneth": True}
    assert [row["resident"] for row in found(charity, f"teams/{world.carers.id}/caseload/")] == [ken["id"]]
    verbs = {
        (row["verb"], row["actor_name"]) for row in found(team, f"residents/{sheila['id']}/timeline/?page_size=100")
    }
    assert {("handover.offered", "hospital"), ("handover.accepted", "team"), ("section.written", "team")} <= verbs
    verbs = {(row["verb"], row["actor_name"]) for row in found(team, f"residents/{ken['id']}/timeline/?page_size=100")}
    assert {("referral.sent", "team"), ("referral.accepted", "charity")} <= verbs
    relay()
    assert not Alert.objects.filter(
        team__in=[world.nursing, world.carers], state="waiting", due_at__isnull=False
    ).exists()


def test_the_people_of_the_team_see_it_on_their_pages(world, systems, signed_in):
    hospital, team, _ = systems
    sheila = good(hospital.post("residents/", somebody("Sheila", "999 000 0018", "1948-03-14")))
    told = {"resident": sheila["id"], "to_team": str(world.nursing.id), "kind": "discharge", "situation": "Home today."}
    draft = good(hospital.post("handovers/", told))
    good(hospital.post(f"handovers/{draft['id']}/offer/"))
    relay()
    pages = signed_in("lead")
    assert "HARTLEY, Sheila" in pages.get("/alerts/").content.decode()
    good(team.post(f"handovers/{draft['id']}/accept/"))
    caseload = pages.get(f"/teams/{world.nursing.id}/caseload/").content.decode()
    assert "HARTLEY, Sheila" in caseload
    timeline = pages.get(f"/residents/{sheila['id']}/timeline/").content.decode()
    assert "team, Test Community Health" in timeline
