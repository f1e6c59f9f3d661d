"""What beat asks for: what is due stands in the database, so that two beats or ten workers are harmless."""

from celery import shared_task

from carecoord.alerts import digests, escalation, noisy, services


@shared_task(name="alerts.fire_due_rungs")
def fire_due_rungs() -> int:
    return escalation.fire_due_rungs()


@shared_task(name="alerts.send_digests")
def send_digests() -> int:
    return digests.send_digests()


@shared_task(name="alerts.end_notices")
def end_notices() -> int:
    return services.end_notices()


@shared_task(name="alerts.tell_noisy_rules")
def tell_noisy_rules() -> int:
    return noisy.tell_noisy_rules()
