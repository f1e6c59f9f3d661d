"""Serves the second instance, as the owner: its own database is nobody else's."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
