"""Read by gunicorn itself, wherever it is started here: its own lines are written as all others are."""

import os

from carecoord.logs import configuration

_logging = configuration("json" if os.environ.get("LOG_FORMAT") == "json" else "line")
logconfig_dict = {
    **_logging,
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
