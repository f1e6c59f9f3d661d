"""Model to words and rows. Other rooms use `open_action_items`, `action_clock` and `action_team`."""

from careplans.display.actions import action_clock, action_team, action_words, open_action_items
from careplans.display.people import author

__all__ = ["action_clock", "action_team", "action_words", "author", "open_action_items"]
