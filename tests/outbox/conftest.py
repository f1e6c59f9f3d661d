"""The outbox of a test begins empty: the world's own news is somebody else's business."""

import pytest

from carecoord.outbox.models import OutboxMessage


@pytest.fixture(autouse=True)
def empty_outbox(db):
    OutboxMessage.objects.all().delete()
