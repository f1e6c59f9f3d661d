"""Fields that know the rules of this app's values."""

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from carecoord.api.shapes import StrictCharField
from neighbourhoods.values import clean_nhs_number, clean_phone, clean_postcode


@extend_schema_field(
    {
        "type": "string",
        "maxLength": 20,
        "description": "Ten digits with a right check digit; spaces and dashes are accepted.",
        "examples": ["999 000 0018"],
    }
)
class NHSNumberField(StrictCharField):
    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 20, **more})

    def to_internal_value(self, data: Any) -> str:
        return _cleaned(clean_nhs_number, super().to_internal_value(data))


@extend_schema_field(
    {
        "type": "string",
        "maxLength": 30,
        "description": "In any usual form; compared by its last ten digits, without 0 or 44 before them.",
        "examples": ["07700 900123"],
    }
)
class PhoneField(StrictCharField):
    """A phone number that somebody looks for; what is stored is free text."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 30, **more})

    def to_internal_value(self, data: Any) -> str:
        return _cleaned(clean_phone, super().to_internal_value(data))


@extend_schema_field({"type": "string", "maxLength": 12, "examples": ["M1 1AE"]})
class PostcodeField(StrictCharField):
    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 12, **more})

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        return _cleaned(clean_postcode, text) if text else ""


@extend_schema_field({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$", "examples": ["08:00:00"]})
class WallTimeField(serializers.TimeField):
    """The time on the wall where the team is. JSON Schema's own `time` would need an offset, which it has not."""


def _cleaned(clean: Any, text: str) -> str:
    try:
        return str(clean(text))
    except ValidationError as problem:
        raise serializers.ValidationError(problem.messages, code=problem.code) from None
