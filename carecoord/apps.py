from django.apps import AppConfig


class CarecoordConfig(AppConfig):
    """The roof: once every app is there, it connects them."""

    name = "carecoord"
    label = "carecoord"

    def ready(self) -> None:
        from carecoord import wiring

        wiring.connect()
