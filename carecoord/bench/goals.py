"""What a measured figure is called beside its two goals."""


def verdict(measured: float, must: float, aim: float) -> str:
    """All are the better the lower they are; for shares, give all three negative."""
    if measured > must:
        return "misses"
    return "aim" if measured <= aim else "must"
