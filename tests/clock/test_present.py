import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import override_settings

from carecoord import clock

CHRISTMAS = datetime(2026, 12, 25, 9, tzinfo=UTC)
EASTER = datetime(2027, 3, 28, 9, tzinfo=UTC)


def test_the_present_is_the_real_time_in_utc():
    before = datetime.now(UTC)
    present = clock.now()
    assert before <= present <= datetime.now(UTC)
    assert present.tzinfo is UTC
    assert clock.overridden() is None


def test_at_holds_the_present_and_lets_it_go():
    with clock.at(CHRISTMAS):
        assert clock.now() == CHRISTMAS
        assert clock.overridden() == CHRISTMAS
    assert clock.overridden() is None
    assert clock.now() != CHRISTMAS


def test_at_nests():
    with clock.at(CHRISTMAS):
        with clock.at(EASTER):
            assert clock.now() == EASTER
        assert clock.now() == CHRISTMAS


def test_at_lets_go_when_the_block_fails():
    with pytest.raises(RuntimeError), clock.at(CHRISTMAS):
        raise RuntimeError
    assert clock.overridden() is None


def test_at_does_not_move_another_thread():
    seen = []
    with clock.at(CHRISTMAS):
        other = threading.Thread(target=lambda: seen.append(clock.overridden()))
        other.start()
        other.join()
    assert seen == [None]


def test_at_refuses_a_moment_without_a_time_zone():
    with pytest.raises(ValueError, match="no time zone"), clock.at(datetime(2026, 12, 25)):
        pass


def test_the_moment_held_is_given_back_in_utc():
    plus_two = datetime.fromisoformat("2026-12-25T11:00:00+02:00")
    with clock.at(plus_two):
        assert clock.now() == CHRISTMAS
        assert clock.now().utcoffset() == timedelta(0)


@override_settings(TIME_ZONE="Europe/London")
def test_today_after_a_summer_midnight_is_the_new_day():
    with clock.at(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 1)


@override_settings(TIME_ZONE="America/New_York")
def test_today_follows_the_time_zone_setting():
    with clock.at(datetime(2026, 7, 1, 3, tzinfo=UTC)):
        assert clock.today() == date(2026, 6, 30)
