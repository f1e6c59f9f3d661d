"""What a reader of one kind of file raises: the file is not what it seems to be, or holds what it must not."""


class Unfit(Exception):
    """`str(error)` goes on after "This file": `is cut short`."""
