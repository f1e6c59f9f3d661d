"""A second instance that is the identity provider of the first: another host, another database, another key.

It is `localhost` and the site is `127.0.0.1`, because cookies tell hosts apart and not ports.
"""

import os
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

from carecoord.local.processes import Program, start
from tests.running.system import DATABASES, ROOT, copied_test_database, eventually, free_port, listens
from tests.world import PASSWORD

SECRET = "word-between-the-two-instances"


@contextmanager
def identity_provider(system):
    """Runs until the block ends; `system` is told of it by its settings before its web server starts."""
    port = free_port()
    system.more |= {
        "OIDC_NAME": "Test Identity",
        "OIDC_ISSUER": f"http://localhost:{port}",
        "OIDC_CLIENT_ID": "the-site",
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_SECOND_FACTOR": "amr=mfa",
    }
    with copied_test_database() as database:
        environment = _environment(system, port, database)
        callback = f"{system.base_url}/accounts/provider/callback/"
        people = [sys.executable, "-m", "tests.running.provider_people", "the-site", SECRET, callback, PASSWORD]
        subprocess.run(people, cwd=ROOT, env=environment, check=True, capture_output=True)
        command = [sys.executable, "-m", "gunicorn", "tests.running.provider_wsgi", f"--bind=127.0.0.1:{port}"]
        command += ["--worker-class=gthread", "--threads=4", "--no-control-socket"]
        child = start(Program("provider", command, system.folder / "provider.log", environment, ROOT))
        try:
            eventually(lambda: listens(port), what="the identity provider")
            yield f"http://localhost:{port}"
        finally:
            system.kill(child)


def _environment(system, port, database):
    own = {name: urlsplit(os.environ[name])._replace(path=f"/{database}").geturl() for name in DATABASES}
    theirs = dict.fromkeys(system.more, "")
    return {
        **system.environment("owner"),
        **theirs,
        **own,
        "DJANGO_SETTINGS_MODULE": "tests.running.provider_settings",
        "BASE_URL": f"http://localhost:{port}",
        "ASKED_BY": system.base_url,
        "DEMO": "1",
    }
