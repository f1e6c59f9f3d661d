"""Who acts for a resident, in words. On the screen they are people acting for them, never proxies."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Clock, Link, Notice, Row, Status, SummaryList
from neighbourhoods.models import Contact, Proxy, Resident
from neighbourhoods.models.proxies import LegalBasis
from neighbourhoods.proxies import Ages, Child, acts_now, ends_by_age_on, may_be_given, review_due_on
from neighbourhoods.services.proxies import OTHER, REASONS
from neighbourhoods.states import PROXY

NOT_NOW: Final = "Not acting today"
BUTTONS: Final = {
    "activate": ("Let them act", "Let them act"),
    "reject": ("Is it not agreed?", "It is not agreed"),
    "end": ("Do they act no longer?", "They act no longer"),
    "enter_in_error": ("Was it never so?", "Mark it as entered in error"),
}


@dataclass(frozen=True)
class ProxyRow:
    link: Link
    second: str
    status: Status
    review: Clock | None = None


def proxy_rows(proxies: Iterable[Proxy], resident: Resident, ages: Ages) -> tuple[ProxyRow, ...]:
    return tuple(
        ProxyRow(
            Link(one.contact.name, reverse("proxy", args=[resident.id, one.id])),
            ". ".join(filter(None, [one.get_legal_basis_display(), _until(one, resident, ages)])),
            proxy_status(one, resident, ages),
            proxy_review(one, resident, ages),
        )
        for one in proxies
    )


def proxy_status(proxy: Proxy, resident: Resident, ages: Ages) -> Status:
    """Of somebody whose time is over, or not come, that they do not act, whatever was said last."""
    if proxy.status == "active" and not acts_now(proxy, resident, ages):
        return Status(NOT_NOW)
    return Status(PROXY[proxy.status].label)


def proxy_review(proxy: Proxy, resident: Resident, ages: Ages) -> Clock | None:
    due = review_due_on(proxy, resident, ages) if acts_now(proxy, resident, ages) else None
    if due is None or due > clock.today():
        return None
    return Clock("overdue", at=f"Review {dates.due_day(due, now=clock.now()).replace('Today', 'today')}")


def proxy_facts(proxy: Proxy, resident: Resident, ages: Ages) -> SummaryList:
    granted = proxy.granted_by_organisation
    rows = [
        Row("Acts for", resident.called),
        Row("On what basis", proxy.get_legal_basis_display()),
        Row("What was seen", proxy.evidence or "Nothing is said yet"),
        Row("From", dates.day(proxy.starts_on) if proxy.starts_on else "The day they are let"),
        Row("Last day", _until(proxy, resident, ages) or "None"),
        Row("Let act by", granted.name if granted else "Nobody yet"),
    ]
    if why := reason_words(proxy):
        rows.append(Row("Why", why))
    if due := review_due_on(proxy, resident, ages):
        rows.append(Row("Review", dates.day(due)))
    return SummaryList(tuple(rows))


def reason_words(proxy: Proxy) -> str:
    known = {code: words for reasons in REASONS.values() for code, words in reasons.items()}
    said = "" if proxy.status_reason_code == OTHER else known.get(proxy.status_reason_code, "")
    return ". ".join(filter(None, [said, proxy.status_reason]))


def child_notice(child: Child | None, resident: Resident) -> Notice | None:
    """Of somebody under the age both are said: whether they decide themselves, and who is responsible (IG-24)."""
    if child is None:
        return None
    links = []
    if child.judged is None:
        links.append(Link("Record a judgement", reverse("entry_new", args=[resident.id, "legal.child_consent"])))
    if not child.holders:
        links.append(Link("Say who has parental responsibility", reverse("contact_new", args=[resident.id])))
    is_whole = child.judged is not None and bool(child.holders)
    return Notice(
        tone="blue" if is_whole else "amber",
        bold=f"{resident.called} is under {child.ages.end}.",
        text=f"{judged_words(child, resident)} {responsible_words(child)}",
        links=tuple(links),
    )


def judged_words(child: Child, resident: Resident) -> str:
    if child.judged is None:
        return f"Nobody has judged whether {resident.called} decides about their record themselves."
    on = dates.day(child.judged.event_on or child.judged.created_at.date())
    if child.is_competent:
        return f"Judged on {on} to decide about their record themselves."
    return f"Not judged able to decide about their record themselves ({on})."


def responsible_words(child: Child) -> str:
    by_answer = {
        "Parental responsibility": Contact.Responsibility.YES,
        "No parental responsibility": Contact.Responsibility.NO,
        "Not known of": Contact.Responsibility.UNKNOWN,
    }
    said = []
    for words, answer in by_answer.items():
        names = [one.name for one in child.responsible if one.parental_responsibility == answer]
        if names:
            said.append(f"{words}: {', '.join(names)}.")
    return " ".join(said) or "Nobody has said who has parental responsibility."


def refused_words(resident: Resident, child: Child | None, proxy: Proxy | None, ages: Ages) -> str:
    """Why the statement is not given, and what to do; empty where it may be."""
    if proxy is None:
        if child is None or child.is_competent:
            return ""
        return (
            f"{resident.called} is under {child.ages.end}. {judged_words(child, resident)} "
            "Give it to somebody who acts for them, or record that they decide themselves."
        )
    if not acts_now(proxy, resident, ages):
        return f"{proxy.contact.name} does not act for {resident.called} today."
    if not may_be_given(proxy, child):
        return (
            f"{resident.called} decides about their record themselves: ask them. With their consent, write "
            f"{proxy.contact.name} down as acting for them on that basis."
        )
    return ""


def basis_words(proxy: Proxy) -> str:
    """`parental responsibility`, in a sentence."""
    words = LegalBasis(proxy.legal_basis).label
    return words[:1].lower() + words[1:]


def _until(proxy: Proxy, resident: Resident, ages: Ages) -> str:
    if proxy.ends_on:
        return f"Until {dates.day(proxy.ends_on)}"
    by_age = ends_by_age_on(proxy, resident, ages)
    return f"Ends by itself on {dates.day(by_age)}" if by_age else ""
