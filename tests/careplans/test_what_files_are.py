"""What is in a file says what it is; what does harm, or tells more than anybody meant, is not kept."""

import zlib

import pytest

from carecoord.errors import RuleError
from carecoord.media import MOST_BYTES, read_media
from tests.media import EXIF, PLACE, box, chunk, jpeg, mp3, mp4, pdf, png, segment, zip_of_a_script


def refusal(content, name="", claimed=""):
    with pytest.raises(RuleError) as refused:
        read_media(content, name=name, claimed=claimed)
    assert (refused.value.field, refused.value.code) == ("file", "file_refused")
    return refused.value.sentence


@pytest.mark.parametrize(
    ("content", "name", "claimed", "found"),
    [
        (jpeg(), "garden.JPG", "image/jpeg", "image/jpeg"),
        (png(), "garden.png", "image/png", "image/png"),
        (pdf(), "letter.pdf", "application/pdf", "application/pdf"),
        (mp3(), "voice.mp3", "audio/mpeg", "audio/mpeg"),
        (mp4(handler=b"soun", brand=b"M4A "), "voice.m4a", "audio/x-m4a", "audio/mp4"),
        (mp4(), "clip.mp4", "video/mp4", "video/mp4"),
        (jpeg(), "", "", "image/jpeg"),
        (jpeg(), "garden", "application/octet-stream", "image/jpeg"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content, name, claimed, found):
    assert read_media(content, name=name, claimed=claimed).kind.media_type == found


@pytest.mark.parametrize(
    ("name", "claimed"),
    [("garden.png", ""), ("garden.html", ""), ("garden.jpg.exe", ""), ("a.jpg", "text/html"), (r"..\..\a.js", "")],
)
def test_a_file_that_is_called_something_else_is_refused(name, claimed):
    assert "is not what it is called" in refusal(jpeg(), name, claimed)


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a=1;alert(1)//" + bytes(40),
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        zip_of_a_script(),
        b"<script>alert(1)</script>" + pdf(),
        b"MZ" + bytes(100),
        b"\xff\xd8",
        "﻿plain text".encode(),
    ],
)
def test_what_is_of_no_kind_that_is_taken_is_refused(content):
    taken = "a JPEG or PNG photo, a PDF, an MP3 or M4A recording, or an MP4 video"
    assert refusal(content) == f"This file is of a kind that is not taken. Choose {taken}."


def test_nothing_and_too_much_are_refused():
    assert refusal(b"") == "This file is empty. Choose another one."
    assert refusal(jpeg() + bytes(MOST_BYTES)).startswith("This file is larger than 10 MB")


def test_of_a_photo_only_the_picture_is_kept_and_which_side_is_up():
    secret = segment(0xE1, EXIF) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE) + segment(0xFE, PLACE)
    kept = read_media(jpeg(more=secret) + zip_of_a_script()).content
    assert PLACE not in kept
    assert b"Noki" not in kept
    assert b"PK" not in kept
    assert kept.count(b"Exif\0\0") == 1
    assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in kept
    assert read_media(kept).content == kept
    assert read_media(jpeg()).content == jpeg()


def test_a_jpeg_that_hides_a_script_in_a_comment_or_behind_its_end_loses_it():
    script = b"*/=alert(1);/*"
    assert script not in read_media(jpeg(more=segment(0xFE, script)) + script).content


def test_of_a_png_only_the_picture_is_kept():
    kept = read_media(png(more=chunk(b"tEXt", b"Where\0" + PLACE) + chunk(b"eXIf", EXIF)) + b"<script>").content
    assert kept == png()


@pytest.mark.parametrize(
    "content",
    [
        *(made[:-9] for made in (jpeg(), png(), pdf(), mp4())),
        jpeg(scanned=b"")[:40],
        png()[:30],
        png().replace(b"IHDR\0\0\0\2", b"IHDR\0\0\0\3"),
        jpeg(width=0),
        jpeg(width=60_000, height=60_000),
        png(width=100_000, height=100_000),
        mp3(frames=2),
        mp3() + b"<script>alert(1)</script>",
        mp4() + b"<script>alert(1)</script>",
        box(b"ftyp", b"isom" + bytes(4)) + box(b"mdat", b"x"),
        pdf(after=b"\n" + zip_of_a_script()),
        pdf(after=b"<script>alert(1)</script>%%EOF"),
        pdf(more=b"\n<html><body>"),
        pdf(more=b"3 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\n"),
        pdf(more=b"3 0 obj << /S /Java#53cript >> endobj\n"),
        pdf(more=b"3 0 obj << /Names << /EmbeddedFiles 4 0 R >> >> endobj\n"),
        pdf(
            more=b"3 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\n"
            + zlib.compress(b"<< /S /Launch >>")
            + b"\nendstream endobj\n"
        ),
    ],
)  # fmt: skip
def test_what_is_broken_two_things_at_once_or_acts_by_itself_is_refused(content):
    assert refusal(content).startswith(("This file is ", "This file holds ", "This file has "))


def test_a_recording_loses_its_tags_and_a_video_the_place_where_it_was_taken():
    tagged = mp3(before=b"ID3\x04\0\0\0\0\0\x20" + PLACE.ljust(32, b"\0"), after=b"TAG" + bytes(125))
    assert read_media(tagged).content == mp3()
    told = mp4(more=box(b"udta", box(b"\xa9xyz", PLACE)), top=box(b"uuid", PLACE))
    kept = read_media(told).content
    assert PLACE not in kept
    assert len(kept) == len(told)
    assert kept.count(b"free") == 2
    assert read_media(kept).content == kept


def test_words_in_what_is_drawn_are_no_program():
    """A stream of a scanned page may hold any bytes."""
    scan = pdf(more=b"3 0 obj << /Length 9 >> stream\n/JS <html>\nendstream endobj\n")
    assert read_media(scan).content == scan
