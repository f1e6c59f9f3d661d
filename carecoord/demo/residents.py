"""The residents of the demonstration place, as data. Nobody in it exists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from carecoord.demo.entries import (
    FOR_RESUSCITATION,
    NOT_FOR_RESUSCITATION,
    Said,
    adjustment,
    interpreter,
    risk,
)
from neighbourhoods.services import DetailFacts

WARD, NURSING, HIGHCROSS = "Ward 7", "Millbrook Community Nursing", "Highcross Community Nursing"
HOME, COUNCIL, FRONT_DOOR = "Willow Bank", "Adult Social Care, Millbrook", "Front door"
INTEGRATED = "Millbrook Integrated Team"
BRIDGE, HIGHGATE = "Bridge Street Surgery", "Highgate Surgery"


@dataclass(frozen=True)
class ResidentRow:
    """`team` registers the person and leads. `strip` is what is recorded about them, `codes` what is said of them by
    lists, `further` names, numbers and phones beside those here."""

    family_name: str
    given_name: str
    title: str
    born: date
    gender: str
    nhs_number: str
    team: str
    practice: str = BRIDGE
    address: str = ""
    postcode: str = ""
    phone: str = ""
    preferred_name: str = ""
    strip: tuple[Said, ...] = ()
    died_on_days_ago: int | None = None
    why: str = "Known to the team"
    key_worker: str = ""
    codes: Mapping[str, Any] = field(default_factory=dict)
    further: tuple[DetailFacts, ...] = ()


ROWS = (
    ResidentRow(
        "Hartley",
        "Sheila",
        "Mrs",
        date(1948, 3, 14),
        "female",
        "9990000018",
        WARD,
        address="2 Mill Lane",
        postcode="AM1 1AA",
        phone="01632 960 111",
        codes={
            "ethnic_category": "A",
            "language": "en",
            "preferred_contact_method": "3",
            "preferred_written_format": "11",
        },
        further=(
            DetailFacts("name", "maiden", {"family": "Barlow", "given": "Sheila Ann"}),
            DetailFacts("telecom", "mobile", {"contact": "07700 900 345"}),
            DetailFacts("identifier", "local", {"identifier": "AGH-204118", "assigner": "Aldermoor General"}),
        ),
        strip=(
            ("alert", "Oxygen at home: no naked flames"),
            adjustment("001", "Hearing aid, left: face her", "Misses half of what is said, and will not ask again"),
            adjustment("007", "20 minutes longer", "Is out of breath and leaves things out"),
            adjustment("004", "Large print", "Cannot read her letters"),
            risk("accident", "Breathless on the stairs: one flight at a time, with a rest"),
            ("impairment", "", {"impairment": "2"}),
            ("social.access", "Front door; give her time to come down"),
            ("equipment", "Oxygen concentrator", {"position": "Bedroom"}),
            (
                "told",
                "Told that everybody who cares for her reads this record. She wants that: nobody should ask twice",
                {"by_whom": "Grace Mensah, Ward 7"},
            ),
            ("allergy", "Penicillin"),
            FOR_RESUSCITATION,
            ("problem", "COPD; chest infection treated in hospital"),
        ),
    ),
    ResidentRow(
        "Hartley",
        "Kenneth",
        "Mr",
        date(1945, 7, 2),
        "male",
        "9990000026",
        NURSING,
        address="2 Mill Lane",
        postcode="AM1 1AA",
        phone="01632 960 111",
        preferred_name="Ken",
        strip=(
            ("alert", "May walk out if alone"),
            adjustment("005", "One question at a time", "Says yes to everything"),
            adjustment("001", "Picture labels", "Cannot find the bathroom in a strange place"),
            risk("to-self", "Walks out at night and does not find home: door sensor, neighbours know"),
            ("impairment", "", {"impairment": "6"}),
            (
                "legal.capacity",
                "Asked on two mornings, with pictures",
                {
                    "decision": "Whether to move into a care home",
                    "outcome": "lacks",
                    "best_interests": "Stays at home with Sheila",
                },
            ),
            ("no_known_allergies", ""),
            NOT_FOR_RESUSCITATION,
            ("legal.attorney", "", {"power": "lpa-health", "names": "Sheila"}),
            ("problem", "Alzheimer's disease, 2021"),
        ),
        why="Dementia; his wife cares for him",
        key_worker="nurse",
    ),
    ResidentRow(
        "Oyelaran",
        "Grace",
        "Mrs",
        date(1952, 1, 30),
        "female",
        "9990000034",
        NURSING,
        address="14 Weir Street",
        postcode="AM1 1AB",
        phone="01632 960 112",
        strip=(("no_known_allergies", ""),),
        why="Leg ulcers",
        key_worker="nurse",
    ),
    ResidentRow(
        "Price",
        "Alan",
        "Mr",
        date(1939, 5, 19),
        "male",
        "9990000042",
        COUNCIL,
        address="Flat 3, Tannery Court",
        postcode="AM1 1AD",
        strip=(("alert", "Two visitors at a time"), ("allergy", "Latex")),
        why="Care Act assessment",
        key_worker="socialworker",
    ),
    ResidentRow(
        "Marlow",
        "Edith",
        "Miss",
        date(1940, 8, 11),
        "female",
        "9990000050",
        "Bridge Street Surgery team",
        address="9 Canal Row",
        postcode="AM1 1AE",
        strip=(("alert", "Lives alone"), ("social.access", "Key safe by the back door")),
    ),
    ResidentRow(
        "Dawes",
        "Colin",
        "Mr",
        date(1957, 2, 4),
        "male",
        "9990000069",
        WARD,
        address="31 Priory Road",
        postcode="AM1 1AA",
        strip=(("allergy", "Iodine"),),
    ),
    ResidentRow(
        "Ahmed",
        "Nasreen",
        "Mrs",
        date(1949, 9, 21),
        "female",
        "9990000077",
        "Bridge Street Surgery team",
        address="7 Loom Street",
        postcode="AM1 1AB",
        codes={"ethnic_category": "J", "language": "ur", "language_proficiency": "P", "interpreter_required": True},
        strip=(interpreter("Urdu"),),
    ),
    ResidentRow(
        "Whittle",
        "Joan",
        "Mrs",
        date(1936, 12, 8),
        "female",
        "9990000085",
        HOME,
        address="11 Canal Row",
        phone="01632 960 116",
    ),
    ResidentRow(
        "Lowe",
        "Patricia",
        "Mrs",
        date(1944, 6, 17),
        "female",
        "9990000093",
        HIGHCROSS,
        address="5 Mill Lane",
        postcode="AM1 1AA",
        practice=BRIDGE,
        strip=(("no_known_allergies", ""),),
        why="Insulin, poor sight",
        key_worker="outsider",
    ),
    ResidentRow("Banks", "Leonard", "Mr", date(1943, 10, 9), "male", "9990000107", COUNCIL, address="18 Weir Street"),
    ResidentRow(
        "Cole",
        "Winifred",
        "Mrs",
        date(1938, 5, 2),
        "female",
        "9990000123",
        NURSING,
        address="3 Priory Road",
        phone="01632 960 122",
        why="Unsteady, lives alone",
        key_worker="leah",
    ),
    ResidentRow(
        "Singh",
        "Harjit",
        "Mr",
        date(1951, 7, 28),
        "male",
        "9990000131",
        COUNCIL,
        address="22 Loom Street",
        strip=(interpreter("Punjabi"),),
    ),
    ResidentRow("Rowe", "Thomas", "Mr", date(1946, 12, 15), "male", "9990000212", HOME, address="Willow Bank, room 11"),
    ResidentRow("Farrow", "Jean", "Mrs", date(1942, 4, 30), "female", "9990000336", "Highgate Surgery team", HIGHGATE),
    ResidentRow(
        "Barlow",
        "Stanley",
        "Mr",
        date(1934, 2, 3),
        "male",
        "9990000476",
        NURSING,
        address="40 Canal Row",
        died_on_days_ago=10,
    ),
    ResidentRow(
        "Wójcik",
        "Zofia",
        "Mrs",
        date(1950, 11, 3),
        "female",
        "9990000506",
        NURSING,
        address="8 Tannery Court",
        phone="01632 960 123",
        why="Blood pressure, new tablets",
        key_worker="tom",
        codes={"ethnic_category": "C", "language": "pl", "language_proficiency": "G"},
    ),
    ResidentRow(
        "O'Neill",
        "Máire",
        "Ms",
        date(1961, 6, 24),
        "female",
        "9990000514",
        NURSING,
        address="12 Priory Road",
        strip=(adjustment("002", "British Sign Language interpreter", "Cannot follow at all"),),
        codes={"preferred_contact_method": "9"},
        further=(DetailFacts("telecom", "mobile", {"contact": "07700 900 514"}),),
        why="Catheter",
        key_worker="nurse",
    ),
    ResidentRow("Nguyễn", "Thị Hồng", "Mrs", date(1947, 2, 10), "female", "9990000522", HIGHCROSS, HIGHGATE),
    ResidentRow("Adeyemi-Clarke", "Temitope", "Mr", date(1955, 8, 19), "male", "9990000530", HIGHCROSS, HIGHGATE),
    ResidentRow("Baptiste", "Marcel", "Mr", date(1940, 3, 27), "male", "9990000549", HIGHCROSS, HIGHGATE),
    ResidentRow(
        "Sørensen", "Inger", "Mrs", date(1937, 10, 1), "female", "9990000557", HOME, address="Willow Bank, room 2"
    ),
    ResidentRow(
        "Kowalczyk",
        "Jan",
        "Mr",
        date(1948, 1, 16),
        "male",
        "9990000565",
        INTEGRATED,
        address="1 Weir Street",
        why="Lonely since he retired",
        key_worker="coordinator",
    ),
    ResidentRow(
        "Begum",
        "Rokeya",
        "Mrs",
        date(1953, 12, 12),
        "female",
        "9990000573",
        INTEGRATED,
        address="27 Loom Street",
        phone="01632 960 124",
        further=(DetailFacts("telecom", "mobile", {"contact": "07700 900 573"}),),
        why="Benefits and housing",
        key_worker="coordinator",
    ),
    ResidentRow("Hughes", "Megan", "Miss", date(1989, 4, 5), "female", "9990000581", INTEGRATED, address="6 Canal Row"),
    ResidentRow("Yusuf", "Abdi", "Mr", date(1972, 7, 30), "male", "9990000603", INTEGRATED, address="33 Priory Road"),
    ResidentRow(
        "Chen",
        "Li",
        "Mr",
        date(1944, 9, 9),
        "male",
        "9990000611",
        NURSING,
        address="16 Mill Lane",
        why="Insulin",
        key_worker="leah",
    ),
    ResidentRow(
        "Papadopoulos-Featherstonehaugh",
        "Konstantina Alexandra",
        "Mrs",
        date(1941, 5, 21),
        "female",
        "9990000638",
        NURSING,
        address="Flat 12, Tannery Court",
        why="Frailty, weekly visit",
        key_worker="tom",
    ),
    ResidentRow("Greene", "Kofi", "Mr", date(2012, 3, 3), "male", "9990000646", "Bridge Street Surgery team"),
    ResidentRow("Doyle", "Bernard", "Mr", date(1958, 2, 28), "male", "", FRONT_DOOR, practice=""),
    ResidentRow("Tesfaye", "Hanna", "Ms", date(1990, 1, 1), "female", "", FRONT_DOOR, practice=""),
    ResidentRow("Ferreira", "Lúcia", "Mrs", date(1949, 8, 8), "female", "9990000654", WARD, practice=HIGHGATE),
)
