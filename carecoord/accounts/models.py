"""People who sign in, and the service accounts that act in their own name."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from carecoord import clock
from carecoord.ids import new_id


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account with a lower-case address. Without a password nobody can sign in with it."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One person, one account (IG-01). What they may do comes from the membership they act as, never from here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=150)
    phone = models.CharField(max_length=30, blank=True)
    is_active = models.BooleanField(default=True)
    is_service = models.BooleanField(default=False, help_text="Acts by itself, for example an import; never signs in.")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    sign_in_round = models.PositiveIntegerField(
        default=0, help_text="A sign-in lasts for its round: adding one ends every sign-in of this person at once."
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="one_account_per_address", violation_error_message="This address has an account."
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What a sign-in is bound to, besides the password: Django ends a session that no longer carries it."""
        return f"{super().get_session_auth_hash()}:{self.sign_in_round}"

    # Django's own checks ask for these; no right in this product comes from them.
    @property
    def is_staff(self) -> bool:
        return False

    @property
    def is_superuser(self) -> bool:
        return False


class LinkedSignIn(models.Model):
    """Whom an identity provider means by a subject, as an administrator has said. Rows are ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="linked_sign_ins")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                condition=models.Q(ended_at=None),
                name="one_account_per_subject",
                violation_error_message="This subject is linked to an account.",
            ),
            models.UniqueConstraint(
                fields=["user", "issuer"],
                condition=models.Q(ended_at=None),
                name="one_subject_per_account",
                violation_error_message="This account is linked already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"
