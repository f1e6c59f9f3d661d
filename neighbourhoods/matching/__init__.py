"""Whether two descriptions mean the same person. Pure: no database, and the same answer for everybody who asks."""

from neighbourhoods.matching.describing import Description, Shared
from neighbourhoods.matching.scoring import Match, Part, Verdict, compare

__all__ = ["Description", "Match", "Part", "Shared", "Verdict", "compare"]
