"""Stays and care packages on their page."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.ids import new_id
from neighbourhoods.models import CarePackage, Stay
from tests.statements import statements_of
from tests.staying import NOW, again, come, package

pytestmark = pytest.mark.django_db


def page_of_package(resident, one):
    return reverse("care_package", args=[resident.id, one.id])


def test_the_page_shows_where_they_are_and_what_stands_still(world, sheila, home, signed_in):
    package(world, sheila)
    stay = come(world, sheila, "care_home", organisation_id=home.id, room="12")
    client = signed_in("nurse")
    body = client.get(reverse("resident_care", args=[sheila.id])).content.decode()
    for words in ("Care home: Elm House", "Room: 12", "Assessment done", "Plan made", "Suspended", "Kind Hands"):
        assert words in body
    client.post(reverse("stay_step", args=[sheila.id, stay.id, "plan"]))
    assert again(stay).plan_met_at == NOW
    client.post(reverse("stay_end", args=[sheila.id, stay.id]), {"destination": "home"})
    assert again(stay).discharged_at == NOW
    assert (
        "Home again, and not yet restarted:" in client.get(reverse("resident_care", args=[sheila.id])).content.decode()
    )


def test_a_stay_and_a_package_are_written_down_on_pages(world, sheila, signed_in):
    client = signed_in("nurse")
    facts = {"kind": "hospital", "organisation": str(world.hospital.id), "room": "Bay 2", "made": str(new_id())}
    assert client.post(reverse("stay_new", args=[sheila.id]), facts).status_code == 302
    assert Stay.objects.get().room == "Bay 2"
    facts = {"name": "Reablement", "kind": "reablement", "hours": "10.5", "made": str(new_id())}
    answer = client.post(reverse("package_new", args=[sheila.id]), facts)
    one = CarePackage.objects.get()
    assert answer.headers["Location"] == page_of_package(sheila, one)
    assert (one.minutes_per_week, one.status) == (630, "requested")
    page = client.get(page_of_package(sheila, one)).content.decode()
    assert "10.5 hours each week" in page
    facts = {"name": "Reablement", "kind": "reablement", "hours": "12", "version": one.version}
    client.post(reverse("package_change", args=[sheila.id, one.id]), facts)
    assert again(one).minutes_per_week == 720
    stale = client.post(reverse("package_change", args=[sheila.id, one.id]), facts | {"hours": "14", "version": 1})
    assert stale.status_code == 422
    assert "14" in stale.content.decode()
    end = reverse("package_move", args=[sheila.id, one.id, "end"])
    client.post(end, {"reason": "Not needed"})
    assert again(one).status == "ended"
    late = client.post(end, {"reason": "Somebody was quicker"})
    assert (late.status_code, "Somebody was quicker" in late.content.decode()) == (422, True)


def test_ig_31_a_stay_and_a_package_say_by_whom_for_whom_and_when_they_were_written_down(world, sheila, signed_in):
    with clock.at(NOW - timedelta(days=3)):
        come(world, sheila)
        one = package(world, sheila)
    client, said = signed_in("nurse"), "Recorded 15-Apr-2030 10:00 by Nurse, Test Community Health."
    for page, times in ((reverse("resident_care", args=[sheila.id]), 2), (page_of_package(sheila, one), 1)):
        assert re.sub(r"<[^>]+>", "", client.get(page).text).count(said) == times


def test_what_is_refused_is_shown_again_as_it_was_typed(world, sheila, signed_in):
    facts = {"kind": "hospital", "organisation": "", "organisation_name": "", "room": "Bay 2"}
    answer = signed_in("nurse").post(reverse("stay_new", args=[sheila.id]), facts)
    assert (answer.status_code, Stay.objects.count()) == (422, 0)
    assert "Bay 2" in answer.content.decode()


@pytest.mark.thorough
def test_the_page_takes_as_many_statements_for_thirty_as_for_three(world, sheila, signed_in):
    client, counted = signed_in("nurse"), []
    for number in (3, 30):
        for each in range(number):
            package(world, sheila, f"Package {number} {each}")
        client.get(reverse("resident_care", args=[sheila.id]))
        counted.append(len(statements_of(lambda: client.get(reverse("resident_care", args=[sheila.id])))))
    assert counted[0] == counted[1] <= 12
