from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, set_script_prefix
from django.urls import reverse as worked_out

from carecoord.ui.addresses import reverse


@pytest.mark.parametrize(("name", "ids"), [("my_day", 0), ("resident_record", 1), ("refer_why", 2)])
def test_an_address_is_the_one_that_django_works_out_whatever_the_ids(name, ids):
    for _ in range(3):
        given = [uuid4() for _ in range(ids)]
        assert reverse(name, args=given) == worked_out(name, args=given)


def test_an_address_with_a_word_in_it_is_worked_out(monkeypatch):
    given = [uuid4(), "an_entry"]
    monkeypatch.setattr("carecoord.ui.addresses.worked_out", lambda name, args: (name, args))
    assert reverse("any", args=given) == ("any", given)


def test_a_place_under_another_path_has_other_addresses():
    before = reverse("my_day")
    set_script_prefix("/care/")
    try:
        assert reverse("my_day") == worked_out("my_day") != before
    finally:
        set_script_prefix("/")
    assert reverse("my_day") == before


def test_what_has_no_address_is_refused_as_by_django():
    with pytest.raises(NoReverseMatch):
        reverse("no_such_page")
