"""An identity provider's side of the protocol, without a server: its key, its documents, its ID tokens."""

import time

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://login.example.org/realm"
CLIENT = "the-site"
OURS, ANOTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
CONFIGURATION = {
    "issuer": ISSUER,
    "authorization_endpoint": "https://login.example.org/authorize",
    "token_endpoint": "https://login.example.org/token",
    "jwks_uri": "https://login.example.org/keys",
}


def keys(*of):
    published = [jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) for key in of or (OURS,)]
    return {"keys": [key | {"kid": f"key-{number}", "alg": "RS256"} for number, key in enumerate(published)]}


def claims(**more):
    now = int(time.time())
    said = {"iss": ISSUER, "sub": "U-7", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": "once"} | more
    return {name: value for name, value in said.items() if value is not None}


def token(*, key=OURS, algorithm="RS256", kid="key-0", **more):
    return jwt.encode(claims(**more), key, algorithm=algorithm, headers={"kid": kid})
