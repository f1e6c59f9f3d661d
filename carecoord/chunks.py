"""Bodies that come in chunks, without saying how long they are: Django reads only what has a length."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

# More than any address here takes: what is longer is refused for its length, unread.
MOST = 15_000_000

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def with_length(application: Application) -> Application:
    """Reads such a body, where the server says that its end can be found, and tells how long it was."""

    def measured(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if _is_without_length(environ):
            body = environ["wsgi.input"].read(MOST)
            environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(len(body)), BytesIO(body)
        return application(environ, start_response)

    return measured


def _is_without_length(environ: dict[str, Any]) -> bool:
    in_chunks = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    return in_chunks and not environ.get("CONTENT_LENGTH") and bool(environ.get("wsgi.input_terminated"))
