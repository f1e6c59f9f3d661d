"""The cohorts of domain.md, section 4, as data: who they are, what is written, asked and promised about them.

Words with `{name}` are filled in. `teams` names who registers and leads: `{where}` is the neighbourhood.
"""

from dataclasses import dataclass, field

from carecoord.demo.entries import FOR_RESUSCITATION, NOT_FOR_RESUSCITATION, Said, adjustment, risk

Asks = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cohort:
    """`share` is how many of a thousand residents; `asks` are pairs of a service of the directory and a reason."""

    name: str
    share: int
    ages: tuple[int, int]
    teams: tuple[str, ...]
    reasons: tuple[str, ...]
    goals: tuple[str, ...]
    actions: tuple[str, ...]
    asks: Asks
    entries: tuple[Said, ...] = ()
    words: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    @property
    def slug(self) -> str:
        """As the record names it, for example `care_homes`."""
        return self.name.lower().replace(" ", "_")


NURSING, INTEGRATED = "{where} Community Nursing", "{where} Integrated Team"
SOCIAL_CARE, SURGERY, HOME = "Adult Social Care, {where}", "{surgery} team", "{home}"
CHILDREN, FAMILIES = "Children's Community Nursing", "Children and Families"
TO_NURSING, TO_SOCIAL_CARE = "Community nursing, {where}", "Adult social care, {where}"
TO_INTEGRATED = "Integrated team, {where}"

COHORTS = (
    Cohort(
        "Care homes",
        90,
        (74, 104),
        (HOME,),
        (
            "Lives in the home",
            "New to the home: plan within 7 working days",
            "Back from hospital, plan to review",
        ),
        ("Sit by the window that looks on the garden", "Eat with {name}'s friends at the long table", "Sleep through"),
        ("Falls diary for two weeks", "Weekly home round: medicines", "Ask the family about a life story book"),
        (
            (TO_NURSING, "Pressure area on the left heel"),
            ("Memory assessment", "More confused since the move"),
            ("Hospice at home", "Eating and drinking less each week"),
        ),
        (
            NOT_FOR_RESUSCITATION,
            ("alert", "Two people to move"),
            ("legal.dols", "", {"status": "authorised"}),
            risk("accident", "Falls at night on the way to the bathroom: sensor mat, light on"),
            ("impairment", "", {"impairment": "6"}),
            ("problem", "Stroke, with weakness on the right"),
        ),
        (("most_important", "My own chair. The wireless in the morning. Being asked before I am washed."),),
    ),
    Cohort(
        "Care packages",
        90,
        (55, 99),
        (SOCIAL_CARE,),
        ("Care package, four visits a day", "Care package, two visits a day", "Package to restart after hospital"),
        ("Get up at nine, not at seven", "Cook for myself on Sundays", "Have the same three carers"),
        ("Review of the package after six weeks", "Restart the morning call", "Order a perching stool"),
        (
            ("Home care", "Needs help to wash and dress in the morning"),
            ("Reablement", "Home from hospital, not steady yet"),
            ("Independent advocacy", "Nobody to speak for them at the review"),
        ),
        (
            ("social.access", "Back door; key safe to the left of it"),
            adjustment("008", "Ring twice and wait", "Visitors have left before the door was reached"),
            ("equipment", "Lifeline alarm", {"position": "Round the neck"}),
            ("support.reason", "", {"reason": "personal-care"}),
        ),
        (("support", "Mornings take me longest. Let me do my own buttons."),),
    ),
    Cohort(
        "Learning disabilities",
        60,
        (14, 72),
        ("Learning Disability Team",),
        ("Learning disability; yearly health check due", "Learning disability; moving to own flat", "STOMP review"),
        ("Go swimming without staff in the water", "Live with Dave in a flat", "Work in the cafe two days"),
        (
            "Yearly health check: double appointment",
            "Update the hospital passport",
            "Easy-read letter about bloods",
        ),
        (
            ("Learning disability nursing", "Health check refused twice, wants somebody known"),
            (TO_SOCIAL_CARE, "Carers are getting old, plan ahead"),
            ("Tenancy support", "Ready for a flat near a sister"),
        ),
        (
            adjustment("004", "Easy-read letters with pictures", "Letters go into the drawer unread"),
            adjustment("007", "Double appointments, first of the day", "Leaves before being seen"),
            adjustment("001", "Communication passport: read it first", "Is taken for unwilling, and is in pain"),
            ("impairment", "", {"impairment": "5"}),
            ("problem", "Down syndrome"),
        ),
        (("communication", "Use short words. Show me the picture. I say yes when I am scared, so ask again."),),
    ),
    Cohort(
        "Mental health",
        90,
        (18, 79),
        ("Community Mental Health Team",),
        ("Named worker and safety plan", "Home from the unit: seen within 72 hours", "Section 117 aftercare"),
        ("Be able to go to the market at a busy time", "See my son every other weekend", "Sleep before two"),
        ("Go through the safety plan together", "Depot injection", "Ring on Friday before the weekend"),
        (
            ("Community mental health", "Low for months, has stopped going out"),
            ("Talking group", "Would like to meet others who hear voices"),
            ("Food and money advice", "Debt letters unopened since spring"),
        ),
        (
            ("alert", "Safety plan: read before you visit"),
            adjustment("003", "Text first, never a withheld number", "Does not answer, and is closed as not reached"),
        ),
        (("wellness", "When I am well I cook. When I stop answering the door I need you to come."),),
    ),
    Cohort(
        "Dementia",
        90,
        (64, 99),
        (NURSING, INTEGRATED),
        ("Dementia; partner cares", "Dementia; lives alone", "New diagnosis, plan to be made"),
        ("Stay at home with {name}'s cat", "Walk to the paper shop", "Know who is coming before they come"),
        ("Weigh and look at the skin", "Label the cupboards with pictures", "Talk about a lasting power of attorney"),
        (
            ("Memory assessment", "Forgets the stove"),
            ("Carers' support", "The partner has not slept through since March"),
            (TO_SOCIAL_CARE, "Walks out at night"),
        ),
        (
            ("alert", "May walk out if alone"),
            adjustment("005", "One question at a time", "Says yes to everything"),
            risk("to-self", "Leaves the gas on: cooker is disconnected"),
            ("problem", "Alzheimer's disease"),
            ("problem", "Vascular dementia"),
        ),
        (("people", "My sister knows. Ask, and then tell me what was said."),),
    ),
    Cohort(
        "Safeguarding",
        20,
        (19, 92),
        (SOCIAL_CARE,),
        ("Section 42 enquiry open", "Self-neglect, huddle every month"),
        ("Keep my own front door", "Nobody at my bank card but me"),
        ("Visit in pairs and write down what was agreed", "Meeting about what {name} wants to happen"),
        (("Independent advocacy", "An enquiry has begun and there is nobody to help them say what they want"),),
        (
            ("alert", "Speak to the team before you visit"),
            ("safeguarding.concern", "", {"ask": "The lead team, by phone"}),
        ),
    ),
    Cohort(
        "SEND",
        60,
        (3, 24),
        (FAMILIES, CHILDREN),
        ("EHCP requested, 20 weeks", "EHCP yearly review", "Moving to adult services at 18"),
        ("Go on the bus to college", "Eat lunch in the hall with the others", "Sleep in my own bed"),
        ("Health advice for the EHCP", "Ask school about a quiet room", "Meet the adult team before the birthday"),
        (
            ("Early help for families", "Parents are worn out, no family near"),
            ("Children's nursing", "Feeding tube blocks twice a week"),
        ),
        (adjustment("009", "Quiet room, no waiting", "Runs off"), ("problem", "Autism"), ("problem", "Epilepsy")),
        (("do_and_dont", "Do not touch my arms. Tell me what happens next."),),
    ),
    Cohort(
        "Children's services",
        45,
        (0, 17),
        (FAMILIES,),
        ("Child in need plan", "Young carer", "Early help, family worker"),
        ("See friends after school", "Have somebody to ring when mum is ill"),
        ("Home visit with the family worker", "School meeting about attendance"),
        (("Children's nursing", "Asthma, four times to hospital this winter"),),
        (("alert", "Mother holds parental responsibility"),),
    ),
    Cohort(
        "Prevention",
        130,
        (22, 74),
        (SURGERY, INTEGRATED),
        ("Most disadvantaged tenth; bloods missed twice", "Damp home and COPD", "Loneliness and debt"),
        ("Get the damp sorted before winter", "Eat a hot meal every day", "Stop smoking before the baby comes"),
        ("Ring about the benefits form", "Blood pressure after the new tablets", "Letter to the landlord"),
        (
            ("Food and money advice", "Skips meals so that the children eat"),
            ("Tenancy support", "Black mould in the bedroom"),
            ("Women's group", "Knows nobody here and wants to learn English"),
            ("Befriending", "Would like company on Sundays"),
        ),
        (("problem", "COPD"), ("problem", "Diabetes, type 2")),
    ),
    Cohort(
        "Fewer admissions",
        120,
        (70, 101),
        (INTEGRATED, NURSING),
        ("Frailty, three admissions this year", "Frailty; contingency plan", "Heart failure, weekly weight"),
        ("Not go to hospital for every chest infection", "See the great-grandchild christened", "Walk to the bench"),
        ("Weight and ankles", "Rescue pack: check it is in date", "Go over the contingency plan with the daughter"),
        (
            ("Urgent response at home", "Cannot stand since this morning, does not want hospital"),
            ("Falls prevention", "Two falls in a month"),
            ("Strength and balance class", "Unsteady since the summer"),
            ("Heating grant", "House at 14 degrees, heart failure"),
        ),
        (
            ("alert", "Oxygen at home: no naked flames"),
            ("problem", "Heart failure"),
            ("problem", "Frailty, severe"),
            ("allergy", "Penicillin"),
        ),
        (("also_know", "If my lips go blue ring the nurses first. I have tablets in the tin."),),
    ),
    Cohort(
        "Thriving communities",
        60,
        (50, 95),
        (INTEGRATED,),
        ("Lonely since {name} retired", "Wants to give something back"),
        ("Mend clocks again", "Be needed by somebody", "Learn to use the tablet to see the grandchildren"),
        ("Go along to the first session together", "Ask about the minibus"),
        (
            ("Befriending", "The week is long since the funeral"),
            ("Lunch club and transport", "Eats alone every day"),
            ("Repair shed", "Good hands and nothing to do with them"),
        ),
    ),
    Cohort(
        "Primary and urgent care",
        85,
        (18, 96),
        (NURSING, SURGERY),
        ("Leg ulcer, dressings", "Insulin, mornings", "Catheter, changed every 12 weeks", "Wound after surgery"),
        ("Have a bath", "Do my own injections", "Wear shoes at the wedding in June"),
        ("Dressing and photo", "Change the catheter", "Swab result", "Foot check"),
        (
            (TO_NURSING, "Wound not healing after six weeks"),
            ("Falls prevention", "Slipped in the bath"),
            (TO_INTEGRATED, "Five services and no plan"),
        ),
        (("allergy", "Latex"), ("no_known_allergies", ""), ("problem", "Venous leg ulcer")),
    ),
    Cohort(
        "Carers",
        60,
        (16, 88),
        (SOCIAL_CARE, INTEGRATED),
        ("Carer; assessment offered", "Carer; emergency plan made", "Young adult carer"),
        ("One night a week to myself", "Go back to the choir", "Know what happens if I am ill"),
        ("Carer's assessment visit", "Write the emergency plan together"),
        (
            ("Carers' support", "Has not had a free day since March"),
            ("Home care, nights", "Up four times each night with the person cared for"),
        ),
        (adjustment("003", "Ring after eight in the evening", "Cannot speak beside the person cared for"),),
        (("strengths", "I know every one of the pills and every nurse's name."),),
    ),
)

IN_HOSPITAL = Cohort(
    "In hospital",
    42,
    (28, 98),
    ("Ward 7", "Ward 3, Frailty", "Ward 12, Surgery"),
    ("Chest infection", "Broken hip, mended", "Fall, with a long lie", "Abdominal surgery"),
    ("Be home for {name}'s birthday", "Manage the stairs"),
    ("Order equipment for home", "Ring the family about the discharge date", "Teach the injections"),
    (),
    (("allergy", "Iodine"), ("problem", "Pneumonia"), FOR_RESUSCITATION),
    (("most_important", "Home. My own bed and my own tea."),),
)
"""Whoever is, or was this year, on a ward: they go home by a handover."""

EVERYBODY = (*COHORTS, IN_HOSPITAL)
