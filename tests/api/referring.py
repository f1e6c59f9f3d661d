"""A partner system that writes referrals, and moves them."""

from referrals.services.referrals import cancel_referral, enter_referral_in_error
from tests.referrals.referral_steps import IN_STATE, as_person, sent


def asking(world, sheila, **more):
    return {
        "resident": str(sheila.id),
        "service": str(world.carers_service.id),
        "reason": "Ken is worn out.",
        "no_known_risks": True,
    } | more


def written(world, nursing, sheila, **more):
    answer = nursing.post("referrals/", asking(world, sheila, **more))
    assert answer.status_code == 201, answer.content
    return answer.json()


def done(partner, referral, verb, body=None):
    answer = partner.post(f"referrals/{referral['id']}/{verb}/", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def cancelled(world, sheila):
    referral = sent(world, sheila)
    return as_person(world.nurse, cancel_referral, referral_id=referral.id, reason_code="not_wanted")


def mistaken(world, sheila):
    referral = sent(world, sheila)
    return as_person(world.nurse, enter_referral_in_error, referral_id=referral.id, words="Somebody else")


STATES = {**IN_STATE, "cancelled": cancelled, "entered_in_error": mistaken}


WORDS = {"words": "As we said on the telephone"}


# The transaction of a test goes on after the request, so its scope is read before and given back afterwards.
SCOPE_KEPT = 2
