from django.apps import AppConfig


class ChaosConfig(AppConfig):
    name = "carecoord.chaos"
    label = "chaos"
