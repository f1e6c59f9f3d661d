"""Pages of handovers."""

from django.urls import URLPattern, path

from referrals.views import handover_answers, handover_lists, handover_writing, handovers, leaving

handover_urls: list[URLPattern] = [
    path("residents/<uuid:resident_id>/handovers/", handovers.resident_handovers, name="resident_handovers"),
    path("residents/<uuid:resident_id>/hand-over/", handover_writing.hand_over, name="hand_over"),
    path("handovers/", handovers.handover_list, name="handover_list"),
    path("teams/<uuid:team_id>/people/<uuid:membership_id>/", leaving.hand_on, name="hand_on"),
    path("teams/<uuid:team_id>/hand-over/", handover_lists.hand_over_list, name="hand_over_list"),
    path("handovers/batches/<uuid:batch_id>/", handover_lists.handover_batch, name="handover_batch"),
    path("handovers/concerns/", handovers.handover_concerns, name="handover_concerns"),
    path("handovers/<uuid:handover_id>/", handovers.handover, name="handover"),
    path("handovers/<uuid:handover_id>/edit/", handover_writing.handover_edit, name="handover_edit"),
    path("handovers/<uuid:handover_id>/named/", handover_writing.handover_named, name="handover_named"),
    path("handovers/<uuid:handover_id>/offer/", handover_writing.handover_offer, name="handover_offer"),
    path("handovers/<uuid:handover_id>/accept/", handover_answers.handover_accept, name="handover_accept"),
    path("handovers/<uuid:handover_id>/close/", handover_answers.handover_close, name="handover_close"),
    path("handovers/<uuid:handover_id>/need/", handover_answers.handover_need, name="handover_need"),
    path("handovers/<uuid:handover_id>/<slug:verb>/", handover_answers.handover_reason, name="handover_reason"),
]
