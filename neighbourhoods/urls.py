from django.urls import URLPattern

from neighbourhoods.views.administration import administration_urls
from neighbourhoods.views.administration_accounts import account_admin_urls
from neighbourhoods.views.administration_clients import client_urls
from neighbourhoods.views.administration_clients_secret import client_secret_urls
from neighbourhoods.views.administration_people import people_admin_urls
from neighbourhoods.views.administration_sign_in import sign_in_admin_urls
from neighbourhoods.views.administration_teams import team_urls
from neighbourhoods.views.care import care_urls
from neighbourhoods.views.care_packages import care_package_urls
from neighbourhoods.views.cohorts import cohort_urls
from neighbourhoods.views.contacts import contacts_urls
from neighbourhoods.views.details import details_urls
from neighbourhoods.views.directory import directory_urls
from neighbourhoods.views.duty import duty_urls
from neighbourhoods.views.encounter import encounter_urls
from neighbourhoods.views.encounters import encounters_urls
from neighbourhoods.views.entries import entries_urls
from neighbourhoods.views.entry import entry_urls
from neighbourhoods.views.homes import home_urls
from neighbourhoods.views.imports import imports_urls
from neighbourhoods.views.merges import merges_urls
from neighbourhoods.views.messages import message_urls
from neighbourhoods.views.people import people_urls
from neighbourhoods.views.places import places_urls
from neighbourhoods.views.proxies import proxies_urls
from neighbourhoods.views.restriction import restriction_urls
from neighbourhoods.views.role import role_urls
from neighbourhoods.views.seal import seal_urls
from neighbourhoods.views.sharing import sharing_urls

urlpatterns: list[URLPattern] = [
    *directory_urls,
    *people_urls,
    *contacts_urls,
    *proxies_urls,
    *details_urls,
    *care_urls,
    *care_package_urls,
    *home_urls,
    *merges_urls,
    *cohort_urls,
    *duty_urls,
    *encounters_urls,
    *encounter_urls,
    *seal_urls,
    *sharing_urls,
    *message_urls,
    *entries_urls,
    *entry_urls,
    *places_urls,
    *imports_urls,
    *restriction_urls,
    *role_urls,
    *administration_urls,
    *team_urls,
    *people_admin_urls,
    *account_admin_urls,
    *sign_in_admin_urls,
    *client_urls,
    *client_secret_urls,
]
