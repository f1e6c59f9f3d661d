"""What a resident does not want to be shared, and what was decided about it (IG-16)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from carecoord import clock
from neighbourhoods.definitions import SECTIONS
from neighbourhoods.models.emergencies import EmergencyAccess
from neighbourhoods.models.organisations import Organisation, Team
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.states import SHARING

MAX_WORDS, MAX_ADVISER = 2000, 200
IN_FORCE = ("upheld", "partly")
PLAN, VISITS, REFERRALS = "plan", "visits", "referrals"
PARTS: Final[Mapping[str, str]] = {
    **SECTIONS,
    PLAN: "The shared plan, with its goals and actions",
    VISITS: "Visits, calls and notes",
    REFERRALS: "Referrals and handovers",
}
"""What can be withheld: a section of what is recorded, or what stands in tables of its own."""
WITHHELD: Final = "Withheld after an objection"
"""What stands in a card or a snapshot where the receiver may not read what the sender does."""


class SharingQuerySet(VisibleQuerySet["SharingDecision"]):
    def seen(self, principal: Principal) -> Q:
        """Those of residents one sees; and the team that decides, which sees no resident."""
        return super().seen(principal) | Q(decider_team_id__in=principal.team_ids)

    def in_force_for(self, principal: Principal) -> Self:
        """Decisions that keep something from this organisation."""
        mine = Q(organisation=None) | Q(organisation_id=principal.organisation_id)
        return self.filter(mine, status__in=IN_FORCE)


class SharingDecision(ResidentRecord):
    """An objection and its decision, in one row. In force, what is of `section` (one of PARTS; empty: everything) is
    read by nobody of `organisation` (empty: every one) but by the organisation that wrote it or answers for it.
    `person_name` is for who decides."""

    section = models.CharField(max_length=40, blank=True, default="")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField()
    person_name = models.CharField(max_length=210)
    asked_at = models.DateTimeField()
    asked_by_name = models.CharField(max_length=310)
    asked_by_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decider_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=20, choices=SHARING.choices(), default="asked")
    advised_by = models.CharField(max_length=MAX_ADVISER, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=310, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SharingQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["asked", "withdrawn"])
                | (~Q(reason="") & ~Q(advised_by="") & Q(decided_at__isnull=False)),
                name="a_decision_on_sharing_says_why",
            )
        ]
        indexes = [models.Index(fields=["resident"], condition=Q(status__in=IN_FORCE), name="sharing_in_force")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people call it where nobody may be named (IG-06)."""
        return f"OB-{self.id.int % 1_000_000:06d}"


def withheld(principal: Principal) -> Q:
    """Of entries: a decision in force keeps them from this organisation. `app.withheld` says the same."""
    said = SharingDecision.objects.in_force_for(principal).filter(resident=OuterRef("resident"))
    everything = Q(section="")
    if principal.glass:
        opened = EmergencyAccess.objects.open_to(principal).filter(seal="", resident=OuterRef("resident"))
        everything &= ~Q(Exists(opened))
    said = said.filter(everything | Q(section=OuterRef("section")))
    return Q(Exists(said)) & ~Q(recorded_by_organisation_id=principal.organisation_id)


def parts_kept(principal: Principal, resident_id: UUID, organisation_id: UUID | None) -> frozenset[str]:
    """The parts that are withheld from an organisation, of a resident whom `principal` sees; "" is everything."""
    said = SharingDecision.objects.visible_to(principal).filter(resident_id=resident_id, status__in=IN_FORCE)
    said = said.filter(Q(organisation=None) | Q(organisation_id=organisation_id))
    return frozenset(said.values_list("section", flat=True))


class Shared(models.Func):
    """That no decision keeps a row of `part` from the organisation of `principal`; `rowsecurity.shared_in_part` says it
    to the database.

    Who is kept is read once a statement, so that nobody pays for it where nobody has objected. `teams` and `members`
    are columns of the row: what one's own organisation wrote or answers for is not kept from it. An emergency access
    overrides an objection to everything, and no objection to one part.
    """

    output_field = models.BooleanField()

    def __init__(
        self, principal: Principal, part: str, *, teams: Sequence[str] = (), members: Sequence[str] = ()
    ) -> None:
        super().__init__(F("resident_id"), *map(F, [*teams, *members]))
        self.principal, self.part = principal, part
        self.asked = [*("app.is_of" for _ in teams), *("app.is_member_of" for _ in members)]

    def as_sql(self, compiler: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        resident, *own = (compiler.compile(column)[0] for column in self.source_expressions)
        of, by = self.principal.organisation_id, self.principal
        ways = [f"{resident} <> ALL ((SELECT app.kept_from(%s, '{self.part}', true))::uuid[])"]
        params: list[Any] = [of]
        for asked, column in zip(self.asked, own, strict=True):
            ways.append(f"{asked}({column}, %s)")
            params.append(of)
        if by.glass:
            ways.append(
                "((SELECT true FROM neighbourhoods_emergencyaccess glass"
                f" WHERE glass.resident_id = {resident} AND glass.seal = '' AND glass.sign_in = %s"
                " AND glass.actor_id = %s AND glass.membership_id = %s AND glass.ended_at IS NULL"
                " AND glass.until > %s LIMIT 1)"
                f" AND {resident} <> ALL ((SELECT app.kept_from(%s, '{self.part}', false))::uuid[]))"
            )
            params += [by.glass, by.actor_id, by.membership_id, clock.now(), of]
        return f"({' OR '.join(ways)})", params
