"""Addresses below /fhir/R4/."""

from django.urls import path, re_path

from neighbourhoods.api.fhir_endpoint import NoSuchFhirAddress
from referrals.api import messages

app_name = "fhir"
urlpatterns = [
    path("metadata", messages.Metadata.as_view(), name="metadata"),
    path("$process-message", messages.ProcessMessage.as_view(), name="process_message"),
    re_path(r"^", NoSuchFhirAddress.as_view(), name="no_such_address"),
]
