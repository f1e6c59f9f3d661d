"""What a person can be told when a rule says no. Raised by services, caught at the edge, worded for the screen."""

from collections.abc import Iterable


class RuleError(Exception):
    """A rule of the product refuses this; `str(error)` is one sentence that says what to do next."""

    code = "refused"

    def __init__(self, sentence: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        if code:
            self.code = code


class IllegalMove(RuleError):
    """The state table has no such move from here, or not for this side. `allowed` names the verbs it does have."""

    code = "illegal_transition"

    def __init__(self, sentence: str, *, allowed: Iterable[str] = ()) -> None:
        super().__init__(sentence)
        self.allowed = tuple(allowed)


class StaleVersion(RuleError):
    """Somebody saved this while you were typing; nothing was changed and nothing typed is lost."""

    code = "stale"

    def __init__(self, sentence: str, *, current: object) -> None:
        super().__init__(sentence)
        self.current = current


class NotYours(RuleError):
    """The person acts for no team that may do this."""

    code = "not_yours"


class SentAlready(RuleError):
    """The same form made something before, with other words. Nothing was changed; `made` is None where out of sight."""

    code = "sent_already"

    def __init__(self, made: object) -> None:
        super().__init__("You sent this form already, and what it made says something else.")
        self.made = made
