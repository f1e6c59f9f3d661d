"""CareCoord as somebody else's identity provider: a second instance, for the tests of signing in through one."""

import os

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from carecoord.settings import *  # noqa: F403
from carecoord.settings import CONTENT_SECURITY_POLICY, INSTALLED_APPS

ROOT_URLCONF = "tests.running.provider_urls"
INSTALLED_APPS = [*dict.fromkeys([*INSTALLED_APPS, "allauth.idp.oidc"])]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
IDP_OIDC_ADAPTER = "tests.running.provider_claims.ProviderClaims"
IDP_OIDC_PRIVATE_KEY = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048)
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
)
# Its sign-in form ends at the site that asked.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(os.environ["ASKED_BY"])
