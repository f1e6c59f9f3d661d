"""What can be recorded is data: every file is understood, and what nobody understands is refused in words."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from neighbourhoods.definitions import (
    SECTIONS,
    STRIP,
    DefinitionError,
    FieldKind,
    clinical_kinds,
    definition_of,
    definitions,
    handover_kinds,
    open_kinds,
    recordable,
    strip_kinds,
)
from neighbourhoods.definitions.files import read_definitions

README = (settings.BASE_DIR / "data" / "definitions" / "README.md").read_text()
# The kinds that stood beside the banner before there were definitions: their rows are there.
BEFORE = {"alert", "adjustment", "allergy", "no_known_allergies", "cpr", "legal", "problem"}


def lists():
    return {path.stem for path in settings.CODES.glob("*.csv")}


def a_file(folder, *kinds, section="alerts", name="own.json"):
    (folder / name).write_text(json.dumps({"section": section, "kinds": kinds}))
    return [folder]


def kind(**more):
    return {"key": "pets", "title": "Pets", "text": {"label": "Which?"}} | more


def test_every_definition_file_is_understood_and_names_a_known_list():
    found = definitions()
    assert found.keys() >= BEFORE
    assert {one.section for one in found.values()} == set(SECTIONS)
    assert {name for one in found.values() for name in one.lists} <= lists()
    assert all(one.source and one.title for one in found.values())


def test_the_eleven_categories_of_adjustments_are_asked():
    asked = {field.key: field for field in definition_of("adjustment").fields}
    assert (asked["category"].list, asked["category"].required) == ("adjustment-category", True)
    assert "if_not_met" in asked
    with (settings.CODES / "adjustment-category.csv").open() as file:
        assert [row["code"] for row in csv.DictReader(file)] == [f"{number:03}" for number in range(1, 12)]


def test_what_is_collected_only_with_a_purpose_asks_for_it_and_is_no_part_of_the_person_s_own_row():
    """domain.md 2.1: religion, sexual orientation, carer status, immigration, visitors from overseas, sex."""
    personal = {key: one for key, one in definitions().items() if one.section == "personal"}
    assert {key.removeprefix("personal.") for key in personal} == {
        *("religion", "sexual_orientation", "carer", "immigration", "overseas_visitor", "sex"),
    }
    asked = {key: {field.key: field for field in one.fields} for key, one in personal.items()}
    assert all(fields["purpose"].required for fields in asked.values())
    for key in ("sexual_orientation", "immigration", "overseas_visitor", "sex"):
        one = personal[f"personal.{key}"]
        assert (one.seal, one.unsealed_by, one.strip) == ("sensitive", "share", "")


def test_every_kind_is_for_everybody_or_clinical_and_what_no_file_defines_is_clinical():
    assert set(clinical_kinds()) | set(open_kinds()) == definitions().keys()
    assert {"allergy", "cpr", "legal", "legal.capacity", "safeguarding.concern"} <= set(clinical_kinds())
    everybodys = {
        "alert",
        "adjustment",
        "assessment.loneliness",
        "assessment.wellbeing",
        "social.access",
        "social.key_safe",
        "risk.visitor",
        "equipment",
        "told",
        "contact.unsafe",
        "contact.objection",
        "legal.hold",
        "cohort.carers",
        "personal.religion",
        "personal.carer",
    }
    assert set(open_kinds()) == everybodys
    forgotten = definition_of("pets.at_home")
    assert (forgotten.title, forgotten.clinical, forgotten.retired) == ("Pets: at home", True, True)


def test_somebody_without_a_clinical_role_is_offered_nothing_clinical():
    assert not any(one.clinical for one in recordable(clinical=False))
    assert len(recordable(clinical=True)) == len(definitions())


def test_a_handover_carries_the_minimum_and_nothing_that_leads_to_a_door():
    """domain.md 3.4, rule 18; legal decisions stood beside the banner and went with it."""
    kinds = {kind for kind in handover_kinds() if not kind.startswith("legal")}
    assert kinds == {"alert", "contact.unsafe", "adjustment", "allergy", "no_known_allergies", "cpr", "problem"}


def test_what_stands_under_the_banner_has_a_cell_of_the_strip():
    assert set(strip_kinds().values()) == set(STRIP)


def test_the_readme_names_every_word_that_a_file_may_use():
    words = set(re.findall(r"`(\w+)`", README))
    used = {
        word
        for path in (settings.BASE_DIR / "data" / "definitions").glob("*.json")
        for one in json.loads(path.read_text())["kinds"]
        for word in one
    }
    assert used - words == set()
    assert set(FieldKind) <= words


def test_a_kind_of_a_later_folder_takes_the_place_of_ours_and_others_stay(tmp_path):
    first, second = tmp_path / "ours", tmp_path / "own"
    first.mkdir()
    second.mkdir()
    a_file(first, kind(), kind(key="doors", title="Doors"))
    a_file(second, kind(title="Animals", retired=True))
    found = read_definitions([first, second])
    assert {key: one.title for key, one in found.items()} == {"pets": "Animals", "doors": "Doors"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (kind(colour="red"), "own.json, pets: colour is not understood; known are key, section"),
        (kind(key="Pets at home"), "own.json, Pets at home: the key must be lower case words"),
        (kind(key="annotation"), "own.json, annotation: the key must be lower case words"),
        (kind(title=3), "own.json, pets: title must be text."),
        (kind(single="yes"), "own.json, pets: single must be true or false."),
        (kind(review_days="365"), "own.json, pets: review_days must be a whole number."),
        ({"key": "pets"}, "own.json, pets: .*missing 1 required positional argument: 'title'"),
        (kind(strip="floor"), "own.json, pets: strip must be one of alert, adjustment"),
        (kind(strip="alert"), "own.json, pets: what stands under the banner has 200 characters at most."),
        (kind(headline=["name"]), "own.json, pets: the headline names name, which is no field of it."),
        (kind(replaces=["cats"]), "pets names cats, which no file defines."),
        (kind(fields=[{"key": "text", "label": "x", "kind": "text"}]), "own.json, pets, text: the key must be lower"),
        (kind(fields=[{"key": "a", "label": "x", "kind": "colour"}]), "own.json, pets, a: the kind must be one of"),
        (kind(fields=[{"key": "a", "label": "x", "kind": "code"}]), "own.json, pets, a: a list is named where codes"),
        (
            kind(fields=[{"key": "a", "label": "x", "kind": "text", "if_no": "y"}]),
            "own.json, pets, a: if_no is for what",
        ),
        (kind(fields=[{"key": "a", "label": "x", "kind": "text"}] * 2), "own.json, pets: two fields have the same key"),
    ],
)
def test_a_definition_that_will_not_do_says_where_and_why(tmp_path, given, sentence):
    with pytest.raises(DefinitionError, match=sentence):
        read_definitions(a_file(tmp_path, given))


def test_a_section_that_is_not_one_is_refused(tmp_path):
    with pytest.raises(
        DefinitionError, match=r"own.json: the section must be one of personal, individual_requirements"
    ):
        read_definitions(a_file(tmp_path, kind(), section="attic"))


def test_a_file_that_is_no_json_and_a_kind_that_stands_twice_are_refused(tmp_path):
    (tmp_path / "own.json").write_text("{")
    with pytest.raises(DefinitionError, match=r"own.json must be JSON with a section and kinds"):
        read_definitions([tmp_path])
    with pytest.raises(DefinitionError, match="pets is defined twice"):
        read_definitions(a_file(tmp_path, kind(), kind()))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "What can be recorded is not understood. own.json must be JSON with a section and kinds"),
        (None, "DEFINITIONS_DIR is '"),
    ],
)
def test_no_process_starts_with_definitions_that_will_not_do(tmp_path, content, sentence):
    folder = tmp_path / "own"
    if content:
        folder.mkdir()
        (folder / "own.json").write_text(content)
    asked = [sys.executable, "-c", "import django; django.setup()"]
    environment = {**os.environ, "DEFINITIONS_DIR": str(folder)}
    started = subprocess.run(asked, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert (started.returncode, started.stderr.count("\n")) == (2, 1)
    assert started.stderr.startswith(sentence)


def test_no_label_or_hint_ends_in_a_full_stop_and_none_says_please():
    for path in Path(settings.BASE_DIR / "data" / "definitions").glob("*.json"):
        for said in re.findall(r'"(?:label|hint|title)": "([^"]*)"', path.read_text()):
            assert not said.endswith("."), said
            assert "lease" not in said.lower().split(), said
