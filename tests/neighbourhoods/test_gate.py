"""Who sees whom: the gate as a query and the database's policies say the same."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from neighbourhoods.gate import NoSuchMembership, acting_as, enter
from neighbourhoods.models import CaseloadEntry, Relationship, Resident, Role
from neighbourhoods.services import create_membership, end_membership, open_relationship
from referrals.models import Handover
from referrals.services.handovers import draft_handover

pytestmark = pytest.mark.django_db


def test_a_nurse_sees_whom_her_team_registered_and_another_team_sees_nobody(world):
    sheila = world.resident()
    with acting_as(world.nurse):
        assert list(Resident.objects.all()) == [sheila]
        assert list(Resident.objects.visible_to(world.nurse)) == [sheila]
    with acting_as(world.outsider):
        assert list(Resident.objects.all()) == []
        assert list(Resident.objects.visible_to(world.outsider)) == []


def test_without_a_principal_the_web_role_sees_no_resident(world):
    world.resident()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE app_web")
        cursor.execute("SELECT count(*) FROM neighbourhoods_resident")
        assert cursor.fetchone() == (0,)
        cursor.execute("SET LOCAL ROLE NONE")


def test_the_scope_ends_with_the_block(world):
    world.resident()
    with acting_as(world.outsider):
        pass
    assert Resident.objects.count() == 1


def test_entering_as_a_membership_that_has_ended_is_refused(world):
    end_membership(by=world.admin, membership_id=world.nurse.membership_id, reason="Left")
    # A request is a transaction of its own, so it begins later; here both are one.
    with clock.at(clock.now() + timedelta(seconds=1)), transaction.atomic(), pytest.raises(NoSuchMembership):
        enter(world.nurse.actor_id, world.nurse.membership_id)


def test_entering_as_somebody_elses_membership_is_refused(world):
    with transaction.atomic(), pytest.raises(NoSuchMembership):
        enter(world.outsider.actor_id, world.nurse.membership_id)


def test_the_web_role_cannot_give_itself_a_record(world):
    sheila = world.resident()
    with acting_as(world.outsider), pytest.raises(ProgrammingError), transaction.atomic():
        Relationship.objects.create(
            resident_id=sheila.id,
            team=world.highcross_nursing,
            level="record",
            source_kind="claim",
            source_id=sheila.id,
        )


def test_a_relationship_never_changes_its_resident_or_level(world):
    sheila = world.resident()
    with acting_as(world.nurse), pytest.raises(ProgrammingError), transaction.atomic():
        Relationship.objects.filter(resident=sheila).update(level="card")


def test_the_web_role_neither_changes_nor_deletes_audit_rows(world):
    world.resident()
    with acting_as(world.nurse):
        assert AuditEntry.objects.count() > 0
        for forbidden in (
            lambda: AuditEntry.objects.update(reason="x"),
            lambda: AuditEntry.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                forbidden()


def test_nobody_writes_audit_in_another_name(world):
    with acting_as(world.nurse), pytest.raises(ProgrammingError), transaction.atomic():
        AuditEntry.objects.create(kind="look", verb="x", actor_kind="person", actor_id=world.outsider.actor_id)


def test_a_draft_handover_is_its_givers_only_even_to_whoever_sees_the_resident(world):
    sheila = world.resident()
    with acting_as(world.nurse):
        open_relationship(
            resident_id=sheila.id, team_id=world.ward.id, level="record", source="claim", source_id=sheila.id
        )
        draft = draft_handover(
            by=world.nurse,
            resident_id=sheila.id,
            from_team_id=world.nursing.id,
            to_team_id=world.ward.id,
            kind="team",
            situation="Not yet said",
        )
    for name, sees in (("nurse", True), ("ward_nurse", False), ("outsider", False)):
        with acting_as(world.people[name]) as who:
            assert Handover.objects.filter(id=draft.id).exists() is sees
            assert Handover.objects.visible_to(who).filter(id=draft.id).exists() is sees


def test_nobody_gives_a_role_to_themselves(world):
    with pytest.raises(RuleError, match="Another administrator must do this for your own account"):
        create_membership(
            by=world.admin,
            user_id=world.admin.actor_id,
            organisation=world.community,
            role=Role.NURSE,
            teams=[world.nursing],
        )


def test_the_team_that_first_takes_a_resident_on_leads(world):
    sheila = world.resident()
    assert CaseloadEntry.objects.get(resident=sheila).is_lead is True
