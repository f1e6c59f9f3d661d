"""What base.html needs around every page. The ``page`` context processor makes one Shell for each request."""

from dataclasses import dataclass, field, replace
from typing import Literal

CountTone = Literal["blue", "red", "grey"]


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One link of the white navigation, in the order of design.md section 2.

    ``key`` is a short word such as ``alerts``: the light poll finds the count by it. ``count`` None never has
    a badge; 0 has none now. ``tone`` red is for alerts only. ``on_phone`` keeps it outside More on a phone.
    """

    key: str
    label: str
    url: str
    count: int | None = None
    tone: CountTone = "blue"
    is_current: bool = False
    on_phone: bool = False


@dataclass(frozen=True, slots=True)
class FooterLink:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page. Without ``person_name`` nobody is signed in: no navigation, no search, no Log out.

    ``role_name`` and ``organisation_name`` stand under the person's name: ``Community nurse, Millbrook``.
    ``alerts_poll_url`` empty means the page does not poll; it says each time until when it has heard of all. Without
    ``search_url`` there is no search. ``opened_at`` stands on what is printed: paper grows old.
    """

    place_name: str = ""
    person_name: str = ""
    role_name: str = ""
    organisation_name: str = ""
    can_change_role: bool = False
    navigation: tuple[NavigationItem, ...] = ()
    footer: tuple[FooterLink, ...] = field(default=())
    alerts_poll_url: str = ""
    alerts_poll_seconds: int = 0
    alerts_heard_at: str = ""
    opened_at: str = ""
    change_role_url: str = ""
    improvement_url: str = ""
    home_url: str = "/"
    search_url: str = "/residents/"
    sign_in_url: str = ""
    logout_url: str = "/accounts/logout/"

    @property
    def is_signed_in(self) -> bool:
        return bool(self.person_name)

    @property
    def at_any_moment(self) -> "Shell":
        """Without the moment at which the page was opened: by this, what is around it is kept."""
        return replace(self, opened_at="", alerts_heard_at="")

    @property
    def phone_navigation(self) -> tuple[NavigationItem, ...]:
        return tuple(item for item in self.navigation if item.on_phone)

    @property
    def more_navigation(self) -> tuple[NavigationItem, ...]:
        return tuple(item for item in self.navigation if not item.on_phone)
