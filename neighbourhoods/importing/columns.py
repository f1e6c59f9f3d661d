"""What a column of a list may be, and what its heading says that it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from neighbourhoods.keys import folded

NOT_IMPORTED: Final = ""


@dataclass(frozen=True)
class Meaning:
    """`headings` are in small letters without anything between; `is_several` where more than one column may be it."""

    label: str
    headings: frozenset[str]
    is_several: bool = False


def _meaning(label: str, headings: str, *, is_several: bool = False) -> Meaning:
    return Meaning(label, frozenset(headings.split()), is_several)


MEANINGS: Final[Mapping[str, Meaning]] = {
    "nhs_number": _meaning("NHS number", "nhsnumber nhsno nhs nhsnum nhsnr nhsid nhsnumb patientnhsnumber"),
    "title": _meaning("Title", "title prefix salutation"),
    "given_name": _meaning(
        "Given name", "givenname firstname forename forenames given first givennames firstnames christianname fname"
    ),
    "middle_names": _meaning("Middle names", "middlename middlenames middle secondname othernames middleinitial"),
    "family_name": _meaning("Family name", "familyname surname lastname family last sname lname"),
    "full_name": _meaning(
        "Whole name", "name fullname patientname patient client clientname person residentname resident displayname"
    ),
    "preferred_name": _meaning("Preferred name", "preferredname knownas preferred nickname likestobecalled calledname"),
    "birth_date": _meaning(
        "Date of birth", "dateofbirth dob birthdate birth born birthday datebirth dobddmmyyyy dateofbirthddmmyyyy d.o.b"
    ),
    "gender": _meaning("Gender", "gender sex genderidentity administrativegender"),
    "address": _meaning(
        "Address",
        "address address1 address2 address3 address4 address5 addressline1 addressline2 addressline3 addressline4 "
        "addressline5 addr1 addr2 addr3 addr4 street town city county house housename housenumber housenameornumber "
        "homeaddress line1 line2 line3 line4 locality district village road addressline addresslines",
        is_several=True,
    ),
    "postcode": _meaning("Postcode", "postcode postalcode pcode zip zipcode postcod homepostcode"),
    "phone": _meaning(
        "Phone",
        "phone telephone tel phonenumber telephonenumber mobile mobilenumber mobilephone contactnumber telno phoneno "
        "homephone hometelephone landline contactno mobileno cell",
        is_several=True,
    ),
    "email": _meaning("Email", "email emailaddress mail eaddress emailadress"),
    "gp_practice": _meaning(
        "GP practice",
        "gppractice practice surgery gp gpsurgery practicecode gppracticecode odscode gpcode gpodscode gppracticeods "
        "registeredpractice practicename registeredgp gppracticename",
    ),
    "local_id": _meaning(
        "Number in your own system",
        "localid id localnumber systemid patientid clientid hospitalnumber mrn casenumber ref reference "
        "localidentifier recordnumber patientnumber clientnumber caseid personid uniqueid externalid",
    ),
    "language": _meaning(
        "Language", "language preferredlanguage firstlanguage mainlanguage spokenlanguage languagespoken"
    ),
    "interpreter_required": _meaning(
        "Interpreter needed", "interpreter interpreterrequired interpreterneeded needsinterpreter needsaninterpreter"
    ),
    "ethnic_category": _meaning("Ethnic category", "ethniccategory ethnicity ethnicgroup ethnicorigin ethniccode"),
    "died_on": _meaning("Date of death", "dateofdeath dod deathdate died diedon deceaseddate"),
}
"""In the order in which they are offered."""
NAMED_BY: Final = frozenset({"given_name", "family_name", "full_name"})
NUMBERED = re.compile(r"[^a-z0-9]+")


def guess(headings: Sequence[str]) -> list[str]:
    """What each column is, empty where its heading says nothing that is known, or what another column is already."""
    found: list[str] = []
    for heading in headings:
        meaning = _of(heading)
        is_taken = meaning in found and meaning != NOT_IMPORTED and not MEANINGS[meaning].is_several
        found.append(NOT_IMPORTED if is_taken else meaning)
    return found


def _of(heading: str) -> str:
    # What stands in brackets explains: Date of birth (dd/mm/yyyy).
    for words in (heading, heading.partition("(")[0]):
        plain = NUMBERED.sub("", folded(words))
        named = (key for key, meaning in MEANINGS.items() if plain and plain in meaning.headings)
        if key := next(named, NOT_IMPORTED):
            return key
    return NOT_IMPORTED


def fault_of(columns: Sequence[str]) -> str:
    """Why people cannot be read by these columns; empty where they can."""
    chosen = [one for one in columns if one]
    twice = next((one for one in chosen if chosen.count(one) > 1 and not MEANINGS[one].is_several), "")
    if twice:
        return f"Two columns are {MEANINGS[twice].label}. Choose one of them"
    if not NAMED_BY & set(chosen):
        return "Say in which columns the names are"
    if not {"birth_date", "nhs_number"} & set(chosen):
        return "Say which column is the date of birth or the NHS number. By a name alone nobody can be told from others"
    return ""
