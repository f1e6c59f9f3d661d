"""Keeping what is typed, while it is typed, and throwing it away."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError
from careplans import services
from careplans.display.drafts import kept_words
from careplans.services import Slot
from careplans.views.drafting import opening_in, typed_in
from neighbourhoods.web import MemberRequest, for_members, seen_by

PLAIN = "text/plain; charset=utf-8"


@require_POST
@for_members
def draft_keep(request: MemberRequest, resident_id: UUID, kind: str, place: str) -> HttpResponse:
    """What the form holds now, as the script of the page sends it; answers with a sentence to show beside the form.

    It shows nothing of the record, so it is no look: the first keystrokes are written down, and not each of them.
    """
    slot = _slot(request, resident_id, kind, place)
    typed, opening = typed_in(request.POST, slot.kind), opening_in(request.POST)
    try:
        draft = services.keep_draft(by=request.principal, slot=slot, typed=typed, opening=opening)
    except RuleError as problem:
        return HttpResponse(problem.sentence, status=409, content_type=PLAIN)
    return HttpResponse(kept_words(draft.updated_at), content_type=PLAIN)


@require_POST
@for_members
def draft_discard(request: MemberRequest, resident_id: UUID, kind: str, place: str) -> HttpResponse:
    slot = _slot(request, resident_id, kind, place)
    services.discard_draft(by=request.principal, slot=slot, opening=opening_in(request.POST))
    messages.success(request, "What you typed and did not save is thrown away.")
    return redirect("care_plan", resident_id)


def _slot(request: MemberRequest, resident_id: UUID, kind: str, place: str) -> Slot:
    slot = Slot.named(resident_id, kind, place)
    by = request.principal
    if slot is None or seen_by(by, resident_id) is None or not services.is_asked(by, slot):
        raise Http404("Nothing to write there")
    return slot
