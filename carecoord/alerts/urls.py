from django.urls import path

from carecoord.alerts import views
from carecoord.alerts.sent import sent_urls

urlpatterns = [
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/poll/", views.alerts_poll, name="alerts_poll"),
    *sent_urls,
    path("alerts/<uuid:alert_id>/", views.alert_open, name="alert_open"),
    path("alerts/<uuid:alert_id>/acknowledge/", views.alert_acknowledge, name="alert_acknowledge"),
]
