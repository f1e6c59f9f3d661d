"""Registering somebody by the page, as a person does: search first, then the form with what the search made."""

import re

from django.urls import reverse


def proof_in(answer):
    """What the form carries on to say that its person was searched for."""
    return re.search(r'name="searched" value="([^"]*)"', answer.content.decode())[1]


def after_a_search(client, typed):
    """The answer to the form, posted once to be searched for and once with the proof."""
    return client.post(
        reverse("resident_new"), typed | {"searched": proof_in(client.post(reverse("resident_new"), typed))}
    )
