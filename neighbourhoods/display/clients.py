"""API clients as an administrator reads them: whether each may act, until when, and how it fares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from carecoord import clock
from carecoord.api.scopes import EVERY_SCOPE
from carecoord.ui import dates
from carecoord.ui.components import DefinitionRows, Link, Notice, Row, Status, SummaryList
from neighbourhoods.administered import ENDS_SOON
from neighbourhoods.models import ApiClient


@dataclass(frozen=True)
class ClientRow:
    name: str
    url: str
    organisation: str
    standing: Status
    agreement: str
    ends_soon: bool
    last_used: str
    errors: str
    last_error: str


@dataclass(frozen=True)
class SecretShown:
    """`secret` stands on this one page and is kept nowhere."""

    client: ApiClient
    secret: str
    sentence: str
    facts: DefinitionRows


def client_rows(clients: Sequence[ApiClient]) -> tuple[ClientRow, ...]:
    """`organisation` should be joined."""
    return tuple(_row(client) for client in clients)


def standing_of(client: ApiClient) -> Status:
    """The same question as the token endpoint and `app.enter_client` ask."""
    if client.deactivated_at:
        return Status("Deactivated", tone="grey")
    if client.organisation.ended_at:
        return Status("Organisation ended", tone="grey")
    if client.agreement_ends_on < clock.today():
        return Status("Agreement ended", tone="red")
    return Status("Active")


def notices_of(client: ApiClient) -> tuple[Notice, ...]:
    """What an administrator should know or do before anything else."""
    return tuple(notice for notice in (_shut_out(client), _two_secrets(client)) if notice)


def what_it_may_do(client: ApiClient) -> SummaryList:
    scopes = client.client.get_scopes()
    teams = sorted(team.name for team in client.teams.all())
    return SummaryList(
        (
            Row("Organisation", client.organisation.name),
            Row("Teams", "\n".join(teams), second=f"Usually {client.default_team.name}"),
            Row("May", "\n".join(words for scope, words in EVERY_SCOPE.items() if scope in scopes)),
            Row("Sharing agreement", client.agreement),
            Row("Purposes", "\n".join(client.purposes)),
            Row("Last day", dates.day(client.agreement_ends_on)),
        )
    )


def how_it_fares(client: ApiClient) -> DefinitionRows:
    errors = Row("Errors", str(client.errors or "None"))
    if client.last_error_at:
        last = f"Last {_within(client.last_error_at)}: {client.last_error}"
        errors = Row("Errors", str(client.errors), second=last)
    return DefinitionRows((Row("Last used", _last_used(client)), errors))


def secret_facts(client: ApiClient) -> DefinitionRows:
    rows = [
        Row("Client id", client.client_id),
        Row("Secret", f"Made {_within(client.secret_set_at)}", second="Shown once, kept nowhere"),
    ]
    if has_old_secret(client):
        rows.append(Row("Old secret", f"Works until {_until(client)}"))
    return DefinitionRows(tuple(rows))


def secret_shown(client: ApiClient, secret: str, token_address: str) -> SecretShown:
    old = f"The old secret works until {_until(client)}." if has_old_secret(client) else "No other secret works."
    facts = DefinitionRows(
        (
            Row("Client id", client.client_id),
            Row("Secret", secret),
            Row("Address for tokens", token_address, second="Client credentials, as OAuth 2 names it"),
        )
    )
    return SecretShown(client, secret, old, facts)


def has_old_secret(client: ApiClient) -> bool:
    return bool(client.old_secret_until and client.old_secret_until > clock.now())


def _row(client: ApiClient) -> ClientRow:
    return ClientRow(
        name=client.name,
        url=reverse("admin_client", args=[client.id]),
        organisation=client.organisation.name,
        standing=standing_of(client),
        agreement=dates.day(client.agreement_ends_on),
        ends_soon=_ends_soon(client),
        last_used=_last_used(client),
        errors=str(client.errors),
        last_error=_within(client.last_error_at) if client.last_error_at else "",
    )


def _shut_out(client: ApiClient) -> Notice | None:
    last, change = dates.day(client.agreement_ends_on), reverse("admin_change_client", args=[client.id])
    agreement = Link("Change the agreement", change)
    if client.deactivated_at:
        since = _within(client.deactivated_at)
        again = Link("Reactivate it", reverse("admin_reactivate_client", args=[client.id]))
        return Notice("amber", f"Deactivated {since}.", "It gets no token and opens nothing.", "lock", links=(again,))
    if client.agreement_ends_on < clock.today():
        return Notice("amber", f"The agreement ended {last}.", "The system is shut out.", "lock", links=(agreement,))
    if _ends_soon(client):
        return Notice(
            "amber", f"The agreement ends {last}.", "Then the system is shut out.", "clock", links=(agreement,)
        )
    return None


def _two_secrets(client: ApiClient) -> Notice | None:
    if not has_old_secret(client):
        return None
    end = Link("End the old secret now", reverse("admin_end_old_secret", args=[client.id]))
    words = "End it as soon as the partner uses the new one."
    return Notice("blue", f"The old secret works until {_until(client)}.", words, "clock", links=(end,))


def _ends_soon(client: ApiClient) -> bool:
    is_open = client.deactivated_at is None and client.organisation.ended_at is None
    return is_open and clock.today() <= client.agreement_ends_on <= clock.today() + ENDS_SOON


def _last_used(client: ApiClient) -> str:
    return dates.moment(client.last_used_at, now=clock.now()) if client.last_used_at else "Never"


def _until(client: ApiClient) -> str:
    return _within(client.old_secret_until) if client.old_secret_until else ""


def _within(at: datetime) -> str:
    """A moment inside a sentence."""
    return dates.moment(at, now=clock.now()).replace("Today", "today")
