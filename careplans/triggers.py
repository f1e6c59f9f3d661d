"""What happens to a resident, or runs out in their plan, that brings its review forward, and to when, as data
(decisions 0052, 0053)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

DISCHARGE, FALL, RECORDED, CARER, MOVE = "discharge", "fall", "recorded", "carer", "move"
SECTION = "section"


@dataclass(frozen=True)
class Trigger:
    """`after` it has happened the plan is reviewed within so many days. `words` name it to everybody who reads the
    plan, so they never say what is sealed."""

    words: str
    after: timedelta


TRIGGERS: Final = {
    DISCHARGE: Trigger("Left hospital, a hospice or rehabilitation", timedelta(days=14)),
    FALL: Trigger("A fall was recorded", timedelta(days=14)),
    RECORDED: Trigger("Something was recorded", timedelta(days=14)),
    CARER: Trigger("A carer can no longer go on", timedelta(days=7)),
    MOVE: Trigger("Moved home, or changed practice", timedelta(days=28)),
    SECTION: Trigger("A section of the plan is to be looked at again", timedelta(days=14)),
}
CHOICES: Final = [(name, trigger.words) for name, trigger in TRIGGERS.items()]
