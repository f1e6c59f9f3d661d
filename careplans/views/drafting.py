"""A form whose words are kept while they are typed (decision 0042): what its page does around it."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.http import QueryDict

from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.ui.forms import Form
from careplans import forms, services
from careplans.display.drafts import DraftFrame, draft_frame
from careplans.editing import editing_of
from careplans.forms_additional import AdditionalForm
from careplans.forms_goals import NeedForm, OutcomeForm, StageForm
from careplans.forms_reviews import ReviewForm
from careplans.models import DraftOf, PlanDraft
from careplans.services import Slot
from neighbourhoods.web import MemberRequest

F = TypeVar("F", bound=Form)
FORMS: Final[Mapping[str, type[Form]]] = {
    DraftOf.SECTION: forms.SectionForm,
    DraftOf.GOAL: forms.GoalForm,
    DraftOf.ACTION: forms.ActionForm,
    DraftOf.STAGE: StageForm,
    DraftOf.OUTCOME: OutcomeForm,
    DraftOf.REVIEW: ReviewForm,
    DraftOf.ADDITIONAL: AdditionalForm,
    DraftOf.NEED: NeedForm,
}


class Drafting:
    """Around one form of one request: gives back what was typed before, keeps what is refused, ends what is saved."""

    def __init__(self, request: MemberRequest, slot: Slot, *, is_beside: bool = False) -> None:
        """`is_beside`: another form of the page was sent, this one is only shown."""
        self.by, self.slot = request.principal, slot
        self.posted = request.POST if request.method == "POST" and not is_beside else None
        self.opening = opening_in(request.POST)
        self.draft: PlanDraft | None = None if self.posted is not None else services.draft_in(self.by, slot)

    def form(self, make: Callable[..., F], **given: object) -> F:
        """As it was sent; else as it was typed before; else as `make` gives it."""
        if self.draft is None:
            return make(self.posted, **given)
        typed = QueryDict(mutable=True)
        typed.update(self.draft.typed)
        return make(typed, **given).as_typed()

    def keep(self) -> None:
        """Whatever the page goes on to say of what was sent, it is not lost. What cannot be kept is still shown."""
        typed = typed_in(self.posted, self.slot.kind) if self.posted is not None else {}
        if not typed:
            return
        try:
            with transaction.atomic():
                services.keep_draft(by=self.by, slot=self.slot, typed=typed, opening=self.opening)
        except RuleError:
            return

    def saved(self) -> None:
        services.end_draft(by=self.by, slot=self.slot, opening=self.opening)

    def frame(self) -> DraftFrame:
        return draft_frame(self.slot, self.opening, self.draft, editing_of(self.slot.resident_id))


def typed_in(posted: QueryDict, kind: str) -> dict[str, str]:
    """The fields of the form of this kind, and nothing else that was sent with them."""
    names = [box for name, field in FORMS[kind].base_fields.items() for box in forms.boxes_of(name, field)]
    if kind == DraftOf.SECTION:
        names += [name for name in posted if forms.ANSWER_BOX.fullmatch(name)][: forms.MOST_LEFT]
    begin = tuple(getattr(FORMS[kind], "kept_too", ()))
    names += [name for name in posted if begin and name.startswith(begin)]
    return {name: str(posted[name]) for name in names if name in posted}


def opening_in(posted: QueryDict) -> UUID:
    """Which opening of a form was sent; a new one where none is named."""
    try:
        return UUID(str(posted.get("opening", "")))
    except ValueError:
        return new_id()
