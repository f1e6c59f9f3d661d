"""The product's web process with the floors beside it: same server, same process, same PostgreSQL."""

from collections.abc import Callable, Iterable
from typing import Any

from carecoord.wsgi import application as product  # first: it sets up Django

from django.db import connections  # isort: skip

from carecoord.bench.counting import counting  # isort: skip
from carecoord.bench.floors import FLOORS  # isort: skip

# As a busy process keeps it: sizes take turns, so each would otherwise connect and prepare anew nearly every time.
connections.databases["default"]["CONN_MAX_AGE"] = None
Start = Callable[..., Any]
COUNTED = "HTTP_X_COUNT_STATEMENTS"


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    floor = FLOORS.get(environ["PATH_INFO"])
    if floor:
        return floor(environ, start_response)
    if COUNTED in environ:
        return _counted(environ, start_response)
    return product(environ, start_response)


def _counted(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Says in a header how many statements the answer took, as budgets count them."""
    with counting() as ran:

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, ("X-Statements", str(len(ran)))], *rest)

        return product(environ, start)
