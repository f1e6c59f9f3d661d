"""Signing in through somebody else's identity provider: only accounts that an administrator has linked."""
