"""Photos, recordings and papers in About Me: brought, opened through the gate, replaced, and marked where they were an
error; and what becomes of files that mean harm."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, RuleError
from carecoord.media import MOST_BYTES, read_media, store
from careplans.models import Attachment
from careplans.services.attachments import sweep_files
from careplans.tasks import sweep_files as sweep_by_beat
from neighbourhoods.gate import acting_as
from tests.media import jpeg, pdf, photo, png, zip_of_a_script
from tests.world import sign_in

WORDS = {"description": "Her allotment in June", "brought_by": "Her sister Rose"}


def add(shared, by="nurse", **given):
    facts = {"plan_id": shared.plan.id, "media": photo(), **WORDS} | given
    return shared.as_(by, "add_attachment", **facts)


def brought(content=None, name="garden.jpg", claimed="application/octet-stream", **facts):
    file = SimpleUploadedFile(name, jpeg() if content is None else content, claimed)
    return {**WORDS, "file": file, **facts}


@pytest.fixture
def as_nurse(world):
    return signed_in_as(world, "nurse")


@pytest.fixture
def as_link_worker(world):
    return signed_in_as(world, "link_worker")


def signed_in_as(world, name):
    client = Client()
    sign_in(client, world, name)
    return client


@pytest.fixture
def new(shared):
    return reverse("attachment_new", args=[shared.resident.id])


@pytest.fixture
def folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path / store.FOLDER


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def looks():
    return AuditEntry.objects.filter(verb="attachment.opened").count()


def test_a_photo_is_brought_shown_in_words_and_downloaded(as_nurse, as_link_worker, shared, new, folder):
    form = as_nurse.get(new)
    assert "up to 10 MB" in words(form)
    made = re.search(r'name="made" value="([^"]+)"', form.content.decode())[1]
    for _ in range(2):
        assert as_nurse.post(new, brought(made=made)).status_code == 302
    one = Attachment.objects.get()
    assert (one.media_type, one.size, one.description) == ("image/jpeg", len(jpeg()), WORDS["description"])
    assert [path.name for path in kept(folder)] == [one.stored_as]
    page = as_link_worker.get(reverse("care_plan", args=[shared.resident.id]))
    assert "Photo Her allotment in June Show it" in words(page)
    assert looks() == 0
    answer = as_link_worker.get(reverse("attachment_file", args=[one.id]))
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, jpeg(), "image/jpeg")
    assert looks() == 1


def test_whatever_is_in_a_file_no_page_of_ours_is_made_of_it(as_nurse, shared, folder):
    one = add(shared, media=read_media(pdf()))
    answer = as_nurse.get(reverse("attachment_file", args=[one.id]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="about-me-paper.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "garden.jpg", "This file is empty"),
        (b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)", "garden.jpg", "of a kind that is not taken"),
        (pdf(after=b"\n" + zip_of_a_script()), "letter.pdf", "holds something else behind the PDF"),
        (pdf(more=b"<script>alert(1)</script>"), "letter.pdf", "is a web page as well as a PDF"),
        (png(), "garden.jpg", "is not what it is called"),
        (jpeg(), "garden.html", "is not what it is called"),
        (jpeg(), "../../../settings.py", "is not what it is called"),
    ],
)
def test_a_file_that_means_harm_is_refused_and_no_word_is_lost(as_nurse, new, folder, content, name, said):
    answer = as_nurse.post(new, brought(content, name))
    assert answer.status_code == 422
    assert said in words(answer)
    assert WORDS["description"] in answer.content.decode()
    assert WORDS["brought_by"] in answer.content.decode()
    assert (Attachment.objects.count(), kept(folder)) == (0, [])


@pytest.mark.parametrize(
    "name",
    ["../../../garden.jpg", "\u202egpj.exe.jpg", "a\r\nSet-Cookie: b.jpg", "\0.jpg", "x" * 10_000 + ".jpg", "garden"],
)
def test_a_name_is_read_for_its_ending_alone_and_kept_nowhere(as_nurse, new, folder, name):
    assert as_nurse.post(new, brought(name=name)).status_code == 302
    one = Attachment.objects.get()
    answer = as_nurse.get(reverse("attachment_file", args=[one.id]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="about-me-photo.jpg"'
    assert [path.parent.parent for path in kept(folder)] == [folder]


def test_fifty_megabytes_are_passed_over_and_the_words_stay(as_nurse, new, folder):
    answer = as_nurse.post(new, brought(jpeg() + bytes(50_000_000)))
    assert answer.status_code == 413
    assert f"This file is larger than {MOST_BYTES // 1_000_000} MB" in words(answer)
    assert WORDS["description"] in answer.content.decode()
    assert (Attachment.objects.count(), kept(folder)) == (0, [])


def test_a_full_disk_is_told_and_nothing_is_half_done(as_nurse, new, folder, monkeypatch):
    monkeypatch.setattr(store, "LEAST_FREE", 10**18)
    answer = as_nurse.post(new, brought())
    assert answer.status_code == 507
    assert "There is no room left to keep files" in words(answer)
    assert WORDS["description"] in answer.content.decode()
    assert (Attachment.objects.count(), kept(folder)) == (0, [])


def test_a_file_that_is_gone_or_damaged_is_told_with_its_words(as_nurse, shared, folder):
    one = add(shared)
    path = next(iter(kept(folder)))
    path.write_bytes(b"something else")
    damaged = as_nurse.get(reverse("attachment_file", args=[one.id]))
    path.unlink()
    gone = as_nurse.get(reverse("attachment_file", args=[one.id]))
    assert (damaged.status_code, gone.status_code) == (410, 410)
    assert "What was kept is missing, or is damaged" in words(gone)
    assert WORDS["description"] in words(gone)


def test_nobody_out_of_sight_reaches_a_file_or_its_pages(world, shared, folder):
    one, outsider = add(shared), signed_in_as(world, "outsider")
    for name in ("attachment_file", "attachment_error"):
        assert outsider.get(reverse(name, args=[one.id])).status_code == 404
    assert looks() == 0


@pytest.mark.parametrize("missing", ["description", "brought_by", "file"])
def test_a_file_is_described_and_whose_it_is_is_said(as_nurse, new, folder, missing):
    answer = as_nurse.post(new, {name: value for name, value in brought().items() if name != missing})
    assert (answer.status_code, kept(folder)) == (422, [])


def test_a_newer_one_is_put_in_its_place_and_the_old_one_stays(as_nurse, shared, new, folder):
    old = add(shared)
    page = as_nurse.get(f"{new}?replaces={old.id}")
    assert "Put a newer one in its place" in words(page)
    newer = {"content": png(), "name": "garden.png", "claimed": "image/png", "replaces": str(old.id)}
    assert as_nurse.post(new, brought(**newer, taken_on_0="1", taken_on_1="6", taken_on_2="2026")).status_code == 302
    plan = words(as_nurse.get(reverse("care_plan", args=[shared.resident.id])))
    assert "Earlier ones (1)" in plan
    assert "A newer one stands in its place." in plan
    with pytest.raises(RuleError, match="newer one in its place already"):
        add(shared, replaces_id=old.id)
    assert len(kept(folder)) == 2


def test_an_error_says_why_and_is_closed_to_everybody_else(as_nurse, as_link_worker, shared, folder):
    one = add(shared)
    with pytest.raises(NotYours):
        shared.as_("link_worker", "enter_attachment_in_error", attachment_id=one.id, reason="Not hers")
    page = reverse("attachment_error", args=[one.id])
    assert as_nurse.post(page, {"reason": ""}).status_code == 422
    assert as_nurse.post(page, {"reason": "Of somebody else"}).status_code == 302
    plan = as_link_worker.get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert "Entered in error: Of somebody else" in plan
    assert f"<s>{WORDS['description']}</s>" in plan
    at = reverse("attachment_file", args=[one.id])
    assert at not in plan
    assert (as_link_worker.get(at).status_code, as_nurse.get(at).status_code) == (404, 200)
    assert as_nurse.get(page).status_code == 404


def test_a_file_is_in_the_whole_record_from_then_on_and_in_its_timeline(as_nurse, shared, folder):
    before = clock.now() + timedelta(minutes=1)
    with clock.at(before + timedelta(minutes=2)):
        one = add(shared)
    with clock.at(before + timedelta(minutes=5)):
        shared.as_("nurse", "enter_attachment_in_error", attachment_id=one.id, reason="Of somebody else")
    then = reverse("as_it_was", args=[shared.resident.id])
    with clock.at(before + timedelta(minutes=7)):
        shown = [
            words(as_nurse.get(then, {"at": f"{before + timedelta(minutes=minutes):%Y-%m-%dT%H:%MZ}"}))
            for minutes in (0, 3, 6)
        ]
    assert [WORDS["description"] in page for page in shown] == [False, True, False]
    assert "Entered in error since" in shown[1]
    timeline = words(as_nurse.get(reverse("resident_timeline", args=[shared.resident.id])))
    assert "Photo, recording or paper added to About Me" in timeline


def test_what_was_refused_after_it_was_kept_is_swept(shared, folder):
    one, orphan = add(shared), store.keep(b"of a transaction that was rolled back")
    assert (sweep_files(), len(kept(folder))) == (0, 2)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "ORPHANED_AFTER", -1)
        assert sweep_by_beat() == 1
    assert [path.name for path in kept(folder)] == [one.stored_as]
    assert store.read(orphan) is None


def test_nothing_of_a_file_is_ever_written_again(shared, world, folder):
    one = add(shared)
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(world.nurse), transaction.atomic():
        Attachment.objects.filter(id=one.id).update(description="Something else")
