"""What the benchmark's own worker has beside the product's tasks: bare ones, and a word when an alert is there."""

from carecoord import outbox
from carecoord.bench import bare
from carecoord.bench.telling import say_when_raised

__all__ = ["bare"]

outbox.subscribe("referral.sent", say_when_raised)
