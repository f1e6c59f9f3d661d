from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "carecoord.ui"
    label = "ui"
    verbose_name = "Look and forms"
