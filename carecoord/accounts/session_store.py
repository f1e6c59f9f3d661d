"""Django's sessions in the database, loaded with one plain statement: every page begins with it."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connections, router
from django.utils import timezone

LOAD = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        """As Django's: None, and no key any more, where there is no such session or it has run out."""
        with connections[router.db_for_read(Session)].cursor() as cursor:
            cursor.execute(LOAD, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        data, until = row
        return Session(session_key=self.session_key or "", session_data=data, expire_date=until)
