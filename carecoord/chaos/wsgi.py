"""The product's web process with the clock of the run."""

from carecoord.wsgi import application  # first: it sets up Django

from carecoord.chaos.wrong_clock import follow_the_run  # isort: skip

__all__ = ["application"]

follow_the_run()
