"""The arithmetic of the benchmark: ratios by round, medians, and what a result is called."""

import os

import pytest

from carecoord.bench import report
from carecoord.bench.cases import Case
from carecoord.bench.management.commands.bench import Command
from carecoord.bench.measuring import Measure, Result, _result
from carecoord.bench.serving import cpu_ms


def case(must=4, aim=2.5, statements=6):
    return Case("caseload", "floor", must, aim, statements, list)


def measures(own, floor, statements):
    return {"caseload": Measure("caseload", own, statements), "floor": Measure("floor", floor)}


def test_a_ratio_is_taken_within_its_round_and_the_median_of_rounds_counts():
    found = _result(case(), measures((4.0, 30.0, 6.0), (2.0, 10.0, 2.0), 3))
    assert found.ratios == (2.0, 3.0, 3.0)
    assert found.ratio == 3.0


@pytest.mark.parametrize(
    ("own", "statements", "verdict"),
    [(2.0, 6, "aim"), (3.0, 6, "must"), (4.5, 6, "misses"), (2.0, 7, "misses")],
)
def test_a_result_reaches_its_aim_or_its_must_or_misses(own, statements, verdict):
    assert _result(case(), measures((own,), (1.0,), statements)).verdict == verdict


def test_what_could_not_be_asked_is_said_and_not_counted():
    found = Result(case(), Measure("caseload", (), None, "GET / gave 500"), ())
    assert found.verdict == "not measured"
    assert report.row_of(found).measured == "-"


def test_the_table_names_the_floor_and_the_limits():
    found = _result(case(), measures((3.0,), (1.0,), 5))
    assert report.row_of(found).line() == "| caseload | 3.00 x floor | 4 | 2.5 | 5 (6) | must |"


def test_json_holds_every_round():
    found = _result(case(), measures((3.0, 4.0, 5.0), (1.0, 2.0, 1.0), 5))
    told = report.as_json(2000, [Measure("floor", (1.0, 2.0, 1.0))], [found])
    assert told["cases"]["caseload"]["ratios"] == (3.0, 2.0, 5.0)
    assert told["floors"]["floor"]["cpu_ms"] == (1.0, 2.0, 1.0)


def test_cpu_of_this_process_grows_with_what_it_does():
    before = cpu_ms([os.getpid()])
    sum(number * number for number in range(300_000))
    assert cpu_ms([os.getpid()]) > before


def test_fewer_than_three_rounds_are_refused(capsys):
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match="Fewer than 3 rounds"):
        call_command(Command(), rounds=2)
