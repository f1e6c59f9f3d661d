"""Addresses of residents and of the directory."""

from django.urls import path

from neighbourhoods.api import claims, contacts, directory, residents

urlpatterns = [
    path("residents/", residents.Residents.as_view(), name="residents"),
    path("residents/claim/", claims.Claims.as_view(), name="claims"),
    path("residents/<uuid:resident_id>/", residents.OneResident.as_view(), name="resident"),
    path("residents/<uuid:resident_id>/timeline/", residents.Timeline.as_view(), name="timeline"),
    path("contacts/", contacts.Contacts.as_view(), name="contacts"),
    path("contacts/<uuid:contact_id>/", contacts.OneContact.as_view(), name="contact"),
    path("organisations/", directory.Organisations.as_view(), name="organisations"),
    path("organisations/<uuid:organisation_id>/", directory.OneOrganisation.as_view(), name="organisation"),
    path("neighbourhoods/", directory.Neighbourhoods.as_view(), name="neighbourhoods"),
    path("neighbourhoods/<uuid:neighbourhood_id>/", directory.OneNeighbourhood.as_view(), name="neighbourhood"),
    path("teams/", directory.Teams.as_view(), name="teams"),
    path("teams/<uuid:team_id>/", directory.OneTeam.as_view(), name="team"),
    path("teams/<uuid:team_id>/caseload/", directory.Caseload.as_view(), name="caseload"),
    path("services/", directory.Services.as_view(), name="services"),
    path("services/<uuid:service_id>/", directory.OneService.as_view(), name="service"),
]
