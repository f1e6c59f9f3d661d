from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "carecoord.record"
    label = "record"

    def ready(self) -> None:
        from carecoord import wiring

        wiring.connect()
