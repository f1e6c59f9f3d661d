from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "carecoord.outbox"
    label = "outbox"
