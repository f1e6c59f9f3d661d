"""Chance that can be had again: everything drawn comes from the seed, and each life draws from a stream of its own."""

from random import Random


def chance(seed: object, what: str) -> Random:
    return Random(f"{seed} {what}")  # noqa: S311  nobody has to be kept from guessing invented people
