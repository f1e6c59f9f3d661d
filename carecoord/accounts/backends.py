"""Who is signed in. Asked on every request, so its statements are not composed each time."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from carecoord.accounts.models import User
from carecoord.prepared import prepared


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, which reads the person of a session with a statement that is kept."""

    def get_user(self, user_id: Any) -> User | None:
        found = next(iter(_users(UUID(str(user_id)))), None)
        return found if found and self.user_can_authenticate(found) else None


@prepared
def _users(user_id: UUID) -> QuerySet[User]:
    return User.objects.filter(id=user_id)
