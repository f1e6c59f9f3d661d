"""Run once before the second instance starts: a client, and people who have a password there."""

import sys

import django


def main(client_id, secret, callback, password):
    django.setup()
    from allauth.idp.oidc.models import Client
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password

    Client.objects.create(
        id=client_id, name="CareCoord", secret=make_password(secret), redirect_uris=callback, skip_consent=True
    )
    get_user_model().objects.update(password=make_password(password))


if __name__ == "__main__":
    main(*sys.argv[1:])
