"""Bodies that come in chunks are read to their end, and no further than is taken."""

from io import BytesIO

import pytest

from carecoord import chunks

CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


def received(body, **environ):
    """What an application behind it is given: the length it is told, and the body."""
    got = []

    def application(environ, _start):
        length = environ.get("CONTENT_LENGTH")
        got.append((length, environ["wsgi.input"].read(int(length or 0))))
        return [b""]

    chunks.with_length(application)(environ | {"wsgi.input": body}, None)
    return got[0]


def test_a_chunked_body_is_read_and_has_a_length():
    assert received(BytesIO(b'{"a": 1}'), **CHUNKED) == ("8", b'{"a": 1}')


def test_a_chunked_body_is_read_no_further_than_what_is_refused(monkeypatch):
    monkeypatch.setattr(chunks, "MOST", 5)
    assert received(BytesIO(b"123456789"), **CHUNKED) == ("5", b"12345")


@pytest.mark.parametrize("environ", [{**CHUNKED, "wsgi.input_terminated": False}, {"wsgi.input_terminated": True}])
def test_where_no_end_can_be_found_nothing_is_read(environ):
    body = BytesIO(b"12345")
    assert received(body, **environ) == (None, b"")
    assert body.tell() == 0
