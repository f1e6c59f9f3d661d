"""What is read for the pages of a whole record."""

from carecoord.record.reading.content import Content, record_as_it_was, record_now

__all__ = ["Content", "record_as_it_was", "record_now"]
