"""Discharge to assess: the four ways home from hospital."""

from typing import Final

PATHWAYS: Final = {
    "0": "Pathway 0: home without new support",
    "1": "Pathway 1: home with new support",
    "2": "Pathway 2: to a bed in the community, to recover",
    "3": "Pathway 3: to a care home, with needs that stay",
}


def pathway_words(pathway: int) -> str:
    """`home with new support (pathway 1)`."""
    return f"{PATHWAYS[str(pathway)].split(': ', 1)[1]} (pathway {pathway})"
