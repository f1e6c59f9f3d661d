"""People around a resident, in a real browser: every page accessible at every width, and none scrolls sideways."""

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from carecoord import clock
from neighbourhoods.gate import acting_as
from neighbourhoods.identities import Items
from neighbourhoods.services import CarerFacts, ContactFacts, EntryFacts, add_contact, link_contact, record_entry
from neighbourhoods.services.proxies import ProxyFacts, move_proxy, propose_proxy
from tests.neighbourhoods.test_encounters_in_the_browser import check

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]
HOME = {"address_lines": ("4 Canal Row",), "postcode": "M1 1AE"}


def test_every_page_of_them_is_accessible_and_none_scrolls_sideways(running_site, context, page):
    world = running_site.world
    nurse = world.nurse
    born = date(clock.today().year - 12, 1, 1)
    with transaction.atomic():
        mary = world.resident(given_name="Mary", birth_date=born, **HOME)
        tom = world.resident(given_name="Tom", birth_date=born, **HOME)
    with transaction.atomic(), acting_as(nurse):
        mine = {"by": nurse, "resident_id": mary.id}
        carer = CarerFacts(35, True, False, date(2026, 1, 5), False, None)
        facts = ContactFacts("personal", "Anna Hartley", "Mother", parental_responsibility="yes", household_member=True)
        anna = add_contact(**mine, facts=facts)
        aunt = ContactFacts("personal", "Rose Barlow", "Aunt", is_carer=True, carer=carer, roles=("N",), rank=1)
        add_contact(**mine, facts=aunt)
        link_contact(
            **mine,
            linked_id=tom.id,
            items=Items(nhs_number=tom.nhs_number),
            facts=ContactFacts("personal", "", "Brother"),
        )
        basis = ProxyFacts("parental-responsibility", "Birth certificate")
        proxy = propose_proxy(**mine, contact_id=anna.id, facts=basis)
        proxy = move_proxy(**mine, proxy_id=proxy.id, verb="activate", reason="parent")
        record_entry(**mine, facts=EntryFacts("alert", "Dog in the garden"))
        entry = record_entry(**mine, facts=EntryFacts("alert", "Told us alone", hidden="young-person"))
    context.add_cookies([running_site.cookie_of("nurse")])
    addresses = [
        reverse("resident_people", args=[mary.id]),
        reverse("contact_new", args=[mary.id]),
        reverse("contact_change", args=[mary.id, anna.id]),
        reverse("contact_link", args=[mary.id]),
        reverse("proxy_new", args=[mary.id]),
        reverse("proxy", args=[mary.id, proxy.id]),
        reverse("entry", args=[mary.id, entry.id]),
        reverse("resident_statement", args=[mary.id]),
        f"{reverse('resident_statement', args=[mary.id])}?for={proxy.id}",
        f"{reverse('statement_print', args=[mary.id])}?for={proxy.id}",
    ]
    for address in addresses:
        page.goto(running_site.base_url + address)
        check(page)
