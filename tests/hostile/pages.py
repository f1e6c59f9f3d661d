"""A place in which every page is there for somebody, and its addresses, found by walking the URL configuration."""

from datetime import timedelta
from itertools import product

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from carecoord import clock
from carecoord.accounts.models import LinkedSignIn, User
from carecoord.accounts.services import set_up_totp
from carecoord.alerts.models import Alert
from carecoord.moves import Side
from carecoord.outbox.tasks import relay
from carecoord.privacy.models import PrivacyReview
from careplans.models import Action, Goal
from careplans.services import agree_plan, create_action, move_plan, withdraw_both_right
from neighbourhoods.definitions import definitions, measured_kinds
from neighbourhoods.gate import acting_as
from neighbourhoods.models import (
    CarePackage,
    Contact,
    Encounter,
    Entry,
    Merge,
    OrganisationKind,
    Proxy,
    ResidentDetail,
    Role,
    SharingDecision,
    Source,
    Stay,
    Team,
    TeamKind,
)
from neighbourhoods.services import (
    ContactFacts,
    EncounterFacts,
    add_contact,
    close_account,
    create_organisation,
    create_team,
    plan_encounter,
    query_entry,
    record_death,
    register_resident,
)
from neighbourhoods.services.clients import deactivate_client
from neighbourhoods.services.import_work import work_on_one
from neighbourhoods.services.imports import name_columns, start_import
from neighbourhoods.services.proxies import ProxyFacts, move_proxy, propose_proxy
from neighbourhoods.states import PACKAGE
from referrals.models import Handover, Referral
from referrals.states import HANDOVER, REFERRAL
from tests.life import break_the_glass, live
from tests.merging import merged
from tests.partners import made_client
from tests.record.test_sorting import ada, imported
from tests.referrals import handovers
from tests.referrals.referral_steps import IN_STATE, second_service
from tests.world import WORLD_BEGAN

ISSUER = "https://login.example.org/realm"
SECTIONS = ("most_important", "needs")
# Who walks, and the beginnings of the names of what is asked of them in the short walk: what is theirs alone.
ROLES = {
    "nurse": ("",),
    "link_worker": ("referral", "resident_caseload"),
    "ward_nurse": ("handover",),
    "lead": ("caseload", "hand_on", "resident_caseload", "seal_open", "import", "resident_merge", "resident_unmerge"),
    "front_door": (
        "action_sort",
        "action_detail",
        "place",
        "to_sort",
        "unplaced",
        "resident_sort",
        "resident_caseload",
    ),
    "outsider": ("resident_record",),
    "privacy": ("my_day", "privacy_review"),
    "manager": ("home",),
    "guardian": ("objection",),
    "volunteer": ("visit",),
    "admin": ("admin", "status"),
}
SIDES = {"link_worker": (Side.RECEIVER, Side.EITHER), "nurse": (Side.GIVER, Side.EITHER)}


class Lived:
    """Somebody with everything, a referral in each state and handovers of every kind, and somebody to be sorted."""

    def __init__(self, world, *, is_short):
        live(world)
        self.world, self.is_short = world, is_short
        self._refer_and_hand_over()
        self._bring_to_the_front_door()
        self._administer()
        self.lists = lists_on_their_way(world)
        with acting_as(world.nurse) as nurse:
            facts = EncounterFacts(kind="visit", at=clock.now() + timedelta(days=3))
            plan_encounter(by=nurse, resident_id=world.sheila.id, team_id=world.nursing.id, facts=facts)
            holding = {"team_id": world.nursing.id, "assigned_to_id": world.nurse.membership_id}
            create_action(by=nurse, resident_id=world.sheila.id, title="Weigh her", **holding)
            query_entry(by=nurse, resident_id=world.sheila.id, entry_id=Entry.objects.first().id, text="Is that so?")
            reviewed = {"review_due_on": clock.today() + timedelta(days=90), "review_team_id": world.nursing.id}
            agreed = {"agreed_with_resident": True, "agreed_with": "", "agreed_on": clock.today()}
            agree_plan(by=nurse, plan_id=world.plan.id, version=world.plan.version, **agreed, **reviewed)
            move_plan(by=nurse, plan_id=world.plan.id, verb="activate")
            withdraw_both_right(by=nurse, action_id=world.action.id, beside_id=world.beside.id)
            # Of whom nothing is said yet, so that a form about who acts for her is taken; and one who acts already.
            for name in ("Zoe Hartley", "Adam Hartley"):
                facts = ContactFacts(kind="personal", name=name)
                contact = add_contact(by=nurse, resident_id=world.sheila.id, facts=facts)
            given = {"by": nurse, "resident_id": world.sheila.id}
            add_contact(**given, facts=ContactFacts("professional", "Leah Brook", organisation_name="Test Hospice"))
            acts = propose_proxy(**given, contact_id=contact.id, facts=ProxyFacts("consent", "She said so"))
            move_proxy(**given, proxy_id=acts.id, verb="activate", reason="agreed")
        self.gone = world.resident(given_name="Gone")
        with acting_as(world.nurse) as nurse:
            record_death(by=nurse, resident_id=self.gone.id, died_on=clock.today())
        self.quiet, self.quiet_again, once_more = (
            world.resident(given_name="Quiet", **more) for more in ({}, {"nhs_number": None}, {"nhs_number": None})
        )
        merged(world, self.quiet, once_more)
        break_the_glass(world, "outsider", self.quiet)
        relay()

    def _refer_and_hand_over(self):
        world = self.world
        self.other_service = second_service(world)
        for make in IN_STATE.values():
            make(world, world.resident(given_name="Ken"))
        self.ken = handovers.ken_on_the_ward(world)
        handovers.action(world, self.ken)
        handovers.offered(world, self.ken)
        handovers.drafted(world, handovers.ken_on_the_ward(world))
        handovers.accepted(world, handovers.offered(world, handovers.ken_on_the_ward(world)))
        mine = {"by": world.nurse, "to_team_id": world.surgery.id, "from_team_id": world.nursing.id, "kind": "team"}
        handovers.drafted(world, world.resident(given_name="Ken"), **mine)

    def _bring_to_the_front_door(self):
        world = self.world
        self.unsorted = imported(world, "Inhaler check").resident
        with acting_as(world.front_door) as by:
            team_id = world.place.front_door_id
            self.brought = register_resident(by=by, identity=ada(world), team_id=team_id, source=Source.IMPORT)

    def _administer(self):
        world, admin = self.world, self.world.admin
        empty = create_team(by=world.builder, organisation=world.community, name="Empty team", kind=TeamKind.CARE)
        self.empty_team, self.client_id = empty, made_client(world).id
        self.ended_client_id = made_client(world, name="Former record system").id
        deactivate_client(by=admin, client_id=self.ended_client_id, reason="Over")
        self.home = create_organisation(
            by=world.builder, place=world.place, name="Elm House", kind=OrganisationKind.CARE_HOME
        )
        team = create_team(by=world.builder, organisation=self.home, name="Elm House team", kind=TeamKind.CARE)
        partnership = Team.objects.get(kind=TeamKind.PRIVACY, organisation__kind=OrganisationKind.PARTNERSHIP)
        with clock.at(WORLD_BEGAN):
            world.add_person("manager", self.home, Role.CARE_HOME_MANAGER, [team])
            befrienders = create_team(
                by=world.builder, organisation=world.charity, name="Befrienders", kind=TeamKind.VOLUNTEERS
            )
            world.add_person("volunteer", world.charity, Role.VOLUNTEER, [befrienders])
            world.add_person("organiser", world.charity, Role.LINK_WORKER, [world.carers, befrienders])
            world.add_person("guardian", partnership.organisation, Role.CALDICOTT_GUARDIAN, [partnership])
        with acting_as(world.organiser) as by:
            create_action(by=by, resident_id=self._taken().id, title="Read to her", team_id=befrienders.id)
        self.closed_id = world.outsider.actor_id
        self.other_id = world.gp.actor_id
        LinkedSignIn.objects.create(user_id=self.other_id, issuer=ISSUER, subject="U-7")
        set_up_totp(User.objects.get(id=self.other_id), "JBSWY3DPEHPK3PXP")

    def close_the_account(self):
        """Once its own walk is over."""
        close_account(by=self.world.admin, user_id=self.closed_id, reason="Left")

    def asks(self, entry, role):
        return not self.is_short or entry.name.startswith(ROLES[role])

    def addresses(self, entry, role):
        """Of one page, for everything that it may be about."""
        names = tuple(entry.pattern.converters)
        for found in self._about(entry.name, names, role) if self.asks(entry, role) else ():
            yield reverse(entry.name, kwargs=dict(zip(names, found, strict=True)))

    def _residents(self, role):
        """Whose pages this role is asked for: of the outsider's none is theirs, and they may claim."""
        own = {
            "front_door": [self.unsorted, self.brought],
            "ward_nurse": [self.ken],
            "link_worker": [self._taken()],
            "volunteer": [self._taken()],
            "lead": [self.quiet],
        }
        return [one.id for one in own.get(role, [self.world.sheila])]

    def _taken(self):
        """Whom the charity helps."""
        return Referral.objects.filter(to_team=self.world.carers, status="accepted").first().resident

    def _about(self, page, names, role):
        match names:
            case ("resident_id", "contact_id"):
                return Contact.objects.filter(resident_id__in=self._residents(role)).values_list("resident_id", "id")
            case ("resident_id", "proxy_id"):
                return Proxy.objects.filter(resident_id__in=self._residents(role)).values_list("resident_id", "id")
            case ("resident_id", "entry_id"):
                return Entry.objects.filter(resident_id__in=self._residents(role)).values_list("resident_id", "id")
            case ("resident_id", "detail_id"):
                mine = ResidentDetail.objects.filter(resident_id__in=self._residents(role))
                return mine.values_list("resident_id", "id")
            case ("resident_id", "stay_id", *more):
                step = ("plan",) if more else ()
                mine = Stay.objects.filter(resident_id__in=self._residents(role))
                return [(*ids, *step) for ids in mine.values_list("resident_id", "id")]
            case ("resident_id", "package_id", *more):
                mine = CarePackage.objects.filter(resident_id__in=self._residents(role))
                moves = [(one.verb,) for one in PACKAGE.moves] if more else [()]
                return [(*ids, *move) for ids in mine.values_list("resident_id", "id") for move in moves]
            case ("resident_id", "other_id"):
                return product(self._residents(role), [self.quiet_again.id])
            case ("resident_id", "objection_id"):
                mine = SharingDecision.objects.filter(resident_id__in=self._residents(role))
                return mine.values_list("resident_id", "id")
            case ("resident_id", "merge_id"):
                mine = Merge.objects.filter(resident_id__in=self._residents(role))
                return mine.values_list("resident_id", "id")
            case ("resident_id", "what"):
                return product(self._residents(role), ("name", "identifier", "address", "telecom", "gp"))
            case ("resident_id", "kind"):
                kinds = ("adjustment", "assessment") if self.is_short else definitions()
                return product(self._residents(role), kinds)
            case ("referral_id", "verb"):
                return list(self._moves(Referral, REFERRAL, role))
            case ("handover_id", "verb"):
                offered = Handover.objects.filter(status="offered").values_list("id", flat=True)[:1]
                return [*self._moves(Handover, HANDOVER, role), *((one, "unsatisfactory") for one in offered)]
        return product(*(self._values(page, name, role) for name in names))

    def _values(self, page, name, role):
        world = self.world
        if (page, name) in self._peculiar:
            return [self._peculiar[page, name]]
        values = {
            "key": ("dementia",) if page == "team_cohort" else SECTIONS,
            "batch_id": [world.handover.batch_id],
            "stay_id": [world.stay.id],
            "package_id": [world.package.id],
            "service_id": [self.other_service.id],
            "organisation_id": [self.home.id if page.startswith("home") else world.community.id],
            "team_id": [self.empty_team.id if role == "admin" else world.nursing.id],
            "user_id": [world.nurse.actor_id],
            "membership_id": [world.nurse.membership_id],
            "client_id": [self.client_id],
            "seal": ["safeguarding"],
            "number": [1],
            "rule": ["handover.offered"],
            "outcome_id": [world.outcome.id],
            "option_id": [world.option.id],
            "need_id": [world.need.id],
            "beside_id": [world.beside.id],
            "additional_id": [world.additional.id],
            "attachment_id": [world.attachment.id],
            "stage_id": [world.stage.id],
            "kind": ["goal"],
            "measure": ["assessment"] if self.is_short else ["assessment", *measured_kinds()],
            "place": ["new"],
            "page": ["plan"],
            # Of a rota, which this place has not.
            "turn_id": [],
            "absence_id": [],
        }
        if name == "entry_id":
            return Entry.objects.filter(resident_id__in=self._residents(role)).values_list("id", flat=True)
        models = {"referral": Referral, "handover": Handover, "encounter": Encounter, "action": Action, "goal": Goal}
        if name == "resident_id":
            return self._residents(role)
        if name == "review_id":
            return PrivacyReview.objects.visible_to(world.privacy).values_list("id", flat=True)
        if name == "objection_id":
            return [world.objection.id]
        if name == "import_id":
            return [self.lists.get(page, world.list.id)]
        if name == "alert_id":
            return Alert.objects.values_list("id", flat=True)[:2]
        if name in values:
            return values[name]
        rows = one_of_each(models[name.removesuffix("_id")], self.is_short)
        # Pages of one step of a referral are there before it is answered.
        is_a_step = self.is_short and name == "referral_id" and page != "referral_detail"
        return rows.filter(status__in=("draft", "sent")) if is_a_step else rows

    @property
    def _peculiar(self):
        """Pages that are there only about one in a certain state."""
        unsorted = Action.objects.get(needs_sorting=True).id
        return {
            ("both_right", "action_id"): self.world.action.id,
            ("admin_reopen_account", "user_id"): self.closed_id,
            ("admin_reset_app", "user_id"): self.other_id,
            ("admin_unlink_sign_in", "user_id"): self.other_id,
            ("admin_reactivate_client", "client_id"): self.ended_client_id,
            ("action_sort", "action_id"): unsorted,
            ("resident_death", "resident_id"): self.gone.id,
        }

    def _moves(self, model, table, role):
        for move in table.moves:
            rows = model.objects.filter(status__in=move.origins).order_by("status", "id").distinct("status")
            if self.is_short:
                rows = rows[:1] if move.by in SIDES.get(role, tuple(Side)) else rows.none()
            yield from ((row.id, move.verb) for row in rows)


def lists_on_their_way(world):
    """By page: a list whose columns are to be named, and one that waits for its review."""
    found = {}
    for page in ("import_columns", "import_detail"):
        with acting_as(world.lead) as by:
            content = b"Name,DOB\nAnn Lee,01/02/1950\n"
            made = start_import(by=by, team_id=world.nursing.id, file_name="people.csv", content=content)
            if page == "import_detail":
                name_columns(by=by, import_id=made.id, columns=made.columns)
        found[page] = made.id
    while work_on_one():
        pass
    return found | dict.fromkeys(("import_write", "import_discard", "import_decide"), found["import_detail"])


def one_of_each(model, is_short):
    """In each state; and of each team that it may lie with, of referrals in the whole walk only."""
    if is_short and model is Referral:
        return model.objects.order_by("status", "-id").distinct("status").values_list("id", flat=True)
    of = {Referral: "to_team_id", Handover: "to_team_id", Encounter: "kind", Action: "needs_sorting"}.get(model, "id")
    return model.objects.order_by("status", of, "id").distinct("status", of).values_list("id", flat=True)


def pages():
    """Every page of the project that has a name; what answers to tokens alone has a namespace."""

    def walk(entries):
        for entry in entries:
            if isinstance(entry, URLPattern):
                yield entry
            elif not getattr(entry, "namespace", None):
                yield from walk(entry.url_patterns)

    return [entry for entry in walk(get_resolver().url_patterns) if entry.name]
