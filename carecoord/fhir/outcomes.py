"""OperationOutcome: how FHIR says that something went wrong, or what became of what was sent."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

MEDIA_TYPE: Final = "application/fhir+json"
CODE_SYSTEM: Final = "urn:carecoord:problem"
# http://hl7.org/fhir/R4/valueset-issue-type.html
BY_STATUS: Final[Mapping[int, str]] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    411: "required",
    413: "too-long",
    415: "not-supported",
    422: "business-rule",
    429: "throttled",
    503: "transient",
}
BY_CODE: Final[Mapping[str, str]] = {
    "malformed": "structure",
    "not_an_object": "structure",
    "too_deep": "structure",
    "not_supported": "not-supported",
    "message_reused": "duplicate",
    "lost_race": "conflict",
    "already_offered": "duplicate",
}


def refusal(status: int, code: str, words: str) -> dict[str, Any]:
    """`code` is one of the API's codes of errors, `words` a sentence for people."""
    issue = {
        "severity": "error" if status < 500 else "fatal",
        "code": BY_CODE.get(code) or BY_STATUS.get(status, "exception"),
        "details": {"coding": [{"system": CODE_SYSTEM, "code": code}], "text": words},
        "diagnostics": words,
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def report(sentences: Iterable[str]) -> dict[str, Any]:
    """What was done, one issue for each sentence."""
    issues = [{"severity": "information", "code": "informational", "details": {"text": one}} for one in sentences]
    return {"resourceType": "OperationOutcome", "issue": issues}
