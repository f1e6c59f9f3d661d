"""Saying that something was an error: only the organisation that wrote it does (IG-38)."""

from typing import Any

from carecoord.api.shapes import Body, LineField, Shape
from careplans.services.mistakes import is_ours
from careplans.services.rules import MAX_REASON


class Mistake(Body):
    reason = LineField(max_length=MAX_REASON, help_text="Why it was an error. Everybody who reads the plan reads it.")


def mistake_actions(shape: Shape, row: Any) -> list[str]:
    """What the client may do with a row that changes in no other way."""
    by = shape.context["view"].by
    return ["enter-in-error"] if row.error_at is None and is_ours(by, row) else []
