from django.urls import path

from carecoord.alerts import views, views_hours, views_measures, views_rules, views_webhooks
from carecoord.alerts.sent import sent_urls

urlpatterns = [
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/poll/", views.alerts_poll, name="alerts_poll"),
    *sent_urls,
    path("alerts/hours/", views_hours.message_hours, name="message_hours"),
    path("alerts/<uuid:alert_id>/", views.alert_open, name="alert_open"),
    path("alerts/<uuid:alert_id>/acknowledge/", views.alert_acknowledge, name="alert_acknowledge"),
    path("admin/alerts/", views_rules.admin_alert_rules, name="admin_alert_rules"),
    path("admin/organisations/<uuid:organisation_id>/webhook/", views_webhooks.admin_webhook, name="admin_webhook"),
    path("admin/alerts/measures/", views_measures.admin_alert_measures, name="admin_alert_measures"),
    path("teams/<uuid:team_id>/alerts/", views_measures.team_alert_measures, name="team_alert_measures"),
    path("admin/alerts/<str:rule>/", views_rules.admin_alert_rule, name="admin_alert_rule"),
]
