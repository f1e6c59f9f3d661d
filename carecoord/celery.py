"""The worker and beat: they log in as a role of their own, and act as a team or a person for everything but sweeps."""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecoord.settings")
os.environ.setdefault("CARECOORD_LOGIN", "worker")

from celery.signals import after_task_publish, beat_init, task_postrun, task_prerun, worker_init
from django.db import close_old_connections

from carecoord.database_check import refuse_wrong_login
from carecoord.logs import speaking_for
from carecoord.outbox.broker import app

__all__ = ["app"]


@worker_init.connect
def refuse_to_work_as_another(**_: object) -> None:
    refuse_wrong_login()


@beat_init.connect
def leave_a_mark_of_each_task_sent(sender: Any, **_: object) -> None:
    """Beside the schedule: a health check sees by its age whether beat still sends (docker-compose.yml)."""
    mark = Path(f"{sender.schedule_filename}.sent")
    after_task_publish.connect(lambda **_: mark.touch(), weak=False)


@task_prerun.connect
def part_with_dead_connections(task: Any, **_: object) -> None:
    """As Django does before each request; a task that was called rather than sent is its caller's."""
    if not task.request.is_eager:
        close_old_connections()


@task_prerun.connect
def name_the_task_in_the_log(task_id: str = "", **_: object) -> None:
    speaking_for.set({"task_id": task_id})


@task_postrun.connect
def name_it_no_longer(**_: object) -> None:
    speaking_for.set({})
