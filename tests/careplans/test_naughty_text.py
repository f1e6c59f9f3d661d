"""Text that has broken other software goes in, comes out the same, and is shown escaped."""

import json
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.html import escape

from careplans.models import Action, Goal, PlanSection

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "naughty-strings"
FILES = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []


def naughty():
    return [text for text in json.loads(FILES[0].read_text()) if text.strip() and "\x00" not in text]


@pytest.mark.skipif(not FILES, reason="the naughty strings are not here")
def test_naughty_text_is_kept_as_it_is_and_shown_escaped(shared, signed_in):
    texts = [text.replace("\r\n", "\n").replace("\r", "\n").strip() for text in naughty()]
    body = "\n".join(texts)[:9_000].strip()
    shared.write(body, key="needs", in_own_words=False)
    assert PlanSection.objects.get().body == body
    for text in texts[::10]:
        if text:
            shared.goal(title=text[:500])
            shared.action(title=text[:300], detail=text)
    assert list(Goal.objects.values_list("title", flat=True)) == [t[:500].strip() for t in texts[::10] if t]
    assert Action.objects.count() == Goal.objects.count()
    page = signed_in("nurse").get(reverse("care_plan", args=[shared.resident.id]))
    assert page.status_code == 200
    content = page.content.decode()
    for text in texts[::10]:
        if "<" in text:
            assert f"“{text[:500]}”" not in content
            assert f"“{escape(text[:500])}”" in content
