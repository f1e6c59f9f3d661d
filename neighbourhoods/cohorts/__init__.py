"""Groups of residents whose care runs by a clock (domain.md 4): when something is due, and the lists that follow it."""
