"""Photos, recordings and papers of About Me, as partner systems read, bring and open them."""

import base64

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.media import MOST_BYTES, store
from careplans.models import Attachment
from careplans.services import create_plan
from neighbourhoods.gate import acting_as
from tests.api.conftest import shown, told
from tests.media import jpeg, mp3, pdf, zip_of_a_script

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(world, sheila, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    with acting_as(world.nurse):
        return f"care-plans/{create_plan(by=world.nurse, resident_id=sheila.id).id}/attachments/"


def body(content=None, **facts):
    said = {"media_type": "image/jpeg", "description": "Her allotment", "brought_by": "Her sister"}
    return said | {"content": base64.b64encode(jpeg() if content is None else content).decode()} | facts


def test_a_photo_is_brought_listed_read_and_opened(nursing, at):
    one = shown(nursing.post(at, body(taken_on="2026-06-01")), 201)
    assert (one["media_type"], one["size"], one["description"]) == ("image/jpeg", len(jpeg()), "Her allotment")
    assert one["taken_on"] == "2026-06-01"
    assert one["written_by_name"]
    assert shown(nursing.get(at))["results"] == [one]
    assert shown(nursing.get(f"attachments/{one['id']}/")) == one
    opened = shown(nursing.get(f"attachments/{one['id']}/content/"))
    assert base64.b64decode(opened["content"]) == jpeg()
    assert AuditEntry.objects.filter(verb="attachment.opened", about_id=one["id"]).count() == 1
    newer = shown(nursing.post(at, body(mp3(), media_type="audio/mpeg", replaces=one["id"])), 201)
    assert newer["replaces"] == one["id"]
    assert told(nursing.post(at, body(replaces=one["id"]))) == (422, "replaced")


def test_the_same_key_brings_one_file_however_large(nursing, at):
    large = body(jpeg(scanned=b"\x12" * 2_000_000))
    first = shown(nursing.post(at, large, Idempotency_Key="photo-1"), 201)
    assert shown(nursing.post(at, large, Idempotency_Key="photo-1"), 201) == first
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (body(b""), (400, "invalid")),
        (body(b"GIF89a" + bytes(40)), (422, "file_refused")),
        (body(pdf()), (422, "file_refused")),
        (body(pdf(after=zip_of_a_script()), media_type="application/pdf"), (422, "file_refused")),
        (body() | {"content": "no base64!"}, (422, "file_refused")),
        (body(description=""), (400, "invalid")),
        (body(jpeg() + bytes(MOST_BYTES - 10)), (400, "invalid")),
        (body(jpeg() + bytes(50_000_000)), (413, "too_large")),
    ],
    ids=["empty", "GIF", "not what it says", "ZIP", "no base64", "no words", "too large", "50 MB"],
)  # fmt: skip
def test_what_means_harm_is_refused(nursing, at, sent, answer):
    assert told(nursing.post(at, sent)) == answer
    assert Attachment.objects.count() == 0


def test_a_full_disk_is_507_and_what_is_missing_is_410(nursing, at, monkeypatch):
    one = shown(nursing.post(at, body()), 201)
    store.forget(Attachment.objects.get().stored_as)
    assert told(nursing.get(f"attachments/{one['id']}/content/")) == (410, "file_missing")
    monkeypatch.setattr(store, "LEAST_FREE", 10**18)
    assert told(nursing.post(at, body())) == (507, "no_room")
    assert Attachment.objects.count() == 1


def test_nobody_elses_file_is_found_and_an_error_is_not_opened(nursing, stranger, world, at, sheila):
    one = shown(nursing.post(at, body()), 201)
    hidden = (at, f"attachments/{one['id']}/", f"attachments/{one['id']}/content/")
    assert [stranger.get(path).status_code for path in hidden] == [404] * 3
    assert stranger.post(at, body()).status_code == 404
    Attachment.objects.filter(id=one["id"]).update(error_at=clock.now(), error_reason="Not hers")
    assert shown(nursing.get(f"attachments/{one['id']}/"))["error_reason"] == "Not hers"
    assert nursing.get(f"attachments/{one['id']}/content/").status_code == 404
