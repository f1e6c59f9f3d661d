from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "carecoord.record"
    label = "record"
