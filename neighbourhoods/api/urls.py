"""Addresses of residents, what is around them, and the directory."""

from django.urls import path

from neighbourhoods.api import claims, contacts, directory, packages, people, proxies, residents, stays

urlpatterns = [
    path("residents/", residents.Residents.as_view(), name="residents"),
    path("residents/claim/", claims.Claims.as_view(), name="claims"),
    path("residents/<uuid:resident_id>/", residents.OneResident.as_view(), name="resident"),
    path("residents/<uuid:resident_id>/timeline/", residents.Timeline.as_view(), name="timeline"),
    path("contacts/", contacts.Contacts.as_view(), name="contacts"),
    path("contacts/<uuid:contact_id>/", contacts.OneContact.as_view(), name="contact"),
    path("people/", people.People.as_view(), name="people"),
    path("people/<uuid:person_id>/", people.OnePerson.as_view(), name="person"),
    path("people/<uuid:person_id>/end/", people.EndPerson.as_view(), name="end_person"),
    path("proxies/", proxies.Proxies.as_view(), name="proxies"),
    path("proxies/<uuid:proxy_id>/", proxies.OneProxy.as_view(), name="proxy"),
    *proxies.MOVES,
    path("stays/", stays.Stays.as_view(), name="stays"),
    path("stays/<uuid:stay_id>/", stays.OneStay.as_view(), name="stay"),
    *stays.MOVES,
    path("care-packages/", packages.CarePackages.as_view(), name="care_packages"),
    path("care-packages/<uuid:package_id>/", packages.OneCarePackage.as_view(), name="care_package"),
    *packages.MOVES,
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
