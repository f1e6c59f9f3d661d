"""The web process: logs in as the role that owns nothing."""

import gc
import os

from carecoord.measures import folder_of_measures

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecoord.settings")
os.environ.setdefault("CARECOORD_LOGIN", "web")
# Before any measure is made.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder_of_measures()

from django.core.wsgi import get_wsgi_application

from carecoord.chunks import with_length
from carecoord.database_check import refuse_wrong_login

application = with_length(get_wsgi_application())
refuse_wrong_login()
# What is there by now stays: it is looked through for garbage no more, nor copied for each process that is forked. A
# page makes some thousand objects and lets them go again, so most of what was looked through was still in use.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
