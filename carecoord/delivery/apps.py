from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "carecoord.delivery"
    label = "delivery"
