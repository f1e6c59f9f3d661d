from django.urls import URLPattern, path

from carecoord.record.views import (
    caseload,
    day,
    emergency,
    find,
    history,
    pages,
    register,
    resident,
    sorting,
    whole,
)

urlpatterns: list[URLPattern] = [
    path("", day.my_day, name="my_day"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy-notice/", pages.privacy_notice, name="privacy_notice"),
    path("residents/", find.find, name="find"),
    path("residents/typing/", find.find_typing, name="find_typing"),
    path("residents/new/", register.resident_new, name="resident_new"),
    path("residents/<uuid:resident_id>/", resident.resident_record, name="resident_record"),
    path("residents/<uuid:resident_id>/claim/", resident.claim, name="claim"),
    path("residents/<uuid:resident_id>/emergency/", emergency.break_glass, name="break_glass"),
    path("residents/<uuid:resident_id>/emergency/end/", emergency.end_emergency, name="end_emergency"),
    path("residents/<uuid:resident_id>/timeline/", history.resident_timeline, name="resident_timeline"),
    path("residents/<uuid:resident_id>/whole/", whole.whole_record, name="whole_record"),
    path("residents/<uuid:resident_id>/as-it-was/", whole.as_it_was, name="as_it_was"),
    path("residents/<uuid:resident_id>/access/", history.resident_access, name="resident_access"),
    path("residents/<uuid:resident_id>/caseload/", caseload.resident_caseload, name="resident_caseload"),
    path("teams/<uuid:team_id>/caseload/", caseload.caseload, name="caseload"),
    path("teams/<uuid:team_id>/caseload/move/", caseload.caseload_move, name="caseload_move"),
    path("to-sort/", sorting.to_sort, name="to_sort"),
    path("residents/<uuid:resident_id>/sort/", sorting.resident_sort, name="resident_sort"),
]
