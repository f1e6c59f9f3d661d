"""Which neighbourhood somebody belongs to: postcodes, the front door's list; and what ends by itself."""

import gzip
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from carecoord import clock
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Area, Neighbourhood, Postcode, Relationship, Resident
from neighbourhoods.postcodes import decile
from neighbourhoods.services import ClaimReason, claim_relationship
from neighbourhoods.tasks import end_expired
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[2] / "data"
NESTED = 2


def load(path, *arguments):
    said = StringIO()
    call_command("load_postcodes", str(path), *arguments, stdout=said)
    return said.getvalue()


def written(folder, text, name="postcodes.csv"):
    path = folder / name
    path.write_text(text)
    return path


def test_the_demonstration_boroughs_postcodes_load_twice_with_the_same_result(world):
    slugs = {"millbrook", "highcross", "weirside", "stonebeck", "eastmoor"}
    for slug in slugs - set(Neighbourhood.objects.values_list("slug", flat=True)):
        Neighbourhood.objects.create(place=world.place, name=slug.title(), slug=slug)
    for _ in range(2):
        said = load(DATA / "aldermoor-postcodes.csv", "--areas", str(DATA / "aldermoor-areas.csv"))
        assert said.splitlines()[-1] == "153 postcodes stored, 2 ended ones left out, 0 unusable."
    assert Postcode.objects.count() == 153
    assert Area.objects.count() == 30
    assert set(Neighbourhood.objects.filter(areas__isnull=False).values_list("slug", flat=True)) == slugs


def test_postcodes_are_stored_in_one_spelling_with_area_ward_and_decile(tmp_path):
    load(written(tmp_path, "pcds,lsoa21,ward,imd,doterm\nam1  1aa,E01900001,E05900001,812,\n"), "--imd-year", "2025")
    row = Postcode.objects.get()
    assert (row.postcode, row.area_code, row.ward_code) == ("AM1 1AA", "E01900001", "E05900001")
    assert (row.imd_rank, row.imd_decile, row.imd_release_year) == (812, 1, 2025)


def test_older_column_names_in_any_case_and_a_gzipped_file_are_read(tmp_path):
    path = tmp_path / "postcodes.csv.gz"
    with gzip.open(path, "wt") as file:
        file.write("\ufeffPCD,LSOA11,OSWARD,IMD,DOTERM\nAM1 1AA,E01900001,E05900001,,\n")
    load(path)
    row = Postcode.objects.get()
    assert (row.area_code, row.ward_code, row.imd_decile, row.imd_release_year) == (
        "E01900001",
        "E05900001",
        None,
        None,
    )


def test_a_later_file_changes_what_is_there_and_leaves_the_rest(tmp_path):
    load(written(tmp_path, "pcds,lsoa21\nAM1 1AA,E01900001\nAM1 1AB,E01900001\n"))
    load(written(tmp_path, "pcds,lsoa21\nAM1 1AA,E01900009\nnonsense,E01900009\n"))
    assert dict(Postcode.objects.values_list("postcode", "area_code")) == {
        "AM1 1AA": "E01900009",
        "AM1 1AB": "E01900001",
    }


def test_the_same_postcode_twice_in_a_file_is_stored_once(tmp_path):
    load(written(tmp_path, "pcds,lsoa21\nAM1 1AA,E01900001\nAM11AA,E01900002\n"))
    assert Postcode.objects.get().area_code == "E01900002"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n1,2\n", "no column lsoa21"),
        ("", "no column lsoa21"),
    ],
)
def test_a_file_of_something_else_is_refused_in_one_sentence(tmp_path, text, sentence):
    with pytest.raises(CommandError, match=sentence):
        load(written(tmp_path, text))


def test_a_missing_file_and_an_unknown_neighbourhood_are_refused_in_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        load(tmp_path / "none.csv")
    postcodes = written(tmp_path, "pcds,lsoa21\nAM1 1AA,E01900001\n")
    areas = written(tmp_path, "lsoa21,neighbourhood\nE01900001,nowhere\n", "areas.csv")
    with pytest.raises(CommandError, match="There is no neighbourhood 'nowhere'"):
        load(postcodes, "--areas", str(areas))
    assert Area.objects.count() == 0


@pytest.mark.parametrize(
    ("rank", "year", "expected"),
    [
        (1, 2019, 1),
        (3284, 2019, 1),
        (3285, 2019, 2),
        (32844, 2019, 10),
        (3375, 2025, 1),
        (3376, 2025, 2),
        (33755, 2025, 10),
    ],
)
def test_a_decile_is_a_tenth_of_the_areas_ranked(rank, year, expected):
    assert decile(rank, year) == expected


@pytest.fixture
def una(world):
    return world.resident(gp_practice_id=None, given_name="Una")


def place(client, resident, **given):
    return client.post(reverse("place", args=[resident.id]), given)


def test_the_front_door_sees_whom_nothing_places_and_nobody_else(world, una, signed_in):
    world.resident()
    text = signed_in("front_door").get(reverse("unplaced")).content.decode()
    assert "HARTLEY, Una" in text
    assert "HARTLEY, Sheila" not in text


def test_placing_takes_them_off_the_list_and_ends_the_front_doors_sight(world, una, signed_in):
    client = signed_in("front_door")
    answer = place(client, una, neighbourhood=str(world.highcross.id), reason="Lives with her daughter")
    assert answer.headers["Location"] == reverse("unplaced")
    una.refresh_from_db()
    assert una.neighbourhood == world.highcross
    assert "Una is in Highcross now." in client.get(reverse("unplaced")).content.decode()
    with acting_as(world.front_door):
        assert not Resident.objects.visible_to(world.front_door).exists()


def test_placing_needs_a_neighbourhood_of_the_place_and_a_reason(world, una, signed_in):
    client = signed_in("front_door")
    assert place(client, una, neighbourhood=str(world.highcross.id)).status_code == 422
    assert place(client, una, neighbourhood=str(world.ward.id), reason="Why").status_code == 422
    una.refresh_from_db()
    assert una.neighbourhood is None


@pytest.mark.parametrize(("who", "status"), [("nurse", 403), ("lead", 403), ("outsider", 404), ("admin", 404)])
def test_the_list_is_the_front_doors_alone(world, una, signed_in, who, status):
    client = signed_in(who)
    assert client.get(reverse("unplaced")).status_code == 404
    answer = place(client, una, neighbourhood=str(world.highcross.id), reason="Why")
    assert answer.status_code == status
    told = "The front door says in which neighbourhood somebody is." in answer.content.decode()
    assert told == (status == 403)
    una.refresh_from_db()
    assert una.neighbourhood is None


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_the_list_takes_the_same_statements_and_pages_of_twenty_five(world, signed_in, number):
    for index in range(number):
        world.resident(gp_practice_id=None, given_name=f"Una{index:02d}", on_caseload=False)
    client = signed_in("front_door")
    client.get(reverse("unplaced"))
    with at_most(9 + NESTED):
        text = client.get(reverse("unplaced")).content.decode()
    assert text.count("HARTLEY, Una") >= min(number, 25)
    assert ("Next 25" in text) is (number > 25)


def test_what_ends_by_itself_opens_nothing_at_once_and_its_row_is_closed_by_the_task(world):
    sheila = world.resident()
    ends_at = clock.now() + timedelta(hours=1)
    with acting_as(world.outsider):
        claim_relationship(
            by=world.outsider,
            resident_id=sheila.id,
            team_id=world.highcross_nursing.id,
            reason=ClaimReason.COVERING,
            until=ends_at,
        )
        assert Resident.objects.visible_to(world.outsider).exists()
    assert end_expired() == 0
    with clock.at(ends_at + timedelta(seconds=1)):
        with acting_as(world.outsider):
            assert not Resident.objects.visible_to(world.outsider).exists()
        assert (end_expired(), end_expired()) == (1, 0)
    assert Relationship.objects.get(source_kind="claim").ended_at is not None
