"""A rule of the place, a nurse's phone and a lead's hours; and messages to residents, with what became of them."""

from datetime import datetime, time
from functools import partial

from carecoord.alerts.budget import Digest
from carecoord.alerts.hours import set_hours
from carecoord.alerts.rule_changes import RuleFacts, change_rule
from carecoord.alerts.rulebook import shipped
from carecoord.alerts.rungs import Audience
from carecoord.delivery.mobiles import code_of, confirm_mobile, say_mobile
from carecoord.delivery.models import Delivery
from carecoord.delivery.services import note_came_back, note_delivered
from carecoord.demo.accounts import DOMAIN
from carecoord.demo.course import DAY, HOUR, MINUTE, happening, morning
from carecoord.demo.making import Demonstration
from neighbourhoods import gate
from neighbourhoods.models import Membership, ResidentMessage
from neighbourhoods.principal import Principal
from neighbourhoods.services.messages import MESSAGE, send_message

NURSING, INTEGRATED = "Millbrook Community Nursing", "Millbrook Integrated Team"
NUMBER = "07700 900 901"
# Who writes to whom, which words, and how many days ago; by text, which is how they have said they want to be reached.
MESSAGES = (
    (NURSING, "Máire", "waiting", 9),
    (NURSING, "Máire", "tried", 2),
    (INTEGRATED, "Rokeya", "waiting", 6),
    (INTEGRATED, "Rokeya", "tried", 1),
)
DID_NOT_ARRIVE = "Rokeya"


def confirm_nurses_phone() -> None:
    """Before the year, so that urgent alerts of it are texted to her."""
    nurse = Membership.objects.select_related("user", "organisation").get(user__email=f"nurse@{DOMAIN}")
    by = gate.person(nurse)
    mobile = say_mobile(by=by, user=nurse.user, number=NUMBER)
    confirm_mobile(by=by, user=nurse.user, code=code_of(mobile))


def write_to_residents(here: Demonstration) -> None:
    for number, (team, who, wording, days) in enumerate(MESSAGES):
        moment = morning(here.course.ends - days * DAY) + (61 + 7 * number) * MINUTE
        here.course.once(moment, partial(_write, here, team, who, wording))


def _write(here: Demonstration, team: str, who: str, wording: str) -> None:
    with here.acting(team) as by:
        send_message(
            by=by,
            resident_id=here.residents[who].id,
            team_id=here.teams[team].id,
            channel=ResidentMessage.Channel.SMS,
            wording=wording,
        )


def set_and_hear(ends: datetime) -> None:
    """When everything was told: what a rule is from now on, and what became of messages."""
    with happening(ends - 20 * MINUTE):
        _change_a_rule()
        _set_hours()
        _hear_of_messages(ends)


def _change_a_rule() -> None:
    kind, version = "referral.cancelled", 0
    rule = shipped(kind)
    facts = RuleFacts(Audience.LEADS, rule.channels, rule.urgency, ())
    with gate.acting_as(_person("admin")) as by:
        why = "Those on duty were told of every cancelled referral, and there was nothing for them to do"
        change_rule(by=by, kind=kind, version=version, facts=facts, reason=why)


def _set_hours() -> None:
    with gate.acting_as(_person("lead")) as by:
        set_hours(by=by, quiet_from=time(20), quiet_until=time(7), digest=Digest.HOURLY, digest_at=time(8))


def _hear_of_messages(ends: datetime) -> None:
    texts = Delivery.objects.filter(channel=Delivery.Channel.SMS, state=Delivery.State.SENT)
    failed = ResidentMessage.objects.filter(resident__given_name=DID_NOT_ARRIVE, created_at__gt=ends - 4 * DAY)
    for text in texts.filter(about_type=MESSAGE):
        if text.about_id in {one.id for one in failed}:
            note_came_back(text.id, "The phone was off or out of reach", channel=Delivery.Channel.SMS)
        else:
            note_delivered(text.id)
    for text in texts.filter(recipient__isnull=False, created_at__gt=ends - DAY):
        note_delivered(text.id)
    mails = Delivery.objects.filter(channel=Delivery.Channel.EMAIL, state=Delivery.State.SENT)
    for mail in mails.filter(recipient__email=f"leah@{DOMAIN}", created_at__gt=ends - 3 * HOUR):
        note_came_back(mail.id, "The mailbox is full (5.2.2)", channel=Delivery.Channel.EMAIL)


def _person(account: str) -> Principal:
    return gate.person(Membership.objects.select_related("user", "organisation").get(user__email=f"{account}@{DOMAIN}"))
