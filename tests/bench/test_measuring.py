"""The arithmetic of the benchmark: ratios by round, medians, and what a result is called."""

import os
from itertools import count
from threading import Thread
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import transaction

from carecoord import clock, outbox
from carecoord.bench import growth, report, telling
from carecoord.bench.alerting import Alerting
from carecoord.bench.cases import Answer, Ask, Case, Floor, chosen
from carecoord.bench.goals import verdict
from carecoord.bench.management.commands.bench import Command
from carecoord.bench.measuring import WARM_UP, Measure, Memory, Result, _result, measure, memory_of
from carecoord.bench.policies import measure_policies
from carecoord.bench.serving import cpu_ms
from carecoord.bench.turns import Ring, Turns, read_turns
from carecoord.outbox.subscriptions import handlers_of


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


def test_whoever_asks_for_one_case_gets_what_it_is_a_multiple_of_too():
    api, page, day = (
        case(),
        Case("caseload, page", "caseload", 2, 1.5, 10, list),
        Case("my day", "floor", 8, 6, 12, list),
    )
    assert chosen([api, page, day], "page") == [api, page]
    assert chosen([api, page, day], "") == [api, page, day]


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


@pytest.mark.parametrize(
    ("late", "called", "shown"), [(100_500, "aim", "+0.5%"), (109_000, "must", "+9.0%"), (111_000, "misses", "+11.0%")]
)
def test_memory_has_a_line_with_a_verdict(late, called, shown):
    memory = Memory(100_000, late)
    assert memory.verdict == called
    told = report.tables(2000, [], [], memory)
    assert f"| memory of the web process, request 1,000 to 10,000 | {shown} | +10% | flat | - | {called} |" in told
    assert report.as_json(2000, [], [], memory)["memory_verdict"] == called


def test_memory_is_taken_while_pages_are_read_and_nothing_is_written():
    asked = []
    served = Named("a", asked)
    served.memory = lambda: 1_000 + len(asked)
    read = [Case(path, "floor", 4, 2, 6, lambda path=path: [Ask("GET", path)]) for path in ("/one", "/two")]
    write = Case("write", "floor", 4, 2, 6, lambda: [Ask("POST", "/write")])
    memory = memory_of(served, [*read, write], early=2, late=6)
    assert (memory.early, memory.late) == (1_002, 1_006)
    assert {path for _, path in asked} == {"/one", "/two"}


def test_alerts_have_lines_with_verdicts():
    told = Alerting([2.0] * 300, [12.0] * 290 + [60.0] * 10, 400.0, 100.0, 21)
    assert [row.line() for row in report.alert_rows(told)] == [
        "| commit to alert, p50 of 300 | 6.0 x a bare task's start | 8 | 5 | - | must |",
        "| commit to alert, p99 of 300 | 30.0 x a bare task's start | 25 | 15 | - | misses |",
        "| alerts to 21 people | 25% of bare one-INSERT tasks a second | 20% | 30% | - | must |",
    ]
    assert list(report.alerts_as_json(2000, told)["verdicts"].values()) == ["must", "misses", "must"]


def test_of_a_share_more_is_better():
    assert [verdict(-share, -0.2, -0.3) for share in (0.1, 0.25, 0.4)] == ["misses", "must", "aim"]


def size(residents, cpu_ms, statements=3, still=(1.0, 1.0, 1.0)):
    cases = {"caseload": {"cpu_ms": cpu_ms, "statements": statements}}
    return {"residents": residents, "floors": {"django": {"cpu_ms": still}}, "cases": cases}


@pytest.mark.parametrize(
    ("more", "statements", "times", "called"),
    [
        ((2.1, 4.2, 8.4), 3, 1.05, "aim"),
        ((2.4, 4.8, 9.6), 3, 1.2, "must"),
        ((2.6, 5.2, 10.4), 3, 1.3, "misses"),
        ((2.0, 4.0, 8.0), 4, 1.0, "misses"),
        ((), None, None, "not measured"),
    ],
)
def test_growth_is_taken_within_the_rounds_that_both_sizes_had_together(more, statements, times, called):
    """The machine became four times slower meanwhile, for both."""
    [step] = growth.steps([size(1_000_000, more, statements), size(100_000, (2.0, 4.0, 8.0))])
    assert (step.fewer, step.more, step.still) == (100_000, 1_000_000, 1.0)
    [found] = step.cases
    assert (found.times and round(found.times, 6), found.verdict) == (times, called)


def test_growth_goes_from_each_size_to_the_next_and_names_what_the_machine_did():
    found = list(growth.steps([size(2_000, (1.0,)), size(100_000, (1.0,), still=(1.5,)), size(1_000_000, (1.0,))]))
    assert [(step.fewer, step.more, step.still) for step in found] == [
        (2_000, 100_000, 1.5),
        (100_000, 1_000_000, pytest.approx(1 / 1.5)),
    ]
    told = report.growth_table(found[0])
    assert "| caseload | 1.00 | 1.25 | 1.1 | 3, 3 (equal) | aim |" in told
    assert "differed by 1.50 between the two" in told
    assert report.growth_as_json(found[0])["cases"]["caseload"]["verdict"] == "aim"


def test_of_one_size_there_is_no_growth():
    assert list(growth.steps([size(2_000, (1.0,))])) == []


class Named:
    """Stands for a web process, and remembers who was asked."""

    web = 0

    def __init__(self, name, asked):
        self.name, self.asked = name, asked

    def backends(self):
        return []

    def answer(self, ask, **_):
        self.asked.append((self.name, ask.path))
        return Answer(b"", {"x-statements": "3"})


def test_each_request_costs_with_the_policies_and_without_them_in_each_round(monkeypatch):
    asked, switched, ticks = [], [], count()
    monkeypatch.setattr("carecoord.bench.measuring.cpu_ms", lambda _: float(next(ticks) ** 2))
    monkeypatch.setattr("carecoord.bench.policies.switch", lambda _, word: switched.append((word, len(asked))))
    served = Named("a", asked)
    served.owner_url = ""
    only = [Case("case", "floor", 4, 2, 6, lambda: [Ask("GET", "/case")])]
    [found] = measure_policies(served, only, rounds=2, requests=1, turns=Turns())
    assert (found.guarded_ms, found.open_ms) == ((1.0, 9.0), (5.0, 13.0))
    assert found.times == pytest.approx((1 / 5 + 9 / 13) / 2)
    each = WARM_UP + 1
    assert switched == [("DISABLE", each), ("ENABLE", 2 * each), ("DISABLE", 3 * each), ("ENABLE", 4 * each)]
    assert report.policies_as_json([found])["case"]["guarded_ms"] == (1.0, 9.0)
    assert "| case | 0.45 | -4.00 |" in report.policy_table([found])


def test_sizes_take_turns_case_by_case(monkeypatch):
    asked, ring = [], Ring(2)
    ticks = count()
    monkeypatch.setattr("carecoord.bench.measuring.cpu_ms", lambda _: float(next(ticks)))
    every = [Floor("floor", lambda: [Ask("GET", "/floor")])]
    only = [Case("case", "floor", 4, 2, 6, lambda: [Ask("GET", "/case")])]

    def run(name, turns):
        measure(Named(name, asked), every, only, rounds=3, requests=1, say=str, turns=turns)
        for end in turns.ends:
            os.close(end)

    own = [Turns(*(os.dup(end) for end in ring.turns_of(number).ends)) for number in range(2)]
    threads = [Thread(target=run, args=(name, turns)) for name, turns in zip("ab", own, strict=True)]
    for thread in threads:
        thread.start()
    ring.begin()
    for thread in threads:
        thread.join(20)
    pieces = [one for number, one in enumerate(asked) if number == 0 or one != asked[number - 1]]
    assert pieces == [(name, path) for _ in range(4) for path in ("/floor", "/case") for name in "ab"]


def test_whoever_is_gone_keeps_nobody_waiting():
    ring = Ring(2)
    mine = Turns(*(os.dup(end) for end in ring.turns_of(0).ends))
    ring.begin()
    turns = 0
    for _ in range(3):
        with mine.mine():
            turns += 1
    assert turns == 3
    for end in mine.ends:
        os.close(end)


def test_alone_nobody_waits():
    assert (read_turns(""), read_turns("3,4")) == (Turns(), Turns(3, 4))
    with Turns().mine():
        pass


@pytest.mark.django_db
def test_the_worker_says_when_an_alert_is_committed_before_anything_else(
    monkeypatch, django_capture_on_commit_callbacks
):
    said = []
    broker = SimpleNamespace(lpush=lambda name, text: said.append((name, *text.split(" "))))
    monkeypatch.setattr(telling, "_broker", lambda: broker)
    event = outbox.Event(uuid4(), "referral.sent", "referral", uuid4(), clock.now())
    with django_capture_on_commit_callbacks(execute=True):
        transaction.on_commit(lambda: said.append("a nudge"))
        telling.say_when_raised(event)
        assert said == []
    (name, message, moment), nudge = said
    assert (name, message, nudge) == (telling.RAISED, str(event.message_id), "a nudge")
    assert float(moment) > 0


def test_nobody_but_the_worker_of_the_benchmark_says_so():
    assert telling.say_when_raised not in handlers_of("referral.sent")


def test_cpu_of_this_process_grows_with_what_it_does():
    before = cpu_ms([os.getpid()])
    sum(number * number for number in range(300_000))
    assert cpu_ms([os.getpid()]) > before


def test_fewer_than_three_rounds_are_refused(capsys):
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match="Fewer than 3 rounds"):
        call_command(Command(), rounds=2)
