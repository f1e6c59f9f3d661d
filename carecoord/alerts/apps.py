from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "carecoord.alerts"
    label = "alerts"
