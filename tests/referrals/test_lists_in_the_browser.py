"""Lists, concerns, what must be in place, the rota and leaving, in a real browser: accessible, at every width."""

import os
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction

from carecoord import clock
from carecoord.ids import new_id
from careplans.services import assign_action
from neighbourhoods.gate import acting_as
from neighbourhoods.services.duty import add_duty_turn, record_absence
from referrals.services.handovers import Listed, end_cover, log_unsatisfactory, mark_need, offer_list
from tests.referrals.handovers import accepted, action, ken_on_the_ward, offered

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
LONG = "Otorhinolaryngological outreach clinic of the Northern Partnership Trust, second floor"


def check(page):
    assert page.locator(".nhsuk-button:not([class*='nhsuk-button--'])").count() <= 1, page.url
    for width in (1280, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
        if width in (1280, 390):
            violations = Axe().run(page, options=RULES).response["violations"]
            assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == [], page.url


def furnished(world):
    """A discharge with everything, a list on its way, a rota with gaps, and somebody who has work."""
    with transaction.atomic():
        home = ken_on_the_ward(world)
        action(world, home, f"Discharge letter to the {LONG}")
        discharge = accepted(world, offered(world, home, needs=[f"Bed, {LONG}", "Key safe, Karen"], pathway=1))
        with acting_as(world.nurse) as by:
            mark_need(by=by, handover_id=discharge.id, number=2, is_in_place=True)
            log_unsatisfactory(by=by, handover_id=discharge.id, why="He fell", kind="poor", is_incident=True)
        names = ("Ada", "Ben", "Cyd")
        people = [ken_on_the_ward(world, given_name=one, preferred_name=one, family_name=f"{one}son") for one in names]
        listed = [Listed(one.id, f"Seen by the {LONG}.", "", number) for number, one in enumerate(people[:2], 1)]
        words = {"to_team_id": world.nursing.id, "kind": "team"}
        with acting_as(world.ward_nurse) as by:
            made = offer_list(by=by, from_team_id=world.ward.id, batch_id=new_id(), listed=listed, words=words)
        now, nurse = clock.now(), world.nurse.membership_id
        with acting_as(world.lead) as by:
            team = {"team_id": world.nursing.id}
            tomorrow = {"starts_at": now + timedelta(days=1), "ends_at": now + timedelta(days=2)}
            add_duty_turn(by=by, membership_id=nurse, **team, **tomorrow)
            record_absence(by=by, membership_id=nurse, starts_at=now, ends_at=now + timedelta(days=9))
        sheila = world.resident()
        visit = action(world, sheila, f"Visit with the {LONG}", by=world.nurse, team=world.nursing)
        with acting_as(world.nurse) as by:
            assign_action(by=by, action_id=visit.id, assigned_to_id=nurse)
        night = {"from_team_id": world.nursing.id, "to_team_id": world.ward.id, "kind": "out_of_hours"}
        covers = []
        for name in ("Dee", "Eli"):
            cover = offered(
                world, world.resident(given_name=name), by=world.nurse, ends_at=now + timedelta(hours=9), **night
            )
            covers.append(accepted(world, cover, by=world.ward_nurse))
        with acting_as(world.nurse) as by:
            end_cover(by=by, handover_id=covers[0].id, reason=f"Back from the {LONG}")
        gone = offered(world, ken_on_the_ward(world, given_name="Fay", postcode="AM1 1AA"))
        type(gone.resident).objects.filter(id=gone.resident_id).update(died_on=clock.today(), postcode="AM2 2BB")
    return discharge, made, covers, gone


def test_they_are_accessible_and_none_scrolls_sideways(running_site, context, page):
    world = running_site.world
    discharge, made, (returned, lasting), gone = furnished(world)
    pages = {
        "ward_nurse": [
            f"/teams/{world.ward.id}/hand-over/",
            f"/handovers/batches/{made[0].batch_id}/",
            f"/residents/{discharge.resident_id}/hand-over/",
        ],
        "nurse": [
            f"/handovers/{discharge.id}/",
            f"/handovers/{discharge.id}/unsatisfactory/",
            "/handovers/concerns/",
            "/handovers/",
            f"/handovers/batches/{made[0].batch_id}/",
            f"/handovers/{made[1].id}/",
            f"/handovers/{returned.id}/",
            f"/handovers/{lasting.id}/",
            f"/handovers/{lasting.id}/end-cover/",
            f"/handovers/{gone.id}/",
        ],
        "lead": [
            f"/teams/{world.nursing.id}/duty/",
            f"/teams/{world.nursing.id}/people/{world.nurse.membership_id}/",
            f"/teams/{world.nursing.id}/caseload/",
        ],
        "admin": [f"/admin/roles/{world.nurse.membership_id}/end/"],
    }
    for who, addresses in pages.items():
        context.clear_cookies()
        context.add_cookies([running_site.cookie_of(who)])
        for number, address in enumerate(addresses):
            page.goto(f"{running_site.base_url}{address}")
            check(page)
            if os.environ.get("LOOK"):
                for width in (1280, 390):
                    page.set_viewport_size({"width": width, "height": 844})
                    page.screenshot(path=f"{os.environ['LOOK']}/{who}-{number}-{width}.png", full_page=True)
