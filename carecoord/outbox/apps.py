from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "carecoord.outbox"
    label = "outbox"

    def ready(self) -> None:
        from carecoord.outbox import broker  # noqa: F401  tasks of every process belong to this application
