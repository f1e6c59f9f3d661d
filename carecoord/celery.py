"""The worker and beat: they log in as a role of their own, and act as a team or a person for everything but sweeps."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecoord.settings")
os.environ.setdefault("CARECOORD_LOGIN", "worker")

from celery.signals import worker_init

from carecoord.database_check import refuse_wrong_login
from carecoord.outbox.broker import app

__all__ = ["app"]


@worker_init.connect
def refuse_to_work_as_another(**_: object) -> None:
    refuse_wrong_login()
