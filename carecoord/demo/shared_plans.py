"""The shared plans that are written by hand: sections that ask, goals with steps and what came of them, reviews."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from carecoord import clock
from carecoord.demo.course import DAY, HOUR, MINUTE, Life, morning
from carecoord.demo.making import Demonstration
from careplans.headings import headings
from careplans.models import CarePlan
from careplans.services import (
    Answer,
    add_goal,
    add_stage,
    agree_plan,
    create_plan,
    hold_review,
    move_goal,
    move_plan,
    move_stage,
    report_outcome,
    write_section,
)
from careplans.services.meetings import OF_SECTION
from neighbourhoods.principal import Principal
from neighbourhoods.services import EntryFacts, record_entry

WARD, NURSING, HOME = "Ward 7", "Millbrook Community Nursing", "Willow Bank"
BEGAN = 19 * DAY


@dataclass(frozen=True)
class Step:
    """`moves` is the way along careplans/states.py that it has gone."""

    title: str
    outcome: str = ""
    moves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """What somebody wants, and how it went: extent, words, how many days ago."""

    title: str
    importance: int
    confidence: int
    wanted: str = ""
    steps: tuple[Step, ...] = ()
    went: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True)
class Asked:
    """A section with its answers."""

    key: str
    body: str
    answers: Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Agreed:
    """With whom besides the person; the review is due so many days after the course ends."""

    review_in_days: int
    agreed_with: str = ""


@dataclass(frozen=True)
class Held:
    """A review: how many days ago, who took part, and of which parts it was said what, by the key of the section."""

    days_ago: int
    took_part: str
    said: tuple[tuple[str, Literal["right", "change"], str], ...]


@dataclass(frozen=True)
class PlanRow:
    who: str
    team: str
    words: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()
    wishes: tuple[Wish, ...] = ()
    agreed: Agreed | None = None
    held: Held | None = None


PLANS = (
    PlanRow(
        "Sheila",
        WARD,
        {
            "most_important": (
                "Keeping Ken at home with me. Getting back to the allotment on Saturdays. "
                "I can't hear on the phone if there is noise, so please don't rush me."
            ),
            "support": "Mornings are hard for my breathing. After eleven is better.",
        },
        wishes=(
            Wish(
                "Get back to the allotment on Saturdays",
                9,
                4,
                wanted="An hour at the allotment, and home again without the car",
                steps=(
                    Step("To the end of the ward and back", "Done twice, with one rest", ("start", "complete")),
                    Step("Down the steps to the garden, with the oxygen"),
                ),
            ),
        ),
    ),
    PlanRow(
        "Kenneth",
        NURSING,
        {
            "most_important": "Sheila. My shed. I like to know who is coming before they come.",
            "communication": "Ask me one thing at a time and wait. I know more than I can say.",
        },
        asked=(
            Asked(
                "dementia",
                "The radio on in the kitchen, and the same cup. When it gets dark he looks for Sheila: say where she "
                "is.\nNever take his arm from behind.",
                {
                    "coordinator": "Amina Khan, community nurse, 01632 960 180",
                    "signs": ["Walks up and down after four", "Leaves his tea", "Holds his belly and says nothing"],
                    "carer": "Sheila has not slept through since spring. She wants one free afternoon a week.",
                    "decisions": "No move to a home while Sheila can manage. With their solicitor, and in the record "
                    "under legal.",
                },
            ),
        ),
        wishes=(
            Wish(
                "Stay at home with Sheila",
                10,
                6,
                wanted="He sleeps in his own bed, and Sheila sleeps four nights of the week",
                steps=(
                    Step("A sensor at the front door", "Fitted. It rings in the bedroom", ("start", "complete")),
                    Step("Somebody with him on one afternoon a week", moves=("start",)),
                    Step("Try the memory café together"),
                ),
                went=(
                    ("same", "Up three times on most nights. Sheila is worn out.", 13),
                    ("closer", "Two nights slept through since the sensor is there.", 6),
                ),
            ),
        ),
        agreed=Agreed(75, "Sheila Hartley, his wife, who holds the power of attorney for health"),
        held=Held(
            6,
            "Ken and Sheila Hartley at their kitchen table, Amina Khan",
            (
                ("most_important", "right", ""),
                ("communication", "right", "He likes it when it is written large, too"),
                ("dementia", "change", "Who comes when Sheila is in hospital is missing"),
            ),
        ),
    ),
    PlanRow(
        "Konstantina Alexandra",
        NURSING,
        {
            "most_important": "My granddaughter's wedding in May. I shall dance, if only once round.",
            "wellness": "On a good day I cook for two and eat for one. On a bad day I do not draw the curtains.",
        },
        wishes=(
            Wish(
                "Dance at my granddaughter's wedding",
                10,
                5,
                wanted="Once round the room, on somebody's arm",
                steps=(Step("Stand up from the chair without hands, five times", moves=("start",)),),
                went=(("further", "Two weeks in bed with a cold. We begin again.", 4),),
            ),
        ),
        agreed=Agreed(1),
    ),
    PlanRow(
        "Grace",
        NURSING,
        {"most_important": "To walk to church by myself. My sister and I went for forty years."},
        wishes=(Wish("Walk to church by myself", 8, 6),),
        agreed=Agreed(90),
    ),
    PlanRow(
        "Joan",
        HOME,
        {"most_important": "A window that I can open, and my own tea before anybody else's."},
        asked=(
            Asked(
                "care_home_admission",
                "She came after the winter at her sister's, and was sad about the house. Ask about the allotment "
                "society: she kept its books.",
                {
                    "routine": "Up at six, tea in bed. Crossword with Inger after lunch. Lights out at ten.",
                    "mobility": "A stick indoors, a chair outside. Has not fallen here.",
                    "eating": "Small plates. No fish.",
                    "hospital": "For a broken bone, yes. For a chest infection she wants to stay here.",
                    "belongings": ["Glasses", "Hearing aid, right", "The blue cardigan"],
                },
            ),
        ),
        wishes=(Wish("Keep the books of the allotment society from here", 7, 8),),
    ),
)


def write_plans(here: Demonstration) -> None:
    for number, row in enumerate(PLANS):
        here.course.live(_plan(here, row, morning(here.course.ends - BEGAN) + number * 31 * MINUTE))
    here.course.once(here.course.ends - 26 * HOUR, lambda: _recorded(here))


def _plan(here: Demonstration, row: PlanRow, began: datetime) -> Life:
    yield began
    with here.acting(row.team) as by:
        plan = create_plan(by=by, resident_id=_id(here, row.who))
        for key, body in row.words.items():
            write_section(by=by, plan_id=plan.id, key=key, body=body, in_own_words=True, version=0)
        for one in row.asked:
            write_section(
                by=by, plan_id=plan.id, key=one.key, body=one.body, answers=one.answers, in_own_words=False, version=0
            )
        goals = [_wish(by, plan, wish) for wish in row.wishes]
    if row.agreed:
        yield began + 2 * HOUR
        with here.acting(row.team) as by:
            _agree(here, by, plan, row)
            for goal_id in goals:
                move_goal(by=by, goal_id=goal_id, verb="accept")
    for wish, goal_id in zip(row.wishes, goals, strict=True):
        for extent, words, days in wish.went:
            yield morning(here.course.ends - days * DAY) + 43 * MINUTE
            with here.acting(row.team) as by:
                report_outcome(by=by, goal_id=goal_id, extent=extent, words=words, reported_on=clock.today())
    if row.held and row.agreed:
        yield morning(here.course.ends - row.held.days_ago * DAY) + HOUR
        with here.acting(row.team) as by:
            _hold(here, by, plan.id, row, row.held, row.agreed)


def _wish(by: Principal, plan: CarePlan, wish: Wish) -> UUID:
    goal = add_goal(
        by=by,
        plan_id=plan.id,
        title=wish.title,
        wanted=wish.wanted,
        importance=wish.importance,
        confidence=wish.confidence,
    )
    for step in wish.steps:
        stage = add_stage(by=by, goal_id=goal.id, title=step.title, outcome=step.outcome)
        for verb in step.moves:
            move_stage(by=by, stage_id=stage.id, verb=verb)
    return goal.id


def _agree(here: Demonstration, by: Principal, plan: CarePlan, row: PlanRow) -> None:
    agreed = row.agreed or Agreed(90)
    made = agree_plan(
        by=by,
        plan_id=plan.id,
        version=plan.version,
        agreed_with_resident=not agreed.agreed_with,
        agreed_with=agreed.agreed_with,
        agreed_on=clock.today(),
        review_due_on=here.course.today + timedelta(days=agreed.review_in_days),
        review_team_id=here.teams[row.team].id,
        reviewer_id=by.membership_id,
    )
    move_plan(by=by, plan_id=made.id, verb="activate")


def _hold(here: Demonstration, by: Principal, plan_id: UUID, row: PlanRow, held: Held, agreed: Agreed) -> None:
    plan = CarePlan.objects.get(id=plan_id)
    hold_review(
        by=by,
        plan_id=plan_id,
        version=plan.version,
        held_on=clock.today(),
        took_part=held.took_part,
        answers={f"{OF_SECTION}{key}": Answer(headings()[key].title, answer, note) for key, answer, note in held.said},
        review_due_on=here.course.today + timedelta(days=agreed.review_in_days),
        review_team_id=here.teams[row.team].id,
        reviewer_id=by.membership_id,
    )


def _recorded(here: Demonstration) -> None:
    """Grace has fallen, so her plan is to be reviewed sooner; and a risk is to be looked at again."""
    facts = EntryFacts(
        "assessment.falls",
        "On the step of the back door, in the dark. Got up with the neighbour's help.",
        {"falls_in_year": 3, "injuries": "A bruise on the left hip", "gait": True},
        event_on=clock.today(),
    )
    again = EntryFacts(
        "risk",
        "Slides out of the low chair: a cushion under her, and the table at her right hand",
        {"type": "accident"},
        review_due_on=here.course.today + 9 * DAY,
    )
    with here.acting(NURSING) as by:
        record_entry(by=by, resident_id=_id(here, "Grace"), facts=facts)
        record_entry(by=by, resident_id=_id(here, "Konstantina Alexandra"), facts=again)


def _id(here: Demonstration, who: str) -> UUID:
    return here.residents[who].id
