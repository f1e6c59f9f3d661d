"""The resident's statement as a file: the same words, for everybody who reads, and an export that says what for."""

import re
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import audit, clock
from carecoord.audit import Purpose
from carecoord.audit.models import AuditEntry
from carecoord.pdf import TEMPLATES, pdf_of
from careplans.services import write_section
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident
from tests.governance.test_restricted import HIDDEN
from tests.governance.test_statement import NOT_FOR_HER, page, statement
from tests.hostile.strings import OURS, kept_beside
from tests.life import live, restrict
from tests.pdfs import read, tags_of, words_of
from tests.standing import made_once
from tests.world import sign_in

pytestmark = pytest.mark.django_db
MARKUP = '#set text(99pt) #read("/etc/passwd") $x$ *b* _i_ `r` @ref <label> // no \\ ~ = h #{ ] "'


standing = made_once(live)


@pytest.fixture
def lived(world, client):
    sign_in(client, world, "nurse")
    return world


def asked(client, sheila, **given):
    return client.post(reverse("statement_pdf", args=[sheila.id]), {"purpose": "asked", "size": "usual"} | given)


def downloaded(client, sheila, **given):
    answer = asked(client, sheila, **given)
    assert answer.status_code == 200
    return answer.content


def says(lived, words):
    with acting_as(lived.nurse) as by:
        write_section(by=by, plan_id=lived.plan.id, key="communication", body=words, in_own_words=True, version=0)


def test_it_is_tagged_and_has_a_language_and_a_title(lived, client):
    content = downloaded(client, lived.sheila)
    root = read(content).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert read(content).metadata.title == "Sheila Hartley: my record".replace("Sheila", "Mrs Sheila")
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    tags = tags_of(content)
    assert (tags["/H1"], tags["/H2"]) == (1, 5)
    assert tags["/Table"] >= 1
    assert tags["/TH"] == 4 * tags["/Table"]


def test_it_says_what_the_screen_says_word_for_word(lived, client):
    printed = page(client, "statement_print", lived.sheila)
    content = words_of(downloaded(client, lived.sheila))
    heading = re.search("<h1>(.*?)</h1>", printed)[1]
    on_screen = bag(f"{heading} {statement(printed)}")
    on_paper = bag(re.sub(r"It may be out of date\. Ask for a new one\. ?Page \d+ of \d+", "", content))
    # Printing and downloading are looks themselves: each counts those before it, with the minute.
    assert {word for word in on_screen ^ on_paper if not re.fullmatch(r"[\d:]+|to|times", word)} == set()


def bag(text):
    return set(re.findall(r"[\w:']+", text.replace("\u2022", " ").replace("&#x27;", "'")))


def test_ig_21_what_others_wrote_about_her_is_in_no_file(lived, client):
    said = words_of(downloaded(client, lived.sheila))
    assert "The allotment" in said
    assert [words for words in NOT_FOR_HER if words in said] == []


def test_large_print_has_the_same_words_in_larger_letters(lived, client):
    usual, large = (downloaded(client, lived.sheila, size=size) for size in ("usual", "large"))
    assert bag(words_of(usual)) - {"1", "2"} <= bag(words_of(large)) | {"of"}
    assert (smallest_body(usual), smallest_body(large)) == (12, 18)


def smallest_body(content):
    """The size of most letters."""
    sizes = Counter()
    for one in read(content).pages:
        one.extract_text(
            visitor_text=lambda text, _cm, tm, _font, size: sizes.update({round(size * abs(tm[0])): len(text)})
        )
    return sizes.most_common(1)[0][0]


def test_ig_27_the_file_is_an_export_of_its_own_with_what_it_is_for(lived, client):
    asked(client, lived.sheila, size="large")
    asked(client, lived.sheila, purpose="care")
    taken = AuditEntry.objects.filter(verb="statement.exported", resident_id=lived.sheila.id).order_by("at", "id")
    assert [(one.kind, one.purpose, one.detail["size"], one.role) for one in taken] == [
        ("look", Purpose.ASKED, "large", "nurse"),
        ("look", Purpose.CARE, "usual", "nurse"),
    ]


def test_ig_27_without_a_purpose_nothing_leaves(lived, client):
    for given in ({"purpose": ""}, {"purpose": "research"}, {"size": ""}, {"size": "huge"}):
        answer = asked(client, lived.sheila, **given)
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
    assert not AuditEntry.objects.filter(verb="statement.exported").exists()


def test_the_file_is_named_after_nobody_and_kept_by_no_browser(lived, client):
    answer = asked(client, lived.sheila)
    assert answer["Content-Disposition"] == 'attachment; filename="statement.pdf"'
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert client.get(reverse("statement_pdf", args=[lived.sheila.id])).status_code == 405


def test_whoever_may_not_open_the_record_takes_no_file_of_it(lived, client):
    for who in ("outsider", "link_worker", "privacy", "admin"):
        sign_in(client, lived, who)
        assert asked(client, lived.sheila).status_code == 404
    assert not AuditEntry.objects.filter(verb="statement.exported").exists()


def test_ig_20_a_restricted_residents_file_shows_no_way_there(world, client):
    sheila = world.resident(address_lines=("17 Hidden Lock Row",), postcode="ZE3 9XQ", phone="07700 900917")
    restrict(world, sheila)
    sign_in(client, world, "nurse")
    said = words_of(downloaded(client, sheila))
    assert [words for words in (*HIDDEN, "Bridge Street") if words in said] == []


def test_large_print_stands_chosen_for_whoever_wants_their_letters_so(lived, client):
    address = reverse("resident_statement", args=[lived.sheila.id])
    assert 'value="large" checked' not in client.get(address).text
    Resident.objects.filter(id=lived.sheila.id).update(preferred_written_format="11")
    assert 'value="large" checked' in client.get(address).text


def test_what_somebody_typed_is_never_markup(lived, client):
    says(lived, MARKUP)
    assert MARKUP in words_of(downloaded(client, lived.sheila))


SCRIPTS = (
    "Łukasz Żółć", "Иван Грозный", "Ελένη", "中文 日本語 한국어", "ภาษาไทย", "தமிழ்", "ქართული", "हिन्दी", "😀",
    "שלום", "سلام",
)  # fmt: skip
NOT_IN_ANY_FONT = {
    "a\x01b": "a[u+0001]b",
    "ᚠ": "[runic letter fehu feoh fe f]",
    "\U0001d57f\U0001d58d\U0001d58a": "The",
    "\ue000": "[u+e000]",
    "]\u0952": "][devanagari stress sign anudatta]",
}


def characters(*texts):
    return words_of(pdf_of("pdf/characters.typ", {"characters": texts}))


@pytest.mark.parametrize("words", SCRIPTS)
def test_every_script_is_shown(words):
    """Read back letter by letter: some scripts are set in another order than they are read."""
    shown = set(characters(words))
    assert "[" not in shown
    assert len(set(words) - shown) <= len(set(words)) / 2


@pytest.mark.parametrize("typed", NOT_IN_ANY_FONT)
def test_what_no_font_has_is_told_in_words(typed):
    assert f"Before {NOT_IN_ANY_FONT[typed]} after" in characters(f"Before {typed} after")


def test_what_has_broken_other_software_is_set_as_it_stands(lived, client):
    says(lived, "\n".join([*OURS, *NOT_IN_ANY_FONT, *SCRIPTS]))
    said = words_of(downloaded(client, lived.sheila))
    assert [text for text in OURS if text.isascii() and " ".join(text.split()) not in said] == []


@pytest.mark.thorough
@pytest.mark.parametrize("text", kept_beside())
def test_every_naughty_string_is_set(text):
    if text.isprintable() and text.isascii():
        assert "".join(text.split()) in characters(text).replace(" ", "")
    else:
        characters(text)


def test_a_text_that_turns_round_turns_nothing_but_itself():
    item = {"what": "Action: \u202eabc", "team": "Millbrook", "when": "3 May"}
    said = words_of(pdf_of("record/statement_pdf.typ", empty() | {"open": [item]}))
    assert "cba" in said
    assert "Millbrook, 3 May" in said


@pytest.mark.thorough
def test_text_beyond_all_reason_is_still_set():
    strange = "".join(chr(one) for one in range(0x2FF00, 0x2FFFF)) + "".join(
        f"{chr(one)}\u0952" for one in range(200, 900)
    )
    made = pdf_of("pdf/characters.typ", {"characters": [strange]})
    assert "U+2FF00".lower() in words_of(made)


def test_a_word_longer_than_a_line_is_broken_and_not_cut(lived, client):
    says(lived, "x" * 2_000)
    content = downloaded(client, lived.sheila, size="large")
    assert words_of(content).replace(" ", "").count("x") >= 2_000


def test_no_template_fetches_anything():
    found = list(TEMPLATES.rglob("*.typ"))
    assert found
    assert [path.name for path in found if "@preview" in path.read_text() or "http" in path.read_text()] == []


@pytest.mark.thorough
def test_ten_years_of_looks_are_set_in_a_second(lived, client):
    """The statement goes back one year of them: looks of ten, on every other day by two people, are set in no time."""
    now = clock.now()
    with acting_as(lived.second_nurse) as by:
        for ago in range(1, 3_650, 10):
            with clock.at(now - timedelta(days=ago)):
                audit.looked("plan.viewed", by=by, resident_id=lived.sheila.id)
    rows = [{"day": "3 May 2026", "time": "09:05 to 10:00, 3 times", "who": "Nurses", "why": "In their care"}] * 366
    assert words_of(downloaded(client, lived.sheila)).count("Nurses") > 30
    began = time.process_time()
    pdf_of("record/statement_pdf.typ", empty() | {"looks": [{"name": "Test Community Health", "lines": rows}]})
    assert time.process_time() - began < 1


def empty():
    names = ("title", "introduction", "foot", "plan")
    lists = ("facts", "teams", "sections", "goals", "open", "recorded", "visits", "looks")
    return dict.fromkeys(names, "Words") | {name: [] for name in lists} | {"given_to": "", "is_large": False}
