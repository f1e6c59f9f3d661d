"""What is going on in the demonstration place, placed in time around now and made through the services."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from carecoord import clock
from carecoord.demo.course import DAY, HOUR, MINUTE, Life, morning, savepoints
from carecoord.demo.making import Demonstration
from carecoord.demo.one_record import ask_of_people
from carecoord.demo.rota import write_rota
from carecoord.demo.shared_plans import write_plans
from carecoord.demo.told import write_to_residents
from carecoord.demo.visits import before, visits
from carecoord.ids import new_id
from careplans.services import create_action
from neighbourhoods import gate
from neighbourhoods.ages import ADULT, is_under
from neighbourhoods.identities import Items
from neighbourhoods.models import EmergencyGround
from neighbourhoods.proxies import Ages, is_child
from neighbourhoods.services import ClaimReason, EntryFacts, break_glass, claim_relationship, record_entry
from neighbourhoods.services.contact_facts import CarerFacts, ContactFacts
from neighbourhoods.services.contacts import add_contact, link_contact
from neighbourhoods.services.proxies import ProxyFacts, move_proxy, propose_proxy
from referrals.models.handovers import Priority
from referrals.services.handovers import ItemRef, draft_handover, offer_handover, open_items_of
from referrals.services.handovers.batches import Listed, offer_list
from referrals.services.referrals import (
    Ask,
    accept_referral,
    draft_referral,
    receive_referral,
    request_information,
    send_referral,
    start_referral,
)

WARD, NURSING, HIGHCROSS = "Ward 7", "Millbrook Community Nursing", "Highcross Community Nursing"
COUNCIL, INTEGRATED, HOME = "Adult Social Care, Millbrook", "Millbrook Integrated Team", "Willow Bank"
BRIDGE, FRONT_DOOR, HIGHGATE = "Bridge Street Surgery team", "Front door", "Highgate Surgery team"
VISITORS = "Neighbourly visitors"

# Who has it, for whom, what, due in how many days (below zero: overdue), and whether it is the person's own.
ACTIONS = (
    (WARD, "Sheila", "Give Sheila her rescue pack of antibiotics", 1, False),
    (WARD, "Sheila", "Order the oxygen for home", -1, True),
    (WARD, "Sheila", "Check that the stair rail is fitted", 3, False),
    (WARD, "Colin", "Dressing every second day, vacuum pump", 1, True),
    (WARD, "Lúcia", "Ring the family about the discharge date", 0, True),
    (NURSING, "Kenneth", "Weigh Ken and look at his sacrum", 0, True),
    (NURSING, "Kenneth", "Ask the pharmacy for a blister pack", 4, False),
    (NURSING, "Grace", "Leg ulcer dressing and photo", 0, True),
    (NURSING, "Winifred", "Ask the family about a key safe", -1, True),
    (NURSING, "Zofia", "Blood pressure after the new tablets", 5, False),
    (NURSING, "Máire", "Book an interpreter for the catheter change", 2, True),
    (HIGHCROSS, "Patricia", "Insulin, mornings", 0, True),
    (HIGHCROSS, "Patricia", "Foot check", 12, False),
    (HIGHCROSS, "Marcel", "Wound swab result", 1, True),
    (COUNCIL, "Alan", "Care Act assessment visit", -2, True),
    (COUNCIL, "Leonard", "Restart the morning call", 1, True),
    (INTEGRATED, "Jan", "Bring the plan to Thursday's huddle", 2, True),
    (INTEGRATED, "Rokeya", "Ring about the benefits form", 0, True),
    (HOME, "Joan", "Falls diary for two weeks", 6, True),
    (HOME, "Thomas", "Ask the pharmacy about the new tablets", 0, True),
    (BRIDGE, "Kofi", "Asthma review letter to the school", 3, True),
    (BRIDGE, "Edith", "Medicines after the hospital letter", 0, True),
)

# Who asks whom, for whom, why, how soon, why so soon, how many hours ago, and what became of it.
REFERRALS = (
    (BRIDGE, "Community nursing, Millbrook", "Edith", "Catheter blocked for two hours", "urgent", "In pain", 2.2, ""),
    (BRIDGE, "Community nursing, Millbrook", "Nasreen", "Insulin support at home", "routine", "", 5, "received"),
    (COUNCIL, "Community nursing, Millbrook", "Harjit", "Continence assessment", "routine", "", 26, "received"),
    (HOME, "Community nursing, Millbrook", "Thomas", "Pressure area check", "soon", "", 2, ""),
    (HOME, "Community nursing, Millbrook", "Joan", "Pressure area assessment", "routine", "", 30, "asked"),
    (NURSING, "Strength and balance class", "Winifred", "Unsteady since the summer", "routine", "", 240, "started"),
    (NURSING, "Falls prevention", "Grace", "Two falls in a month", "soon", "", 4, ""),
    (COUNCIL, "Carers' support", "Alan", "His daughter has not had a free day since March", "soon", "", 6, ""),
    (COUNCIL, "Memory assessment", "Leonard", "Forgets the stove", "routine", "", 50, "accepted"),
    (INTEGRATED, "Befriending", "Jan", "Would like company on Sundays", "routine", "", 20, ""),
    (INTEGRATED, "Befriending", "Rokeya", "Nobody to talk to since her sister moved", "routine", "", 150, "accepted"),
    (COUNCIL, "A hand from a volunteer", "Leonard", "A lift to the memory clinic", "routine", "", 21, ""),
    (HIGHGATE, "Community nursing, Highcross", "Jean", "Wound not healing after six weeks", "routine", "", 7, ""),
    (HIGHCROSS, "Adult social care, Millbrook", "Patricia", "Equipment after the move", "routine", "", 8, ""),
)

# What may happen, what to do, whom to ring.
IF_WRONG = (
    (
        "Sheila goes into hospital",
        "Ken cannot be left alone: stay until somebody comes.\nAsk for the sitting service.",
        "Adult Social Care, Millbrook: 01632 960 144\nKaren, their daughter: 07700 900 456",
    ),
    (
        "More breathless than usual",
        "Sit her up by the open window.\nFollow the card on the fridge.\nNo better in 20 minutes: ring.",
        "Urgent Community Response, 08:00 to 20:00: 01632 960 199\nAt night: 111",
    ),
)


def happen(here: Demonstration) -> None:
    """Plan what goes on: plans and people first, then actions, referrals, handovers, and what to look into."""
    write_plans(here)
    here.course.once(morning(_ago(here, 18 * DAY)) + 17 * MINUTE, lambda: _contacts(here))
    here.course.once(morning(_ago(here, 17 * DAY)) + 23 * MINUTE, lambda: _if_wrong(here))
    for number, row in enumerate(ACTIONS):
        here.course.once(morning(_ago(here, 7 * DAY)) + number * 13 * MINUTE, _action(here, *row))
    for asked in REFERRALS:
        here.course.live(_referral(here, *asked))
    here.course.once(morning(_ago(here, 2 * DAY)) + 29 * MINUTE, lambda: _asked_of_a_volunteer(here))
    _handovers(here)
    here.course.once(_ago(here, 80 * MINUTE), lambda: _offer_a_list(here))
    visits(here)
    here.course.once(_ago(here, 3 * HOUR), lambda: _claim(here))
    here.course.once(_ago(here, 5 * HOUR), lambda: _claim_at_the_front_door(here))
    here.course.once(_ago(here, 2 * HOUR), lambda: _emergency(here))
    ask_of_people(here)
    write_rota(here)
    write_to_residents(here)


def _ago(here: Demonstration, ago: timedelta) -> datetime:
    return here.course.ends - ago


def _id(here: Demonstration, who: str) -> UUID:
    return here.residents[who].id


def _contacts(here: Demonstration) -> None:
    karen = ContactFacts(
        kind="personal",
        name="Karen Hartley",
        relationship="Daughter",
        phone="07700 900 456",
        is_emergency_contact=True,
        note="Lives in Leeds, works nights",
    )
    for who, team in (("Sheila", WARD), ("Kenneth", NURSING)):
        with here.acting(team) as by:
            add_contact(by=by, resident_id=_id(here, who), facts=karen)
    sheila, wife = here.residents["Sheila"], CarerFacts(is_willing=True, is_able=False)
    facts = ContactFacts("personal", "", relationship="Wife", is_carer=True, household_member=True, carer=wife)
    with here.acting(NURSING) as by:
        items = Items(nhs_number=sheila.nhs_number or "")
        link_contact(by=by, resident_id=_id(here, "Kenneth"), linked_id=sheila.id, items=items, facts=facts)
    _mother_of_kofi(here)


def _if_wrong(here: Demonstration) -> None:
    with here.acting(WARD) as by:
        for triggers, text, ring in IF_WRONG:
            facts = EntryFacts("contingency_plan", text, {"triggers": triggers, "ring": ring})
            record_entry(by=by, resident_id=_id(here, "Sheila"), facts=facts)


def _mother_of_kofi(here: Demonstration) -> None:
    """She acts for him while he is a child; of his father it is not known whether he is responsible."""
    kofi = here.residents["Kofi"]
    mother = ContactFacts(
        kind="personal",
        name="Abena Greene",
        relationship="Mother",
        phone="07700 900 646",
        is_emergency_contact=True,
        household_member=True,
        parental_responsibility="yes" if is_under(kofi.birth_date, ADULT, on=clock.today()) else "",
    )
    with here.acting(BRIDGE) as by:
        contact = add_contact(by=by, resident_id=kofi.id, facts=mother)
        if is_child(kofi, Ages()):
            seen = ProxyFacts("parental-responsibility", "Birth certificate, seen at the practice")
            proxy = propose_proxy(by=by, resident_id=kofi.id, contact_id=contact.id, facts=seen)
            move_proxy(by=by, resident_id=kofi.id, proxy_id=proxy.id, verb="activate", reason="parent")


def _action(here: Demonstration, team: str, who: str, title: str, days: int, is_own: bool) -> Callable[[], object]:
    def promise() -> None:
        with here.acting(team) as by:
            create_action(
                by=by,
                resident_id=_id(here, who),
                title=title,
                team_id=here.teams[team].id,
                due_on=here.course.today + days * DAY,
                assigned_to_id=by.membership_id if is_own else None,
            )

    return promise


def _asked_of_a_volunteer(here: Demonstration) -> None:
    """By the charity that was asked to befriend her; what a visitor needs to know stands in the record already."""
    with here.acting(INTEGRATED) as by:
        record_entry(by=by, resident_id=_id(here, "Rokeya"), facts=EntryFacts("risk.visitor", "Steep dark stairs"))
    with here.acting("Befriending") as by:
        create_action(
            by=by,
            resident_id=_id(here, "Rokeya"),
            title="An hour with Mrs Begum, and help with her post",
            team_id=here.teams[VISITORS].id,
            due_on=here.course.today + DAY,
            assigned_to_id=here.people["volunteer"].membership_id,
        )


def _referral(
    here: Demonstration,
    team: str,
    service: str,
    who: str,
    why: str,
    how_soon: str,
    so_soon: str,
    hours: float,
    then: str,
) -> Life:
    at = before(here.course.ends, hours * HOUR + len(why) * MINUTE)
    yield at
    ask = Ask(reason=why, urgency=how_soon, urgency_reason=so_soon, no_known_risks=True, told_resident="Agreed to it")
    with here.acting(team) as by:
        with savepoints(used=True):
            made = draft_referral(
                by=by,
                resident_id=_id(here, who),
                service_id=here.services[service].id,
                from_team_id=here.teams[team].id,
                ask=ask,
            )
        sent = send_referral(by=by, referral_id=made.id)
    yield max(before(here.course.ends, hours * HOUR / 2), at + 9 * MINUTE)
    with here.acting(here.team_named(sent.to_team_id)) as by:
        if then:
            receive_referral(by=by, referral_id=sent.id)
        if then == "asked":
            request_information(by=by, referral_id=sent.id, question="Since when, and how large?")
        if then in {"accepted", "started"}:
            accept_referral(by=by, referral_id=sent.id)
        if then == "started":
            start_referral(by=by, referral_id=sent.id)


def _handovers(here: Demonstration) -> None:
    here.course.live(
        _offer(
            here,
            WARD,
            "Colin",
            NURSING,
            HOUR,
            kind="discharge",
            pathway=1,
            situation="Colin goes home today after nine days with an infected abdominal wound.",
            background="Diabetes type 2. Lives alone, independent before this.",
            assessment="Wound clean, 6 by 3 cm, vacuum dressing in place. No temperature for four days.",
            recommendation="First visit tomorrow before noon. Dressing every second day. Ring us if the pump alarms.",
            read_back_items=("Vacuum dressing every second day", "Allergy: iodine", "First visit tomorrow before noon"),
        )
    )
    here.course.live(
        _offer(
            here,
            HIGHCROSS,
            "Patricia",
            NURSING,
            20 * HOUR,
            kind="neighbourhood_move",
            situation="Patricia has moved to Mill Lane, next to her sister.",
            background="Diabetes type 1 since childhood, poor sight.",
            assessment="Stable on 18 units in the morning. Feet good.",
            recommendation="Insulin each morning by 09:00. Foot check in two weeks.",
            read_back_items=("18 units each morning by 09:00",),
        )
    )
    here.course.live(
        _offer(
            here,
            NURSING,
            "Grace",
            INTEGRATED,
            19 * HOUR,
            kind="team",
            situation="Grace needs one plan that social care and we both work from.",
            background="Leg ulcers for two years; two falls in a month.",
            assessment="Healing slowly. Lonely since her sister died.",
            recommendation="Bring her to the huddle and name a key worker.",
        )
    )


def _offer_a_list(here: Demonstration) -> None:
    """Two of Highcross are ill, so Millbrook covers until they are back."""
    listed = [
        Listed(_id(here, "Marcel"), "Wound of the left shin, swab taken", "Ring about the swab", Priority.SOON),
        Listed(_id(here, "Thị Hồng"), "Insulin by her daughter, who is away until Friday", "Look in each morning"),
        Listed(_id(here, "Temitope"), "Catheter changed last week, no trouble"),
    ]
    with here.acting(HIGHCROSS) as by:
        offer_list(
            by=by,
            from_team_id=here.teams[HIGHCROSS].id,
            batch_id=new_id(),
            listed=listed,
            words={
                "kind": "leave_cover",
                "to_team_id": here.teams[NURSING].id,
                "ends_at": here.course.ends + 5 * DAY,
                "giver_stays_involved": True,
            },
        )


def _offer(here: Demonstration, team: str, who: str, to: str, ago: timedelta, **words: object) -> Life:
    yield before(here.course.ends, ago + len(who) * MINUTE)
    with here.acting(team) as by:
        items = open_items_of(by=by, resident_id=_id(here, who))
        mine = [ItemRef(item.ref.kind, item.ref.item_id) for item in items if item.team_id == here.teams[team].id]
        made = draft_handover(
            by=by,
            resident_id=_id(here, who),
            from_team_id=here.teams[team].id,
            items=mine,
            to_team_id=here.teams[to].id,
            **words,  # type: ignore[arg-type]
        )
        offer_handover(by=by, handover_id=made.id)


def _claim(here: Demonstration) -> None:
    """Somebody opened a record with a reason, so the privacy officer has something to look at."""
    leah = here.people["leah"]
    with gate.acting_as(leah):
        claim_relationship(
            by=leah,
            resident_id=_id(here, "Rokeya"),
            team_id=here.teams[NURSING].id,
            reason=ClaimReason.COVERING,
            until=clock.now() + 12 * HOUR,
        )


def _claim_at_the_front_door(here: Demonstration) -> None:
    """And the Caldicott Guardian, of whose own partnership it was."""
    nadia = here.people["frontdoor"]
    with gate.acting_as(nadia):
        claim_relationship(
            by=nadia,
            resident_id=_id(here, "Megan"),
            team_id=here.teams[FRONT_DOOR].id,
            reason=ClaimReason.CONTACTED,
            until=clock.now() + 12 * HOUR,
        )


def _emergency(here: Demonstration) -> None:
    """Somebody broke the glass, in a sign-in that is over: it waits to be reviewed."""
    helen = here.people["outsider"]
    with gate.acting_as(helen):
        break_glass(
            by=helen,
            resident_id=_id(here, "Harjit"),
            team_id=here.teams[HIGHCROSS].id,
            ground=EmergencyGround.BEST_INTERESTS,
            words="Found confused at the bus stop, does not know his tablets",
            sign_in=new_id(),
        )
