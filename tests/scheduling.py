"""Which tests stay together on one worker of a parallel run: those of a module, as `--dist loadscope` has it."""

from xdist.scheduler import LoadScopeScheduling

# Walks of minutes that share nothing with each other: each goes to whichever worker is free.
WALKS = (
    "tests/hostile/test_bad_json.py",
    "tests/hostile/test_naughty_text_in_the_api.py",
    "tests/hostile/test_naughty_text_on_pages.py",
    "tests/hostile/test_nhs_numbers_everywhere.py",
    "tests/hostile/test_what_the_document_allows.py",
)


class Scheduling(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(WALKS) else super()._split_scope(nodeid)


def turn(item) -> int:
    """What waits for browsers and servers begins first, then long walks, so that short tests fill the time around."""
    if any(item.get_closest_marker(mark) for mark in ("running", "browser")):
        return 0
    return 1 if item.nodeid.startswith(WALKS) else 2
