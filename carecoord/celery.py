"""The worker and beat: they log in as a role of their own, and act as a team or a person for everything but sweeps."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecoord.settings")
os.environ.setdefault("CARECOORD_LOGIN", "worker")

from celery import Celery

app = Celery("carecoord")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
