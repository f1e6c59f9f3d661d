"""The directory of the demonstration place: what people can be referred or signposted to."""

from dataclasses import dataclass

from carecoord.demo.tables import COUNCIL, HEALTH, MENTAL_HEALTH, NEIGHBOURHOODS


@dataclass(frozen=True)
class ServiceRow:
    name: str
    organisation: str
    team: str = ""
    description: str = ""
    needs: tuple[str, ...] = ()
    accepts_referrals: bool = True
    eligibility: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    how_to_refer: str = "By referral here"
    opening: str = ""


def _nursing(where: str) -> ServiceRow:
    return ServiceRow(
        f"Community nursing, {where}",
        HEALTH,
        f"{where} Community Nursing",
        "Nursing at home: wounds, catheters, insulin, end of life.",
        ("wound", "dressing", "catheter", "insulin", "pressure area", "nursing"),
        eligibility=f"Housebound, registered in {where}",
        minimum_age=18,
    )


def _social_care(where: str) -> ServiceRow:
    return ServiceRow(
        f"Adult social care, {where}",
        COUNCIL,
        f"Adult Social Care, {where}",
        "Care Act assessments, carer's assessments, care packages, equipment.",
        ("care package", "carer's assessment", "equipment", "home care", "safeguarding"),
        minimum_age=18,
    )


def _integrated(where: str) -> ServiceRow:
    return ServiceRow(
        f"Integrated team, {where}",
        HEALTH,
        f"{where} Integrated Team",
        "One plan from everybody: a care coordinator and a weekly huddle.",
        ("frailty", "coordination", "several services", "huddle"),
        minimum_age=18,
    )


SERVICES = (
    *map(_nursing, NEIGHBOURHOODS),
    *map(_social_care, NEIGHBOURHOODS),
    *map(_integrated, NEIGHBOURHOODS),
    ServiceRow(
        "Carers' support",
        "Aldermoor Carers' Hub",
        "Carers' support",
        "A link worker for people who care for somebody: breaks, advice, a group on Thursdays, an emergency plan.",
        ("carers", "caring", "respite", "sitting service", "dementia", "loneliness"),
        eligibility="Anybody who cares for somebody in Aldermoor, and the person they care for",
        opening="Monday to Friday, 09:00 to 17:00",
    ),
    ServiceRow(
        "Falls prevention",
        HEALTH,
        "Falls Prevention Team",
        "Home assessment by a physiotherapist after a fall.",
        ("falls", "balance", "walking", "physiotherapy"),
        eligibility="Two falls in a year or one with an injury",
        minimum_age=65,
    ),
    ServiceRow(
        "Strength and balance class",
        "Aldermoor Leisure Trust",
        "Strength and Balance",
        "Eight weeks, twice a week; transport can be booked.",
        ("falls", "balance", "exercise", "strength"),
        eligibility="Walks with or without a frame",
        minimum_age=65,
    ),
    ServiceRow(
        "Memory assessment",
        MENTAL_HEALTH,
        "Aldermoor Memory Service",
        "Diagnosis, advice and yearly review.",
        ("memory", "dementia", "confusion"),
        eligibility="",
        minimum_age=18,
    ),
    ServiceRow(
        "Befriending",
        "Aldermoor Good Neighbours",
        "Befriending",
        "A volunteer visits or rings once a week.",
        ("loneliness", "befriending", "company", "volunteer"),
        eligibility="Everybody in Aldermoor",
    ),
    ServiceRow(
        "A hand from a volunteer",
        "Aldermoor Good Neighbours",
        "Neighbourly visitors",
        "A lift, some shopping, an hour's company: once, or for a few weeks.",
        ("lift", "shopping", "volunteer"),
        eligibility="Everybody in Aldermoor",
    ),
    ServiceRow(
        "Medicines use review",
        "Millbrook Pharmacy",
        description="A pharmacist goes through all medicines with the person.",
        needs=("medicines", "tablets"),
        how_to_refer="Ring the pharmacy",
        opening="Monday to Saturday, 09:00 to 18:00",
    ),
    ServiceRow(
        "Millbrook Walking Group",
        "Aldermoor Leisure Trust",
        description="Meets at St Anne's Hall on Tuesdays at 10:00. All are welcome.",
        needs=("walking", "exercise", "company"),
        accepts_referrals=False,
        eligibility="Everybody",
        how_to_refer="No referral needed",
    ),
    ServiceRow(
        "Urgent response at home",
        HEALTH,
        "Urgent Community Response",
        "A nurse or therapist within two hours, so that nobody goes to hospital who need not.",
        ("fall", "delirium", "catheter", "urgent", "carer ill"),
        eligibility="At home, in a crisis that can be treated there",
        minimum_age=18,
        opening="Every day, 08:00 to 20:00",
    ),
    ServiceRow(
        "Children's nursing",
        HEALTH,
        "Children's Community Nursing",
        "Nursing at home and at school.",
        ("child", "feeding tube", "epilepsy", "school"),
        maximum_age=18,
    ),
    ServiceRow(
        "Early help for families",
        COUNCIL,
        "Children and Families",
        "A family worker, short breaks, advice for education, health and care plans.",
        ("child", "SEND", "EHCP", "short breaks", "parenting"),
        maximum_age=25,
    ),
    ServiceRow(
        "Reablement",
        COUNCIL,
        "Reablement",
        "Up to six weeks of help at home to get back to doing things yourself.",
        ("washing", "dressing", "after hospital", "confidence"),
        minimum_age=18,
        opening="Every day, 07:00 to 22:00",
    ),
    ServiceRow(
        "Community mental health",
        MENTAL_HEALTH,
        "Community Mental Health Team",
        "A named worker, a safety plan, treatment.",
        ("mental health", "psychosis", "depression", "self-harm"),
        minimum_age=18,
    ),
    ServiceRow(
        "Learning disability nursing",
        MENTAL_HEALTH,
        "Learning Disability Team",
        "Help with the yearly health check, the hospital passport, behaviour that worries others.",
        ("learning disability", "health check", "passport"),
        minimum_age=14,
    ),
    ServiceRow(
        "Home care",
        "Bridgewater Care",
        "Bridgewater",
        "Visits at home, morning to evening.",
        ("home care", "washing", "meals"),
        minimum_age=18,
    ),
    ServiceRow(
        "Home care, nights",
        "Larkhill Home Support",
        "Larkhill",
        "Waking and sleeping nights.",
        ("home care", "night"),
        minimum_age=18,
    ),
    ServiceRow(
        "Hospice at home",
        "St Bride's Hospice",
        "Hospice at Home",
        "Nursing, comfort and company in the last months of life.",
        ("end of life", "palliative", "pain"),
    ),
    ServiceRow(
        "Lunch club and transport",
        "Age Well Aldermoor",
        "Age Well",
        "Lunch in company on weekdays; a minibus comes to the door.",
        ("loneliness", "meals", "transport", "company"),
        minimum_age=60,
    ),
    ServiceRow(
        "Talking group",
        "Open Minds Aldermoor",
        "Open Minds",
        "A group for people who have been low, led by people who have been there.",
        ("depression", "anxiety", "company"),
        minimum_age=16,
    ),
    ServiceRow(
        "Sign language and equipment",
        "Aldermoor Deaf Centre",
        "Deaf Centre",
        "Interpreters, equipment, a drop-in on Fridays.",
        ("deaf", "hearing", "interpreter"),
    ),
    ServiceRow(
        "Food and money advice",
        "Weirside Food Pantry",
        "Food Pantry",
        "A week's food for a small fee, and somebody who knows about debt and benefits.",
        ("food", "money", "debt", "benefits"),
    ),
    ServiceRow(
        "Independent advocacy",
        "Aldermoor Advocacy",
        "Advocacy",
        "Somebody on your side when decisions are made about you.",
        ("advocacy", "Care Act", "capacity"),
    ),
    ServiceRow(
        "Repair shed",
        "Stonebeck Repair Shed",
        "Repair Shed",
        "Mend things, drink tea. Mondays and Wednesdays.",
        ("loneliness", "men", "hands"),
        minimum_age=18,
    ),
    ServiceRow(
        "Women's group",
        "Eastmoor Sisters",
        "Eastmoor Sisters",
        "English, sewing, walking, in company; creche.",
        ("women", "English", "loneliness"),
        minimum_age=16,
    ),
    ServiceRow(
        "Tenancy support",
        "Aldermoor Homes",
        "Tenancy support",
        "Repairs, damp, arrears, a move to somewhere without stairs.",
        ("housing", "damp", "arrears", "adaptation"),
        minimum_age=16,
    ),
    ServiceRow(
        "Heating grant",
        "Weirside Housing Association",
        description="A new boiler or insulation for people with a lung or heart condition.",
        needs=("heating", "damp", "COPD"),
        how_to_refer="Form on paper; they write back",
    ),
    ServiceRow(
        "Reading group",
        "Highcross Library",
        description="Large print and audio. Thursdays at 14:00.",
        needs=("company", "sight loss"),
        accepts_referrals=False,
        how_to_refer="No referral needed",
    ),
    ServiceRow(
        "Minor ailments",
        "Eastmoor Pharmacy",
        description="Advice and treatment without an appointment.",
        needs=("medicines", "ailments"),
        accepts_referrals=False,
        how_to_refer="No referral needed",
        opening="Every day, 08:00 to 22:00",
    ),
)
