"""What beat asks for. Two beats, or ten workers, make one chain."""

from celery import shared_task

from carecoord.audit import heads, sealing


@shared_task(name="audit.seal")
def seal() -> int:
    """Seal what was written; returns how many entries were sealed."""
    return sealing.seal()


@shared_task(name="audit.export_head")
def export_head() -> None:
    heads.export_head()
