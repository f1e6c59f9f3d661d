"""A section with fields: what is asked anew, what is not asked any more, and choosing where two people answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from django.http import QueryDict

from carecoord import clock
from carecoord.errors import RuleError
from carecoord.ui import dates
from carecoord.ui.components import Notice
from careplans import forms
from careplans.answers import said, said_of, stored, values_of
from careplans.headings import Heading
from careplans.models import PlanSection
from careplans.reading import version_of
from careplans.services.sections import facts_of_section
from careplans.views.clashing import Clashing
from careplans.views.common import refuse
from careplans.views.drafting import Drafting
from neighbourhoods.definitions import FieldKind
from neighbourhoods.models import Resident
from neighbourhoods.services.entry_facts import typed
from neighbourhoods.web import MemberRequest

TEXTS = (FieldKind.LONG_TEXT, FieldKind.LINES)


def asked_anew(form: forms.SectionForm) -> Notice | None:
    """Whether what was typed answers an earlier version of the definition. The form then asks the one of now, with what
    was typed in it, and nothing of it is judged before somebody has looked."""
    asked, now = str(form.data.get("asked") or ""), str(form.heading.version)
    if not form.is_bound or asked in ("", now):
        return None
    form.data = {**cast("QueryDict", form.data).dict(), "asked": now}
    form.as_typed()
    return Notice(
        "amber",
        f"“{form.heading.title}” asks something else since you opened it.",
        "What you typed is kept below. Check it, then save again: nothing is saved yet.",
        icon="warning",
        is_live=True,
    )


def stood_and_left(section: PlanSection | None, heading: Heading) -> Iterator[tuple[str, str]]:
    """What stands in the section and is not asked any more: it stays in the version that is there now."""
    if section is None:
        return
    yield from ((one["label"], said(one)) for one in section.answers if one["key"] not in heading.field_by_key)
    if section.body and heading.text is None:
        yield "Words", section.body


def typed_and_left(left: Mapping[str, str], section: PlanSection | None) -> Iterator[tuple[str, str]]:
    """What was typed and is not asked any more, by the label under which it was asked, as far as anybody knows it."""
    labels = {one["key"]: one["label"] for one in section.answers} if section else {}
    for name, text in left.items():
        key = name.removeprefix(forms.ANSWER)
        if text.strip():
            yield labels.get(key, key.replace("_", " ").capitalize()), text


def refuse_answer(form: forms.SectionForm, problem: RuleError) -> None:
    """Put a sentence about a field beside its box."""
    name = f"{forms.ANSWER}{problem.field}"
    if name in form.fields:
        form.add_error(name, problem.sentence.rstrip("."))
    else:
        refuse(form, problem)


@dataclass
class SectionClashing(Clashing):
    """Of a section the versions are its wordings, and who wrote the last one is written in it."""

    row: PlanSection  # type: ignore[assignment]

    @classmethod
    def of(
        cls,
        request: MemberRequest,
        resident: Resident,
        section: PlanSection,
        drafting: Drafting,
        form: forms.SectionForm,
    ) -> Self:
        heading, given = form.heading, form.facts()
        names = (*heading.field_by_key, *(["body"] if heading.text else []))
        values = values_of(stored(heading, given["answers"], section.answers)) | {"body": given["body"]}
        texts = [name for name in names if name == "body" or heading.field_by_key[name].kind in TEXTS]

        def shown(name: str, value: Any) -> str:
            field = heading.field_by_key.get(name)
            return said_of(field.label, field.kind, value) if field else str(value)

        return cls(
            request=request,
            resident=resident,
            row=section,
            drafting=drafting,
            form=form,
            facts={name: values.get(name) for name in names},
            fields={name: "body" if name == "body" else f"{forms.ANSWER}{name}" for name in names},
            texts=tuple(texts),
            shown=shown,
        )

    def chosen(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What was chosen, as the service takes it."""
        answers = {name: typed(value) for name, value in values.items() if name != "body"}
        return {"answers": answers, **({"body": values["body"]} if "body" in values else {})}

    @property
    def read_version(self) -> int:
        """Of a section that nobody had written yet, 0."""
        given = self.request.POST.get("read_version", self.request.POST.get("version", ""))
        return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0

    def facts_at(self, version: int) -> Mapping[str, Any] | None:
        wording = version_of(self.request.principal, self.row, version) if version else None
        return facts_of_section(wording, self.facts) if wording or not version else None

    def facts_now(self) -> Mapping[str, Any]:
        return facts_of_section(self.row, self.facts)

    @property
    def other(self) -> str:
        member = self.row.written_by
        return member.user.name if member else self.row.written_by_name or "a colleague"

    def _who(self) -> str:
        member, at = self.row.written_by, dates.moment_inside(self.row.updated_at, now=clock.now())
        of = f", {member.organisation.name}" if member else ""
        return f"{self.other}{of}, saved {at}"
