"""Answering a handover, and what is said about it afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord.errors import IllegalMove, RuleError
from neighbourhoods.models import CaseloadEntry
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members
from referrals.display_handovers.page import may_do
from referrals.forms_handovers import AcceptForm, ConcernForm, ReadBackForm, ReasonForm
from referrals.models import Handover
from referrals.services.handovers import (
    accept_handover,
    close_handover,
    decline_handover,
    end_cover,
    enter_handover_in_error,
    log_unsatisfactory,
    mark_need,
    read_back_return,
    withdraw_handover,
)
from referrals.views.handovers import called, frame_of, person_of, seen_handover, show_handover, snapshot_of


@require_POST
@for_members
def handover_accept(request: MemberRequest, handover_id: UUID) -> HttpResponse:
    found = seen_handover(request, handover_id)
    form = AcceptForm(request.POST, handover=found)
    if form.is_valid():
        try:
            accept_handover(
                by=request.principal,
                handover_id=found.id,
                read_back=form.read_back,
                note=form.cleaned_data["note"],
                is_satisfactory=form.satisfaction,
                why=form.cleaned_data["why"],
            )
        except IllegalMove as problem:
            # Somebody answered in between: the page says what is possible now.
            messages.warning(request, problem.sentence)
            return redirect("handover", found.id)
        except RuleError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence.rstrip("."))
        else:
            messages.success(request, _accepted_words(request.principal, found))
            return redirect("handover", found.id)
    return show_handover(request, found, form=form)


@require_POST
@for_members
def handover_close(request: MemberRequest, handover_id: UUID) -> HttpResponse:
    """Finish the read-back."""
    found = seen_handover(request, handover_id)
    form = ReadBackForm(request.POST, handover=found)
    if found.returned_at:
        return _read_back_of_return(request, found, form)
    try:
        closed = close_handover(by=request.principal, handover_id=found.id, read_back=form.read_back)
    except RuleError as problem:
        messages.warning(request, problem.sentence)
    else:
        words = "The handover is closed." if closed.status == "closed" else "What was read back is kept."
        messages.success(request, f"Everything is read back. {words}")
    return redirect("handover", found.id)


def _read_back_of_return(request: MemberRequest, found: Handover, form: ReadBackForm) -> HttpResponse:
    try:
        read_back_return(by=request.principal, handover_id=found.id, read_back=form.read_back)
    except RuleError as problem:
        messages.warning(request, problem.sentence)
    else:
        messages.success(request, "Everything is read back. It is kept with your name and the time.")
    return redirect("handover", found.id)


@require_POST
@for_members
def handover_need(request: MemberRequest, handover_id: UUID) -> HttpResponse:
    """Say that what must be in place before they arrive is, or is not."""
    found = seen_handover(request, handover_id)
    number, is_in_place = request.POST.get("number", ""), request.POST.get("is_in_place") == "yes"
    try:
        mark_need(
            by=request.principal,
            handover_id=found.id,
            number=int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0,
            is_in_place=is_in_place,
        )
    except RuleError as problem:
        messages.warning(request, problem.sentence)
    else:
        messages.success(request, "Noted: it is in place." if is_in_place else "Noted: it is not in place after all.")
    return redirect(f"{reverse('handover', args=[found.id])}#needs")


@dataclass(frozen=True)
class Reasoned:
    """A verb that needs a reason: its words, and who does it. `{from}`, `{to}` and `{who}` are filled in."""

    verb: str
    title: str
    label: str
    hint: str
    button: str
    done: str
    act: Callable[[Principal, UUID, Mapping[str, Any]], Handover]
    is_dangerous: bool = False
    form: type[ReasonForm] = ReasonForm


REASONED = {
    "decline": Reasoned(
        "decline",
        "Decline the handover of {who}",
        "Why can your team not take {who} on?",
        "{from} sees this at once and stays responsible. Nothing moves.",
        "Decline with this reason",
        "Declined. {from} has been told and stays responsible for {who}'s care.",
        lambda by, handover_id, said: decline_handover(by=by, handover_id=handover_id, reason=said["reason"]),
    ),
    "withdraw": Reasoned(
        "withdraw",
        "Withdraw the handover of {who}",
        "Why do you withdraw it?",
        "Your team stays responsible. Nothing has moved.",
        "Withdraw the handover",
        "Withdrawn. {from} stays responsible for {who}'s care.",
        lambda by, handover_id, said: withdraw_handover(by=by, handover_id=handover_id, reason=said["reason"]),
    ),
    "enter-in-error": Reasoned(
        "enter_in_error",
        "Mark the handover of {who} as entered in error",
        "What was wrong?",
        "It stays readable, struck out. What has moved stays where it is: hand it over again to move it.",
        "Mark as entered in error",
        "The handover is marked as entered in error. Nothing moved back.",
        lambda by, handover_id, said: enter_handover_in_error(by=by, handover_id=handover_id, reason=said["reason"]),
        is_dangerous=True,
    ),
    "end-cover": Reasoned(
        "end_cover",
        "End the cover for {who} now",
        "Why does it end early?",
        "What moved goes back at once, and the other team is told.",
        "End the cover now",
        "The cover has ended. What had moved is back, and the other team has been told.",
        lambda by, handover_id, said: end_cover(by=by, handover_id=handover_id, reason=said["reason"]),
    ),
    "unsatisfactory": Reasoned(
        "",
        "Say that the handover of {who} was late, or not good enough",
        "What happened?",
        "It is kept with the time and your name, and both teams see it.",
        "Record this",
        "Recorded. Both teams can read it on the handover.",
        lambda by, handover_id, said: log_unsatisfactory(
            by=by, handover_id=handover_id, why=said["reason"], kind=said["kind"], is_incident=said["is_incident"]
        ),
        form=ConcernForm,
    ),
}


@for_members
def handover_reason(request: MemberRequest, handover_id: UUID, verb: str) -> HttpResponse:
    """Decline, withdraw, enter in error, or say that it was late or not good enough: each with a reason."""
    if verb not in REASONED:
        raise Http404("No such verb")
    found, reasoned = seen_handover(request, handover_id), REASONED[verb]
    person = person_of(request.principal, found)
    names = {"from": str(found.from_team), "to": str(found.to_team), "who": called(found, person)}
    if not _is_open_to(request.principal, found, reasoned):
        messages.warning(request, "This is not possible any more. The page says how it stands now.")
        return redirect("handover", found.id)
    asked = {"label": reasoned.label.format(**names), "hint": reasoned.hint.format(**names)}
    form = reasoned.form(request.POST or None, **asked)
    if request.method == "POST" and form.is_valid():
        try:
            reasoned.act(request.principal, found.id, form.cleaned_data)
        except RuleError as problem:
            form.add_error("reason" if problem.field else None, problem.sentence.rstrip("."))
        else:
            messages.success(request, reasoned.done.format(**names))
            return redirect("handover", found.id)
    context = {
        "resident": frame_of(request.principal, found, person, snapshot_of(found, person).read_by(request.principal)),
        "title": reasoned.title.format(**names),
        "button": reasoned.button,
        "is_dangerous": reasoned.is_dangerous,
        "form": form,
        "back": reverse("handover", args=[found.id]),
    }
    return render(request, "referrals/handover_reason.html", context, status=422 if form.errors else 200)


def _is_open_to(by: Principal, found: Handover, reasoned: Reasoned) -> bool:
    if not reasoned.verb:
        return bool(found.sides_of(by)) and found.offered_at is not None
    return may_do(by, found)[reasoned.verb]


def _accepted_words(by: Principal, found: Handover) -> str:
    """Who is responsible now. The giver may keep the resident for what stays with it: then this says so."""
    if found.from_team_id == found.to_team_id:
        return f"You have taken over {called(found)}'s care for this shift."
    words = f"{found.to_team} is now responsible for {called(found)}'s care. {found.from_team} has been told."
    keeps = CaseloadEntry.objects.visible_to(by).filter(
        resident_id=found.resident_id, team_id=found.from_team_id, ended_at=None
    )
    return f"{words} It keeps {called(found)} on its list too." if keeps.exists() else words
