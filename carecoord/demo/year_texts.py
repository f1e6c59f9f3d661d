"""What is written of visits, calls and notes, by kind of service: what it was for, what happened, what came of it.

Said of anybody: no text calls the person he or she. What came of a contact belongs to its own note.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from carecoord.demo.tables import ORGANISATIONS
from neighbourhoods.models import OrganisationKind as Kind


@dataclass(frozen=True)
class Text:
    """`kind` is visit, call or note. Only what is planned and then missed goes without its note."""

    kind: str
    purpose: str
    note: str
    outcome: str = ""


def _visit(purpose: str, note: str, outcome: str) -> Text:
    return Text("visit", purpose, note, outcome)


def _call(purpose: str, note: str, outcome: str) -> Text:
    return Text("call", purpose, note, outcome)


def _note(note: str) -> Text:
    return Text("note", "", note)


TEXTS: dict[str, tuple[Text, ...]] = {
    "nursing": (
        _visit("Dressing", "Dressing dry, changed. Skin around it whole.", "Next dressing in three days"),
        _visit("Bloods", "Bloods taken at the second try, left arm.", "Result to the surgery"),
        _visit(
            "Weight and skin", "Weight 61.2 kg, one kilo down. Heels pink, cushion in place.", "Weigh again in a week"
        ),
        _visit("Insulin", "Sugar 8.4 before breakfast. Insulin given at 08:50.", "No change to the dose"),
        _visit("Catheter", "Catheter changed without trouble. Urine clear.", "Next change in twelve weeks"),
        _visit(
            "Leg ulcer", "Ulcer smaller than last month. Bandage moved up to the knee.", "Photo kept, go on as before"
        ),
        _call("After the new dressing", "Less pain since the new dressing. Slept through.", "No visit before Friday"),
        _call("Swab result", "Told the swab result: no infection.", "Tablets may stop"),
        _note("Spare dressings are in the hall cupboard, second shelf."),
        _note("The family wants a call before each visit, number in the contacts."),
    ),
    "social care": (
        _visit(
            "Review of the package", "Morning calls come late three days of seven.", "Provider asked for earlier calls"
        ),
        _visit("Care Act assessment", "Washing and the stairs are hard. Meals are not.", "Assessment to be written up"),
        _visit("See the new rails", "Rails by the bath and the back door hold well.", "Equipment closed"),
        _visit(
            "Home after hospital", "Walks to the kitchen with the frame, tires after.", "Two calls a day for two weeks"
        ),
        _call("How the new carers do", "Likes both. One of them cooks.", "Leave the rota as it is"),
        _call(
            "Money for the week", "Card found again. Bills are paid until the end of the month.", "Benefits form posted"
        ),
        _note("The key safe has a new number, given to the provider by phone."),
        _note("The neighbour with the key can be reached after four only."),
    ),
    "link worker": (
        _visit(
            "First talk",
            "Misses the choir more than anything. Would go if somebody came along.",
            "Choir on Tuesday, together",
        ),
        _visit("What matters", "Wants the garden back. Cannot lift the spade.", "Garden group asked for a place"),
        _visit("Go along", "Went along to the lunch club, stayed to the end.", "Goes alone from next week"),
        _call("After the first session", "Knew two people there. Will go again.", "Ring in a fortnight"),
        _call("Minibus", "Minibus can come to the door on Thursdays.", "Seat kept"),
        _call("Debt letters", "Three letters unopened. Opened them together on the phone.", "Money advice on Monday"),
        _note("Prefers a text to a call."),
        _note("House at fourteen degrees. The housing team looks at the boiler."),
    ),
    "practice": (
        _visit(
            "Home visit",
            "Chest clear, ankles as before. Out of breath on the stairs only.",
            "Same tablets, bloods in a month",
        ),
        _visit("Review of medicines", "Nine tablets became six. Blister pack agreed.", "Pharmacy told"),
        _visit("Long-term review", "Blood pressure 138 over 76. Feet warm.", "Next review in six months"),
        _call("Blood result", "Kidneys a little better. Told by phone.", "Repeat in three months"),
        _call("Cough", "Cough for a week, no temperature, eats and drinks.", "Ring again if it is worse by Friday"),
        _call("Hospital letter", "Went through the letter together, line by line.", "New tablet started"),
        _note("Letter of the heart clinic is in the record."),
        _note("Asked for the first appointment of the day."),
    ),
    "mental health": (
        _visit(
            "Named worker",
            "Went to the market on Saturday, the first time since spring.",
            "Once more, at a busier hour",
        ),
        _visit("Safety plan", "Read the safety plan together, changed two lines.", "Copy left on the fridge"),
        _visit("Memory", "Knew the day, not the month. Enjoyed the pictures.", "Clinic in six weeks"),
        _visit("Sleep", "Sleeps from two to seven. No drink since Sunday.", "Sleep diary until next week"),
        _call(
            "Before the weekend", "Quiet voice, answered at the third try. Safe tonight.", "Rings the line if it turns"
        ),
        _call("New tablets", "Less restless on the new tablets, mouth dry.", "Stay on them until the review"),
        _note("No withheld numbers: the phone stays off."),
        _note("Spoke through the letter box. A colleague comes along tomorrow."),
    ),
    "care home": (
        _visit("Weekly round", "Eats with the others again. Weight steady.", "No change to the plan"),
        _visit(
            "After a fall",
            "Found sitting beside the bed at five, no pain anywhere.",
            "Sensor mat moved to the door side",
        ),
        _visit("Family meeting", "The family brought photographs for the life story.", "Book by the window"),
        _visit("Eating and drinking", "Took half of breakfast, all of tea. Likes it cold.", "Milkshake at eleven"),
        _call("The family", "Family told of the move to room twelve.", "They come on Sunday"),
        _call("The surgery", "New cream agreed by phone.", "Pharmacy brings it"),
        _note("Glasses are at the optician until Thursday."),
        _note("The red chair stays by the window."),
    ),
    "ward": (
        _visit("Round", "Sat out for lunch. Oxygen down to one litre.", "Home when the stairs are managed"),
        _visit("Stairs", "Six stairs with one rail and a rest.", "Once more tomorrow"),
        _call("The family", "The family can be at home from Friday noon.", "Transport asked for"),
        _note("Slept well. Asks for the window open."),
    ),
    "children": (
        _visit("At home", "Plays well. The parents manage the feeds at night.", "Next visit in a fortnight"),
        _visit("At school", "Teacher has a quiet place ready. Two good weeks.", "Back to the plan at half-term"),
        _call("Mother rang", "A better night than last week. Feed runs through.", "No visit needed"),
        _call("School", "School sends its part of the report by Friday.", "Report in the record"),
        _note("Ring the father at work in the mornings."),
    ),
    "therapy": (
        _visit("Balance", "Stands on one leg for four seconds, two more than in spring.", "Exercises twice a day"),
        _visit("Round the house", "Rug taken up, lamp by the bed. The stair rail is loose.", "Rail to be fixed"),
        _call("The class", "Has been twice. Knees sore, goes on.", "Ring after the fourth class"),
        _note("Frame is one notch too high; set right."),
    ),
}
_KINDS = {
    Kind.HOSPITAL: "ward",
    Kind.COMMUNITY_HEALTH: "nursing",
    Kind.GP_PRACTICE: "practice",
    Kind.MENTAL_HEALTH: "mental health",
    Kind.COUNCIL: "social care",
    Kind.HOME_CARE: "social care",
    Kind.CARE_HOME: "care home",
}
_BY_NAME = {
    "Integrated Team": "link worker",
    "Children": "children",
    "Falls": "therapy",
    "Strength": "therapy",
    "Hospice": "nursing",
}
_OF_TEAM = {team.name: _KINDS.get(row.kind, "link worker") for row in ORGANISATIONS for team in row.teams}


def service_of(team: str) -> str:
    """What kind of service a team is, as its texts name it."""
    by_name = (service for part, service in _BY_NAME.items() if part in team)
    return next(by_name, _OF_TEAM.get(team, "link worker"))


def text_for(rng: Random, team: str, *, is_note: bool = False) -> Text:
    """Something that such a team would write: a note, or a visit or a call."""
    return rng.choice(_texts(team, is_note=is_note))


def _texts(team: str, *, is_note: bool) -> Sequence[Text]:
    return [text for text in TEXTS[service_of(team)] if (text.kind == "note") is is_note]
