"""Which address is written down: what the outermost of our own proxies saw, never what a sender says of itself."""

import pytest
from django.test import RequestFactory

from carecoord.audit.addresses import address_of
from carecoord.audit.models import AuditEntry

PEER = "10.0.0.9"


def address(forwarded, *, peer=PEER):
    headers = {"X-Forwarded-For": forwarded} if forwarded else None
    return address_of(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers))


def test_without_proxies_nobody_says_where_they_come_from(settings):
    settings.TRUSTED_PROXY_COUNT = 0
    assert address("192.0.2.1") == PEER


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.7, 192.0.2.1", "192.0.2.1"),
        (2, "203.0.113.7, 192.0.2.1, 10.0.0.8", "192.0.2.1"),
        (1, "192.0.2.1:51234", "192.0.2.1"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, " 2001:DB8::1 ", "2001:db8::1"),
        (1, "", PEER),
        (2, "192.0.2.1", PEER),
        (1, "unknown", PEER),
        (1, "192.0.2.1, ", PEER),
        (1, "192.0.2.999", PEER),
        (1, "'; DROP TABLE residents", PEER),
    ],
)
def test_behind_proxies_the_outermost_of_ours_is_believed(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert address(forwarded) == expected


def test_a_request_by_a_local_socket_has_none(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    assert address("", peer="") is None


@pytest.mark.django_db
def test_the_audit_holds_the_address_behind_the_proxy(world, signed_in, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    sheila = world.resident()
    signed_in("nurse").get(f"/residents/{sheila.id}/", headers={"X-Forwarded-For": "203.0.113.7, 192.0.2.1"})
    look = AuditEntry.objects.filter(resident_id=sheila.id, kind="look").latest("at")
    assert look.address == "192.0.2.1"
