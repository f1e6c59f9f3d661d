"""The shape of what people enter on the pages made from every app."""

from carecoord.record.forms.caseload import CaseloadEndForm, CaseloadOpenForm, MoveForm
from carecoord.record.forms.claim import ClaimForm
from carecoord.record.forms.due import DueForm
from carecoord.record.forms.emergency import EmergencyForm
from carecoord.record.forms.find import FindForm
from carecoord.record.forms.register import BeforeRegisteringForm, RegisterForm
from carecoord.record.forms.sorting import SortResidentForm
from carecoord.record.forms.timeline import MomentForm, TimelineForm

__all__ = [
    "BeforeRegisteringForm",
    "CaseloadEndForm",
    "CaseloadOpenForm",
    "ClaimForm",
    "DueForm",
    "EmergencyForm",
    "FindForm",
    "MomentForm",
    "MoveForm",
    "RegisterForm",
    "SortResidentForm",
    "TimelineForm",
]
