"""What beat starts."""

from allauth.idp.oidc.models import Token
from celery import shared_task

from carecoord.api import idempotency


@shared_task(name="api.forget_old_answers", ignore_result=True)
def forget_old_answers() -> None:
    """Answers older than a day, and tokens that have run out."""
    idempotency.forget_old_answers()
    Token.objects.expired().delete()
