from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "carecoord.api"
    label = "api"
