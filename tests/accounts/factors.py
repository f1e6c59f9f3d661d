"""Codes as an authenticator app makes them (RFC 6238), without the code that checks them."""

import base64
import hashlib
import hmac
import time

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_now(secret=SECRET, *, steps_away=0):
    key = base64.b32decode(secret.replace(" ", ""))
    counter = int(time.time()) // 30 + steps_away
    digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"
