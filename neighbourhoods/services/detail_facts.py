"""What is typed of a further name, number, address, phone or email, and what is wrong with it (domain.md 2.2)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from carecoord.errors import RuleError
from neighbourhoods.details import FORMER_NHS_NUMBER, Kind
from neighbourhoods.keys import folded, identifier_key, phone_key
from neighbourhoods.values import clean_nhs_number, clean_phone, clean_postcode

LOCAL: Final = "local"
REGISTERED: Final = "registered"
USES: Final[Mapping[str, Mapping[str, str]]] = {
    Kind.NAME: {
        "usual": "Also known as",
        "nickname": "Nickname",
        "maiden": "Name at birth, or before marriage",
        "old": "Earlier name",
        "other_script": "The name in another script",
    },
    Kind.IDENTIFIER: {
        LOCAL: "Number of an organisation's own system",
        "social-care": "Council's social care number",
        "chi": "CHI number (Scotland)",
        "hcn": "Health and Care number (Northern Ireland)",
        FORMER_NHS_NUMBER: "NHS number that was theirs before",
    },
    Kind.ADDRESS: {
        "temporary": "Temporary address",
        "home": "Second home",
        "billing": "Address for letters or bills",
        "old": "Earlier address",
    },
    Kind.TELECOM: {
        "home": "Phone at home",
        "mobile": "Mobile",
        "work": "Phone at work",
        "temp": "Phone for a time",
        "email": "Email",
    },
    Kind.GP: {
        REGISTERED: "Their GP at the practice",
        "other": "Another GP whom they see",
    },
}
TEN_DIGITS, UPRN = re.compile(r"[0-9]{10}"), re.compile(r"[0-9]{1,12}")
MOST_LINES, LONGEST_LINE, LONGEST_NUMBER, LONGEST_ASSIGNER = 5, 100, 60, 50


@dataclass(frozen=True)
class DetailFacts:
    """`said` by kind: a name family, given, title; a number identifier, assigner; an address lines, postcode, uprn; a
    phone or email contact; a GP gp_name."""

    kind: str
    use: str
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """As it is stored (see ResidentDetail). `main_field` is where a refusal of the whole is shown."""

    use: str
    value: str
    data: Mapping[str, Any]
    main_field: str


def content_of(facts: DetailFacts) -> Content:
    """Raises RuleError or ValidationError with what will not do."""
    if facts.use not in USES.get(facts.kind, {}):
        raise RuleError("Choose which one it is.", field="use")
    return CONTENTS[facts.kind](facts)


def _name(facts: DetailFacts) -> Content:
    family, given, title = (_words(facts.said, part) for part in ("family", "given", "title"))
    if not (family or given):
        raise RuleError("Enter a family name, a given name, or both.", field="family")
    value = folded(f"{family}, {given}")[:255]
    return Content(facts.use, value, {"family": family, "given": given, "title": title}, "family")


def _identifier(facts: DetailFacts) -> Content:
    written, assigner = _words(facts.said, "identifier"), _words(facts.said, "assigner")
    if len(written) > LONGEST_NUMBER or not identifier_key(written):
        raise RuleError(f"Enter the number: letters and digits, {LONGEST_NUMBER} at most.", field="identifier")
    value, use = identifier_key(written).removeprefix("i:"), facts.use
    if use == FORMER_NHS_NUMBER:
        value = _at("identifier", clean_nhs_number, written)
    elif use in ("chi", "hcn") and not TEN_DIGITS.fullmatch(value):
        raise RuleError("This number has 10 digits: check it.", field="identifier")
    elif use == LOCAL:
        system = "".join(folded(assigner).split())[:LONGEST_ASSIGNER]
        if not system:
            raise RuleError("Say whose number it is.", field="assigner")
        use = f"{LOCAL}:{system}"
    return Content(use, value, {"written": written, "assigner": assigner}, "identifier")


def _address(facts: DetailFacts) -> Content:
    lines = [line.strip() for line in facts.said.get("lines", ()) if line.strip()]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise RuleError(f"Use up to {MOST_LINES} lines of up to {LONGEST_LINE} characters.", field="lines")
    typed, uprn = _words(facts.said, "postcode"), "".join(_words(facts.said, "uprn").split())
    postcode = _at("postcode", clean_postcode, typed) if typed else ""
    if not (lines or postcode):
        raise RuleError("Enter the address, or at least the postcode.", field="lines")
    if uprn and not UPRN.fullmatch(uprn):
        raise RuleError("A UPRN has 1 to 12 digits.", field="uprn")
    return Content(facts.use, postcode, {"lines": lines, "uprn": uprn}, "lines")


def _telecom(facts: DetailFacts) -> Content:
    written = _words(facts.said, "contact")
    if facts.use == "email":
        if len(written) > 254:
            raise RuleError("Enter an email address of at most 254 characters.", field="contact")
        _at("contact", validate_email, written, told="Enter an email address such as name@example.org")
        return Content(facts.use, written.casefold()[:255], {"written": written, "system": "email"}, "contact")
    if len(written) > 30:
        raise RuleError("Enter a phone number of at most 30 characters.", field="contact")
    value = phone_key(_at("contact", clean_phone, written)).removeprefix("t:")
    return Content(facts.use, value, {"written": written, "system": "phone"}, "contact")


def _gp(facts: DetailFacts) -> Content:
    written = _words(facts.said, "gp_name")
    if not written or len(written) > LONGEST_LINE:
        raise RuleError(f"Enter the name of the GP, of at most {LONGEST_LINE} characters.", field="gp_name")
    return Content(facts.use, folded(written)[:255], {"written": written}, "gp_name")


CONTENTS: Final[Mapping[str, Callable[[DetailFacts], Content]]] = {
    Kind.NAME: _name,
    Kind.IDENTIFIER: _identifier,
    Kind.ADDRESS: _address,
    Kind.TELECOM: _telecom,
    Kind.GP: _gp,
}


def _words(said: Mapping[str, Any], part: str) -> str:
    return str(said.get(part) or "").strip()


def _at(name: str, clean: Callable[[str], Any], typed: str, told: str = "") -> Any:
    """What reads the field raises a sentence of its own; here it also says which field."""
    try:
        return clean(typed)
    except ValidationError as problem:
        raise RuleError(told or " ".join(problem.messages), field=name) from problem
