from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "carecoord.privacy"
    label = "privacy"
