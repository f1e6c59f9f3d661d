"""Two records of one person become one, and two again: what a merge does with each table (docs/decisions/0023)."""
