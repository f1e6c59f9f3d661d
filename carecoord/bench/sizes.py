"""How large each part of the measuring place is, for a number of residents."""

from dataclasses import dataclass

# Test-range NHS numbers (999 000 0000 to 999 999 9999) are enough for this many, 12 % being without one.
MOST = 1_000_000
MOST_HISTORY = 100_000_000
TEAM_OF = 5_000
LONG_INBOX = 3_000
HISTORY_OF = 10
"""Rows of the audit about each resident, where nobody says how many there shall be in all."""
WAITING_ALERTS, OFFERED_HANDOVERS = 60, 40


@dataclass(frozen=True)
class Size:
    """`residents` are all there shall be; those up to `already` were loaded before. `history` are rows of the audit."""

    residents: int
    already: int = 0
    history: int | None = None

    @property
    def history_of_each(self) -> int:
        """At least that they were registered."""
        return HISTORY_OF if self.history is None else max(1, self.history // self.residents)

    @property
    def practices(self) -> int:
        """One to 2,500 residents, as in life, but enough for lists to have others between them."""
        return max(4, min(400, self.residents // 2_500))

    @property
    def care_teams(self) -> int:
        return max(2, self.practices // 8)

    @property
    def every(self) -> int:
        """Every so many residents, one is of the measured team: 5,000 of them, or half of a small place."""
        return max(2, self.residents // TEAM_OF)

    @property
    def inbox_every(self) -> int:
        """Every so many residents, one is referred to the measured team."""
        return max(2, self.residents // LONG_INBOX)
