"""One of every component in every state: the gallery page, and what the tests render."""

from datetime import UTC, date, datetime

from carecoord.ui import forms
from carecoord.ui.components import (
    AdjustmentStrip,
    AlertRow,
    Allergies,
    Button,
    Call,
    CallButtons,
    Capacity,
    Chart,
    ChartPoint,
    Clock,
    Contents,
    ContentsItem,
    Contingency,
    Counter,
    CounterStrip,
    DayBars,
    DefinitionRows,
    Empty,
    Interruption,
    ItemRow,
    Link,
    ListTabs,
    LoadBar,
    Notice,
    OpenItem,
    OpenItemGroup,
    OpenItemTable,
    Pagination,
    Person,
    Provenance,
    RecordTabs,
    ResidentRows,
    Responsibility,
    Row,
    Sbar,
    StartHere,
    Status,
    Steps,
    SummaryList,
    Tab,
    TeamChip,
    TimelineRow,
    Urgency,
    Voice,
    resident_banner,
    resident_line,
    unowned_counter,
)
from carecoord.ui.shell import FooterLink, NavigationItem, Shell
from neighbourhoods.values import clean_nhs_number

NOW = datetime(2026, 11, 24, 10, 47, tzinfo=UTC)
KEN = {
    "family_name": "Hartley",
    "given_name": "Kenneth",
    "birth_date": date(1945, 7, 2),
    "nhs_number": "9990000026",
}
CONTACT = (
    Row("Usual address", "12 Alder Row, Millbrook"),
    Row("Phone (home)", "01632 960 120", "Let it ring 10 times"),
    Row("Known allergies", "Penicillin"),
)
BANNER = resident_banner(**KEN, title="Mr", preferred_name="Ken", gender="Male", now=NOW, contact=CONTACT)
DIED = resident_banner(
    family_name="Barlow",
    given_name="Stanley",
    title="Mr",
    birth_date=date(1934, 2, 3),
    died_on=date(2026, 11, 11),
    gender="Male",
    nhs_number="9990000476",
    now=NOW,
)
RESTRICTED = resident_banner(
    family_name="Vale",
    given_name="Rosa",
    birth_date=date(1990, 5, 4),
    gender="Female",
    nhs_number=None,
    now=NOW,
    is_restricted=True,
    contact=CONTACT,
)
LINE = resident_line(**KEN, died_on=None, url="/residents/1/")
LINE_DIED = resident_line(**KEN, died_on=date(2026, 11, 11), layout="line")
MILLBROOK = TeamChip("Millbrook Community Nursing", "Amina Khan", "you")

ITEM = OpenItem("Action", "Ring the oxygen supplier", "/actions/1/", MILLBROOK, Clock("overdue", "Due 23-Nov-2026"))
PAUSED = OpenItem(
    "Referral",
    "Strength class (ALD-1987)",
    "/referrals/2/",
    TeamChip("Aldermoor Strength and Balance", "Waiting list"),
    Clock("paused", "Unwell, until 01-Dec-2026"),
    button=Button("Done", "/actions/2/", is_small=True, is_post=True, hidden="strength class"),
)

SAMPLES = {
    "banner": BANNER,
    "banner_died": DIED,
    "banner_restricted": RESTRICTED,
    "strip": AdjustmentStrip(
        Allergies("No known allergies"),
        alerts=("May walk out if alone",),
        adjustments=("One question at a time", "Picture labels"),
        cpr_decision="Not for resuscitation",
        legal=("LPA (health): Sheila",),
        adjustments_icon="hourglass",
    ),
    "tabs": RecordTabs(
        (Tab("Summary", "/residents/1/", is_current=True), Tab("Referrals", "/residents/1/referrals/", 2)),
        (Button("Refer", "/referrals/new/", is_small=True),),
    ),
    "list_tabs": ListTabs("Referrals", (Tab("Waiting for us", "/referrals/", 9, True, "1 overdue"),)),
    "resident_stacked": LINE,
    "resident_line": LINE_DIED,
    "resident_rows": ResidentRows((LINE, LINE_DIED)),
    "clock_on_time": Clock("on_time", "26-Nov-2026 17:00"),
    "clock_due_soon": Clock("due_soon", "Today 12:15"),
    "clock_overdue": Clock("overdue", "Today 09:30", "Ruth Calder told 09:30"),
    "clock_paused": Clock("paused", "Sheila unwell until 01-Dec-2026"),
    "clock_none": Clock("no_clock", "Signpost only"),
    "clock_inline": Clock("due_soon", "Today 17:00", layout="inline"),
    "team_you": MILLBROOK,
    "team_yours": TeamChip("Millbrook Community Nursing", mine="your_team"),
    "team_other": TeamChip("Bridge Street Surgery", "Offered to PCN Medicines Team"),
    "urgency_routine": Urgency("routine"),
    "urgency_soon": Urgency("soon"),
    "urgency_urgent": Urgency("urgent"),
    "urgency_two_hour": Urgency("two_hour"),
    "status_new": Status("New"),
    "status_received": Status("Received"),
    "status_reply": Status("Reply in"),
    "status_accepted": Status("Accepted"),
    "status_closed": Status("Closed"),
    "capacity_open": Capacity("open", "4 places", "Said 22-Nov-2026"),
    "capacity_full": Capacity("full", "Full until 05-Dec-2026", "Said 18-Nov-2026"),
    "capacity_unknown": Capacity("unknown", "Unknown", "Last said 08-Oct-2026"),
    "alert_new": AlertRow(
        "1",
        "Going home from hospital today",
        "Sent today 09:12. If nobody acknowledges, Ruth Calder is told today 11:12.",
        resident=LINE,
        clock=Clock("due_soon"),
        acknowledge_url="/alerts/1/",
        next_url="/alerts/",
    ),
    "alert_escalated": AlertRow(
        "2",
        "Handover not accepted",
        "Told Ruth Calder today 09:30 because nobody acknowledged.",
        state="escalated",
        resident=LINE,
        clock=Clock("overdue"),
        acknowledge_url="/alerts/2/",
    ),
    "alert_acknowledged": AlertRow(
        "3",
        "Safeguarding entry added",
        "Sent today 10:20.",
        state="acknowledged",
        resident=LINE,
        acknowledged="Acknowledged by you, today 10:41",
    ),
    "items": OpenItemTable(
        "What is open",
        (OpenItemGroup((ITEM,), "Come to you (1)"), OpenItemGroup((PAUSED,), "Stay (1)")),
        Link("1 more: yearly plan review", "/residents/1/"),
    ),
    "item_row": ItemRow(LINE, Clock("due_soon", "Today", layout="right"), "Leg ulcer dressing", "/actions/3/"),
    "counters": CounterStrip((Counter(5, "Overdue", "/alerts/", "red"), unowned_counter(0))),
    "start_here": StartHere(
        "Urgent referral is overdue.", "Was due today 09:30.", "Open this referral", "/referrals/1/"
    ),
    "chart_of_one": Chart(
        "Loneliness", "7 on 20-Nov-2026.", "Lower is better.", (ChartPoint(NOW.date(), 7, "7"),), 3, 9
    ),
    "chart_of_words": Chart("Memory", "Better.", "", (ChartPoint(NOW.date(), None, "Better", "Amina Khan"),)),
    "chart_of_bars": Chart(
        "Admissions",
        "1 in the past year.",
        "Fewer is better.",
        (ChartPoint(date(2026, 8, 20), 0, "0"), ChartPoint(date(2026, 11, 20), 1, "1")),
        is_bars=True,
    ),
    "day_bars": DayBars("Alerts for each person", (("21-Nov", 2.0), ("22-Nov", 0.0), ("23-Nov", 3.5))),
    "day_bars_of_nothing": DayBars("Alerts for each person", (("22-Nov", 0.0), ("23-Nov", 0.0))),
    "load_within": LoadBar(61, 80),
    "load_over": LoadBar(104, 100),
    "load_far_over": LoadBar(122, 100),
    "load_preview": LoadBar(104, 100, was=122),
    "notice_blue": Notice(
        "blue",
        "Amina Khan is editing this section since 10:42.",
        "You can still edit it. Nothing is lost.",
        "pencil",
        button=Button("Edit anyway", "/plan/", is_small=True),
        is_live=True,
    ),
    "notice_amber": Notice("amber", "Amina Khan saved this section at 10:51, while you were typing."),
    "notice_green": Notice("green", "What you typed is kept.", icon="tick", links=(Link("Carry on", "/plan/"),)),
    "notice_red": Notice("red", "No message goes out: this resident has died."),
    "timeline_normal": TimelineRow("Today 10:31", "Contingency plan changed", "Dan Whitfield, social worker", "/plan/"),
    "timeline_late": TimelineRow(
        "20-Nov 16:05",
        "Visit",
        "Amina Khan, community nurse",
        "/visits/1/",
        state="late",
        recorded="21-Nov-2026 09:10",
    ),
    "timeline_error": TimelineRow("02-Nov 11:20", "Weight 58 kg", "Joan Okafor", state="entered_in_error"),
    "timeline_past": TimelineRow("02-Nov 11:20", "Plan", "Joan Okafor", "/plan/4/", state="past", past_as="version 4"),
    "timeline_restricted": TimelineRow(
        "30-Oct 14:00", "Restricted entry. Contact Adult Social Care", "01632 960 144", state="restricted"
    ),
    "voice": Voice(
        "What matters to me",
        "Keeping Ken at home with me.",
        "In her words, 02-Nov-2026.",
        Link("Read all", "/plan/"),
    ),
    "sbar": Sbar(
        "Goes home at 14:00.",
        "Dementia.",
        "Infection settled.",
        "Visit within 24 hours.",
        "who was told.",
        Link("Ask Ward 7", "/ask/"),
    ),
    "responsibility": Responsibility("Ward 7, Aldermoor General", "Millbrook Community Nursing"),
    "person": Person(
        "Joan Okafor", "Care coordinator", "01632 960 121", "until 17:00 today", status=Status("Key worker")
    ),
    "person_out_of_hours": Person(
        "After 17:00: Urgent Community Response", phone="01632 960 199", is_out_of_hours=True
    ),
    "provenance": Provenance(
        "Amina Khan",
        "22-Nov-2026 09:05",
        "Community nurse",
        "Aldermoor Community Health",
        "Since 03-Nov-2026",
        "Ended today 10:42 by Leah Thompson: she hears well again",
    ),
    "calls": CallButtons((Call("Ring Joan Okafor", "key worker", "01632 960 121"),)),
    "contents": Contents(
        "Parts of the plan",
        (
            ContentsItem("About me", "#about", "02-Nov-2026, Sheila"),
            ContentsItem("Goals and actions", "#goals", "Amina Khan is editing", True, True),
        ),
    ),
    "contingency": Contingency(
        "Ken is in hospital",
        ("Ring Sheila before noon.",),
        (Person("Joan Okafor", phone="01632 960 121"),),
        "Sheila stops answering.",
        "Agreed with Sheila.",
    ),
    "steps": Steps(("Find a service", "Say why", "Send"), 2, ("/refer/1/",)),
    "pagination": Pagination(Link("Earlier", "?before=1"), Link("Later", "?after=1"), "Shows 25 referrals"),
    "empty": Empty(
        "Nothing is waiting for you",
        "The next thing due is on 26-Nov-2026.",
        "New alerts appear here.",
        Button("See what the team has open", "/teams/1/"),
        Link("Find a resident", "/residents/"),
    ),
    "summary": SummaryList(
        (Row("Team", "Falls Prevention Team", "home visits", Link("Change", "/refer/1/", "the team")),)
    ),
    "definitions": DefinitionRows((Row("Today 14:00", "Ken home from Ward 7"),)),
    "button_green": Button("Open this referral", "/referrals/1/", "green"),
    "button_red": Button("Open in an emergency", "/residents/1/", "red", is_post=True, fields=(("kind", "glass"),)),
    "interruption": Interruption(
        "You have no recorded reason to open this record", LINE, "Check that this is the right person."
    ),
}

SHELL = Shell(
    place_name="Aldermoor",
    person_name="Amina Khan",
    role_name="Community nurse",
    organisation_name="Millbrook",
    can_change_role=True,
    change_role_url="/role/",
    improvement_url="/improvements/new/",
    alerts_poll_url="/alerts/poll/",
    alerts_poll_seconds=4,
    alerts_heard_at="2026-11-22T09:00:00+00:00",
    sign_in_url="/accounts/2fa/",
    navigation=(
        NavigationItem("my-day", "My day", "/", is_current=True, on_phone=True),
        NavigationItem("alerts", "Alerts", "/alerts/", 3, "red", on_phone=True),
        NavigationItem("referrals", "Referrals", "/referrals/", 9, on_phone=True),
        NavigationItem("handovers", "Handovers", "/handovers/", 0),
        NavigationItem("team", "Team", "/teams/1/caseload/"),
    ),
    footer=(FooterLink("Help", "/help/"),),
)


class EveryField(forms.Form):
    reason = forms.TextField(label="Why are you referring Sheila?", help_text="What has changed", max_length=200)
    how_soon = forms.ChoiceField(
        label="How soon?",
        choices=[("routine", "Routine"), ("urgent", "Urgent")],
        widget=forms.Radios(hints={"urgent": "Reply in 2 working hours"}),
    )
    team = forms.ChoiceField(choices=[("", "Choose a team"), ("1", "Millbrook Community Nursing")])
    seen_by = forms.DateField(label="To be seen by", required=False)
    first_visit = forms.DateTimeField(label="First visit", required=False)
    nhs_number = forms.NHSNumberField(rule=clean_nhs_number, required=False)
    risks = forms.MultipleChoiceField(
        choices=[("oxygen", "Oxygen at home"), ("none", "No known risks")],
        widget=forms.Checkboxes(),
        required=False,
    )
    is_told = forms.BooleanField(label="Sheila knows", error_messages={"required": "Tick that Sheila knows"})
    visits = forms.IntegerField(label="Visits a week", required=False)
    letter = forms.FileField(required=False)


def gallery_page():
    """The context of ``gallery.html``."""
    return {"samples": SAMPLES, "page": SHELL, "form": EveryField({"seen_by_day": "31"}), "now": NOW}
