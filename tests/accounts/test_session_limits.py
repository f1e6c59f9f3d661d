"""A sign-in ends after 15 minutes without activity and after 12 hours, and says so."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carecoord import clock
from carecoord.accounts.sessions import NOTED_EVERY
from tests.accounts.factors import code_now
from tests.statements import statements_of

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.fixture
def session_at_11(client, guarded_nurse, type_password):
    """The nurse signed in at 11:00."""
    with clock.at(START):
        type_password()
        client.post("/accounts/2fa/authenticate/", {"code": code_now()})
        assert client.get("/").status_code == 200
    return client


def opened(tab, minutes, path="/alerts/", **headers):
    with clock.at(START + timedelta(minutes=minutes)):
        return tab.get(path, headers=headers)


def test_it_lasts_while_something_is_done_every_quarter_of_an_hour(session_at_11):
    answers = [opened(session_at_11, minutes).status_code for minutes in range(0, 60, 14)]
    assert set(answers) == {200}


def test_after_15_minutes_without_activity_the_person_is_signed_out_and_told_so(session_at_11):
    assert opened(session_at_11, 15).headers["Location"] == "/accounts/login/?next=/alerts/"
    assert "_auth_user_id" not in session_at_11.session
    page = session_at_11.get("/accounts/login/?next=/alerts/").content.decode()
    assert 'You were signed out at <span class="nowrap">11:15</span>.' in page
    assert "Nothing was done for 15 minutes." in page
    assert "You were signed out" not in session_at_11.get("/accounts/login/").content.decode()


def test_the_old_session_is_gone_not_only_left(session_at_11):
    before = session_at_11.session.session_key
    opened(session_at_11, 16)
    assert not Session.objects.filter(session_key=before).exists()


def test_after_12_hours_it_ends_however_busy_the_person_was(session_at_11):
    for minutes in range(10, 12 * 60, 10):
        assert opened(session_at_11, minutes, "/help/").status_code == 200
    assert opened(session_at_11, 12 * 60).status_code == 302
    page = session_at_11.get("/accounts/login/").content.decode()
    assert "23:00" in page
    assert "12 hours had passed since you signed in." in page


def test_the_poll_of_an_open_page_is_no_activity(session_at_11):
    for minutes in range(1, 15):
        assert opened(session_at_11, minutes, "/alerts/poll/", **{"X-Poll": "1"}).status_code == 200
    assert opened(session_at_11, 15).status_code == 302


def test_a_poll_after_the_end_leaves_the_page_as_it_is_and_says_what_happened(session_at_11):
    answer = opened(
        session_at_11, 15, "/alerts/poll/", **{"X-Poll": "1", "HX-Current-URL": "http://testserver/alerts/"}
    )
    assert answer.status_code == 286
    assert "HX-Redirect" not in answer.headers
    assert 'href="/accounts/login/?next=%2Falerts%2F"' in answer.content.decode()


def test_a_form_sent_after_the_end_saves_nothing_and_gives_the_text_back(session_at_11, world):
    with clock.at(START + timedelta(minutes=20)):
        answer = session_at_11.post(
            "/role/", {"membership": "x", "note": "Legs <b>swollen</b> since Monday", "password": "my secret words"}
        )
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "What you just sent was not saved." in page
    assert "Legs &lt;b&gt;swollen&lt;/b&gt; since Monday" in page
    assert "my secret words" not in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_form_without_texts_is_to_be_sent_once_more(session_at_11):
    with clock.at(START + timedelta(minutes=20)):
        page = session_at_11.post("/role/", {"membership": "x"}).content.decode()
    assert "Sign in, open the page again and send it once more." in page


def test_logging_out_after_the_end_is_no_lost_work(session_at_11):
    with clock.at(START + timedelta(minutes=20)):
        assert session_at_11.post("/accounts/logout/").headers["Location"] == "/accounts/login/"


def test_a_part_of_a_page_asked_for_after_the_end_takes_the_whole_page_to_sign_in(session_at_11):
    answer = opened(session_at_11, 20, **{"HX-Request": "true", "HX-Current-URL": "http://testserver/alerts/?page=2"})
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Falerts%2F%3Fpage%3D2"


def test_the_session_is_written_once_a_minute_at_most(session_at_11):
    def writes(seconds):
        with clock.at(START + timedelta(minutes=5, seconds=seconds)), CaptureQueriesContext(connection) as captured:
            session_at_11.get("/alerts/")
        return sum(1 for query in captured if query["sql"].startswith('UPDATE "django_session"'))

    assert [writes(0), writes(30), writes(NOTED_EVERY.seconds)] == [1, 0, 1]


def test_session_and_user_cost_one_statement_each(session_at_11):
    opened(session_at_11, 1)
    with clock.at(START + timedelta(minutes=1, seconds=1)):
        session, user = statements_of(lambda: session_at_11.get("/accounts/password/change/"))
    assert "FROM django_session" in session
    assert user.startswith("EXECUTE")
    assert "_users" in user
