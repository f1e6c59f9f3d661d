"""What a resident does not want to be shared, upheld by the partnership's Caldicott Guardian, for tests."""

from carecoord import clock
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Role, Team
from neighbourhoods.services.sharing import Part, decide_objection, record_objection
from tests.world import WORLD_BEGAN


def objects(world, resident, section="", organisation="charity", by=None):
    """`organisation` names one of the world's; empty is every one."""
    of = getattr(world, organisation, None) if isinstance(organisation, str) else organisation
    part = Part(section, of.id if of else None)
    by = by or world.nurse
    with acting_as(by):
        objection = record_objection(by=by, resident_id=resident.id, part=part, said="Not with them")
    why = {"reason": "Her wish weighs more", "advised_by": "Dr Nair"}
    with acting_as(_guardian(world)) as guardian:
        return decide_objection(by=guardian, objection_id=objection.id, verb="uphold", part=part, **why)


def _guardian(world):
    if "guardian" not in world.people:
        partnership = Team.objects.get(kind="privacy", organisation__kind="partnership")
        with clock.at(WORLD_BEGAN):
            world.add_person("guardian", partnership.organisation, Role.CALDICOTT_GUARDIAN, [partnership])
    return world.guardian
