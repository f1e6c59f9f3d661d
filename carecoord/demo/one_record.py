"""What keeping one record asks of people: two records of one person, lists, objections, and what is looked into."""

from datetime import datetime, timedelta

from carecoord.demo.accounts import DOMAIN
from carecoord.demo.course import DAY, HOUR, MINUTE, Life, happening, morning
from carecoord.demo.making import Demonstration
from carecoord.ids import new_id
from carecoord.privacy.models import PrivacyReview
from carecoord.privacy.services import close_review
from neighbourhoods import gate
from neighbourhoods.models import EmergencyGround, Entry, Membership
from neighbourhoods.services import Identity, break_glass, identity_of, open_caseload_entry, register_resident
from neighbourhoods.services.entries import query_entry
from neighbourhoods.services.import_work import work_on_one
from neighbourhoods.services.imports import name_columns, start_import
from neighbourhoods.services.merges import merge_residents
from neighbourhoods.services.sharing import Part, decide_objection, record_objection

NURSING, HIGHCROSS = "Millbrook Community Nursing", "Highcross Community Nursing"
COUNCIL, MENTAL_HEALTH = "Aldermoor Council", "Aldermoor Mental Health"
# Of the integrated team: somebody known, likely known, with another's number, born on no day, and three new people.
LIST = """\
NHS number,First name,Surname,Date of birth,Address,Postcode,Phone
999 000 0565,Jan,Kowalczyk,16/01/1948,1 Weir Street,AM1 1AB,
,Rokeya,Begom,12/12/1953,27 Loom Street,,01632 960 124
999 000 0611,Graham,Chester,30/05/1971,40 Canal Row,AM1 1AB,01632 960 151
,Beryl,Ashcombe,31/02/1940,5 Priory Road,AM1 1AA,
,Percival,Thistlewood,04/08/1937,11 Tannery Court,AM1 1AB,01632 960 152
,Ottoline,Quarrington,19/10/1942,2 Priory Road,AM1 1AA,01632 960 153
,Ebenezer,Wraxall,23/01/1950,30 Loom Street,AM1 1AB,
"""


def ask_of_people(here: Demonstration) -> None:
    here.course.live(_two_records(here, "Winifred", ("Winnie", "Cole"), timedelta(days=12), is_merged=True))
    here.course.live(_two_records(here, "Zofia", ("Sofia", "Wojcik"), timedelta(days=5), is_merged=False))
    here.course.live(_objections(here))
    here.course.live(_opened_for_nothing(here))
    here.course.once(morning(here.course.ends - 3 * DAY) + 87 * MINUTE, lambda: _questioned(here))


def _two_records(here: Demonstration, known: str, written: tuple[str, str], ago: timedelta, *, is_merged: bool) -> Life:
    """Somebody in a hurry wrote down anew who was known; the team's lead has seen it, or has not yet."""
    began = morning(here.course.ends - ago) + 41 * MINUTE
    yield began
    first, team = here.residents[known], here.teams[NURSING]
    given_name, family_name = written
    facts = identity_of(first)
    identity = Identity(given_name, family_name, birth_date=facts.birth_date, gender=facts.gender, phone=facts.phone)
    with gate.acting_as(here.colleague_in(NURSING)) as by:
        second = register_resident(by=by, identity=identity, team_id=team.id)
        open_caseload_entry(by=by, resident_id=second.id, team_id=team.id, is_lead=True, reason="Rang the duty desk")
    if is_merged:
        yield began + DAY + 3 * HOUR
        with gate.acting_as(here.people["lead"]) as by:
            why = "The same phone and day of birth; she says it is her"
            merge_residents(by=by, survivor_id=first.id, merged_id=second.id, reason=why)


def _objections(here: Demonstration) -> Life:
    """One is decided; about the other the Guardian's team is asked."""
    asked = morning(here.course.ends - 8 * DAY) + 73 * MINUTE
    yield asked
    with gate.acting_as(here.people["nurse"]) as by:
        part = Part("risks", here.organisations[COUNCIL].id)
        said = "The council need not know that she fell out with her neighbours"
        decided = record_objection(by=by, resident_id=here.residents["Máire"].id, part=part, said=said)
    yield asked + DAY
    with gate.acting_as(here.people["guardian"]) as by:
        decide_objection(
            by=by,
            objection_id=decided.id,
            verb="uphold",
            part=part,
            reason="Nothing that the council does for her needs it",
            advised_by="Dr Priya Nair, Bridge Street Surgery",
        )
    yield here.course.ends - 4 * HOUR
    with gate.acting_as(here.people["nurse"]) as by:
        part = Part("", here.organisations[MENTAL_HEALTH].id)
        said = "He was with them thirty years ago, and wants them to read nothing of his any more"
        record_objection(by=by, resident_id=here.residents["Li"].id, part=part, said=said)


def _opened_for_nothing(here: Demonstration) -> Life:
    """The glass was broken, and nothing written afterwards: reviewed at the time, and noticed by a rule since."""
    opened = morning(here.course.ends - 4 * DAY) + 12 * MINUTE
    yield opened
    with gate.acting_as(here.people["outsider"]) as by:
        grant = break_glass(
            by=by,
            resident_id=here.residents["Alan"].id,
            team_id=here.teams[HIGHCROSS].id,
            ground=EmergencyGround.BEST_INTERESTS,
            words="His neighbour rang, nobody answers the door",
            sign_in=new_id(),
        )
    yield opened + 2 * HOUR
    with gate.acting_as(here.people["privacy"]) as by:
        review = PrivacyReview.objects.visible_to(by).get(about_id=grant.id)
        note = "She rang the council's duty desk, who had a key."
        close_review(by=by, review_id=review.id, outcome=PrivacyReview.Outcome.JUSTIFIED, note=note)


def _questioned(here: Demonstration) -> None:
    """A resident says that it is not so; the team that wrote it is asked."""
    alan = here.residents["Alan"]
    with here.acting("Adult Social Care, Millbrook", 1) as by:
        about = Entry.objects.visible_to(by).get(resident=alan, kind="alert")
        said = "Anybody may come alone. It was one visitor who shouted, and he has left."
        query_entry(by=by, resident_id=alan.id, entry_id=about.id, text=said)


def bring_a_list(ends: datetime) -> None:
    """After everybody is there, whoever made them: it is compared with all of the place."""
    with happening(ends - HOUR):
        coordinator = Membership.objects.select_related("user", "organisation").get(user__email=f"coordinator@{DOMAIN}")
        with gate.acting_as(gate.person(coordinator)) as by:
            content = LIST.encode()
            made = start_import(by=by, team_id=by.team_ids[0], file_name="huddle list.csv", content=content)
            name_columns(by=by, import_id=made.id, columns=made.columns)
        while work_on_one():
            pass
