"""Lists of codes come from files, say where they are from, and forget no code that was ever used."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from neighbourhoods.codes import choices_of, load_codes
from neighbourhoods.models import Code, CodeList

pytestmark = pytest.mark.django_db
ABOUT = "key,title,source,licence,version\n"


def a_list(folder, codes, about="kinds,Kinds,ours,CC0-1.0,1"):
    (folder / "lists.csv").write_text(f"{ABOUT}{about}\n")
    (folder / "kinds.csv").write_text("code,display\n" + "".join(f"{code},{words}\n" for code, words in codes.items()))
    return folder


def said():
    return sorted(Code.objects.values_list("code_list__key", "code", "display", "position", "is_current"))


def test_a_database_that_is_brought_up_to_date_has_every_list_of_ours():
    keys = set(CodeList.objects.values_list("key", flat=True))
    assert {path.stem for path in settings.CODES.glob("*.csv")} - {"lists"} == keys
    assert choices_of("adjustment-category")["adjustment-category"]["011"] == "Bespoke adjustment"


def test_every_list_says_where_it_is_from_and_under_which_licence_and_the_readme_does_too():
    readme = (settings.CODES / "README.md").read_text()
    assert not CodeList.objects.filter(source="").exists()
    assert set(CodeList.objects.values_list("licence", flat=True)) == {"Apache-2.0", "CC0-1.0"}
    for key in CodeList.objects.filter(licence="Apache-2.0").values_list("key", flat=True):
        assert f"`{key}`" in readme


def test_loading_twice_changes_nothing_and_a_code_that_has_gone_stays_readable(tmp_path):
    a_list(tmp_path, {"1": "One", "2": "Two"})
    assert load_codes(tmp_path).changed == ("kinds",)
    before = said()
    assert load_codes(tmp_path).changed == ()
    assert said() == before
    load_codes(a_list(tmp_path, {"2": "Two as we say now", "3": "Three"}))
    assert choices_of("kinds") == {"kinds": {"2": "Two as we say now", "3": "Three"}}
    assert Code.objects.get(code_list__key="kinds", code="1").display == "One"
    load_codes(a_list(tmp_path, {"1": "One", "2": "Two"}))
    assert choices_of("kinds") == {"kinds": {"1": "One", "2": "Two"}}


def test_a_list_that_nobody_has_loaded_offers_nothing():
    assert choices_of("unheard-of") == {"unheard-of": {}}


@pytest.mark.parametrize(
    ("codes", "about", "sentence"),
    [
        ({"1": ""}, "kinds,Kinds,ours,CC0-1.0,1", "kinds.csv, line 2: display is empty."),
        ({"1": "x" * 301}, "kinds,Kinds,ours,CC0-1.0,1", "kinds.csv, line 2: display is longer than 300 characters."),
        ({"1": "One"}, "kinds,Kinds,ours,,1", "lists.csv, line 2: licence is empty."),
        ({"1": "One"}, "../kinds,Kinds,ours,CC0-1.0,1", "lists.csv: ../kinds must be letters, digits and hyphens."),
        ({"1": "a\x00b"}, "kinds,Kinds,ours,CC0-1.0,1", "holds a hidden character that cannot be saved"),
    ],
)
def test_a_file_that_will_not_do_says_which_line_and_nothing_is_loaded(tmp_path, codes, about, sentence):
    with pytest.raises(ValidationError) as refusal:
        load_codes(a_list(tmp_path, codes, about))
    assert refusal.value.messages == [sentence]
    assert not CodeList.objects.filter(title="Kinds").exists()


def test_the_same_code_twice_is_refused(tmp_path):
    a_list(tmp_path, {"1": "One"})
    with (tmp_path / "kinds.csv").open("a") as file:
        file.write("1,Again\n")
    with pytest.raises(ValidationError, match="line 3: 1 stands there twice"):
        load_codes(tmp_path)


def test_the_command_says_how_many_lists_it_has_read(tmp_path):
    told = StringIO()
    call_command("load_codes", a_list(tmp_path, {"1": "One"}), stdout=told)
    assert told.getvalue() == "1 lists, 1 of them new or changed.\n"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_codes", tmp_path / "elsewhere")
