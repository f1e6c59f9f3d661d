from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "carecoord.bench"
    label = "bench"
