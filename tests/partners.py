"""Partner systems for tests of pages: made by the service, as an administrator makes them."""

from datetime import timedelta

from carecoord import clock
from neighbourhoods.models import ApiClient
from neighbourhoods.services.clients import ClientFacts, create_client


def facts_of_client(*teams, **more):
    facts = {
        "name": "Nursing record system",
        "team_ids": [team.id for team in teams],
        "default_team_id": teams[0].id,
        "scopes": ["residents.read", "plans.read"],
        "agreement": "Agreement 7",
        "purposes": ["direct care"],
        "agreement_ends_on": clock.today() + timedelta(days=365),
    }
    return ClientFacts(**facts | more)


def made_client(world, *teams, **more):
    """The client of this name of the teams' organisation (nursing): the one that is there, or a new one."""
    facts = facts_of_client(*(teams or [world.nursing]), **more)
    organisation = (teams or [world.nursing])[0].organisation
    there = ApiClient.objects.filter(organisation=organisation, name=facts.name).first()
    return there or create_client(by=world.admin, organisation=organisation, facts=facts).client
