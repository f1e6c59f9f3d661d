#!/usr/bin/env python
"""Django's command line, as the owner of the tables: migrations, imports, administration from the shell."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecoord.settings")
    os.environ.setdefault("CARECOORD_LOGIN", "owner")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
