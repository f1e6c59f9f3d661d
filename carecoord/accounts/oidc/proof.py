"""Whether a provider has proved a second factor, as the sign-in carries it from page to page."""

from collections.abc import Mapping
from typing import Any, Final

PROVED: Final = "second_factor_proved"


def proved_second_factor(signal_kwargs: Mapping[str, Any] | None) -> bool:
    """`signal_kwargs` is where allauth keeps the provider's part of a sign-in."""
    login = (signal_kwargs or {}).get("sociallogin")
    return login is not None and login.state.get(PROVED) is True
