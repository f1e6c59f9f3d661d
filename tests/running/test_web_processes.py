"""The web server as the image starts it, with several processes: their measures add up, and what never changes is sent
small and once.
"""

import gzip
import json
import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from posixpath import join, normpath
from urllib.parse import urlsplit

import pytest

from carecoord.alerts.models import Alert
from carecoord.outbox.models import OutboxMessage
from tests.referrals.handovers import ken_on_the_ward, offered
from tests.running.fixtures import Site
from tests.running.system import ROOT, eventually

pytestmark = pytest.mark.running

COUNTED = 'carecoord_request_seconds_count{method="GET",route="accounts/login/",status="200"}'
NAMED_IN_TEMPLATES = re.compile(r"""\{% static ["']([^"']+)["']|static\(["']([^"']+)["']\)""")
NAMED_IN_A_PAGE = re.compile(r"""["'](/static/[^"'#?]+\.(?:css|js|woff2?))""")
NAMED_IN_STYLES = re.compile(r"""url\(["']?([^)"'#?]+\.(?:css|js|woff2?))""")
HASHED = re.compile(r"\.[0-9a-f]{12}\.(css|js|woff2?)$")


@pytest.fixture(scope="module")
def measures(tmp_path_factory):
    return tmp_path_factory.mktemp("measures")


@pytest.fixture(scope="module")
def two_processes(system, running_world, collected_static, measures):
    """A web server with the options of the image, two processes among them, over a place in which no worker runs."""
    command = json.loads(re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1])
    options = [option for option in command if option.startswith("--") and not option.startswith("--bind")]
    assert "--workers=2" in options
    system.static_root = collected_static
    system.more["TMPDIR"] = str(measures)
    system.start_web(*options)
    return Site(system.base_url, running_world, system)


def asked(site, path, **headers):
    """The answer on a connection of its own, so that any of the processes may take it."""
    connection = HTTPConnection("127.0.0.1", site.system.web_port, timeout=20)
    connection.request("GET", path, headers={"Connection": "close", **headers})
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def measured(site):
    status, _, body = asked(site, "/metrics", Authorization="Bearer token-of-the-tests")
    assert status == 200
    lines = [line.rsplit(" ", 1) for line in body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


@pytest.mark.thorough
def test_requests_of_every_process_are_counted_together_whoever_is_asked(two_processes, measures):
    def sign_in_pages(number):
        with ThreadPoolExecutor(8) as many:
            assert {
                status for status, *_ in many.map(lambda _: asked(two_processes, "/accounts/login/"), range(number))
            } == {200}
        return number

    def counting():
        """Process ids of those that have counted a request."""
        return {path.stem.rpartition("_")[2] for path in measures.glob("*/histogram_*.db")} - {str(server.process.pid)}

    server = two_processes.system.running("web")
    sent = sign_in_pages(40)
    while len(counting()) < 2:
        sent += sign_in_pages(8)
        assert sent < 400, "one process took every request"
    assert {measured(two_processes).get(COUNTED) for _ in range(12)} == {sent}


def test_a_monitor_sees_how_old_the_oldest_task_and_message_are_and_which_alerts_wait(two_processes):
    offered(two_processes.world, ken_on_the_ward(two_processes.world))
    waiting = OutboxMessage.objects.waiting().count()
    assert waiting
    first = measured(two_processes)
    assert first["carecoord_outbox_messages"] == waiting
    assert first["carecoord_queue_tasks"] >= 1
    assert first["carecoord_alerts_waiting"] == Alert.objects.filter(state="waiting").count()
    assert {"carecoord_alerts_oldest_seconds", "carecoord_outbox_failed_messages"} <= set(first)

    def have_grown_older():
        later = measured(two_processes)
        ages = ("carecoord_outbox_oldest_seconds", "carecoord_queue_oldest_seconds")
        return all(later[age] > max(first[age], 0.5) for age in ages)

    eventually(have_grown_older, what="the ages")


def named_files(site):
    """Addresses of the scripts, styles and fonts that templates, pages and styles name, as a browser asks for them."""
    manifest = (site.system.static_root / "staticfiles.json").read_text()
    hashed = dict(re.findall(r'"([^"]+)": "([^"]+)"', manifest))
    texts = [path.read_text() for folder in ("templates", "carecoord") for path in (ROOT / folder).rglob("*.html")]
    names = {first or second for text in texts for first, second in NAMED_IN_TEMPLATES.findall(text)}
    found = {f"/static/{hashed[name]}" for name in names if name.endswith((".css", ".js"))}
    cookie = {"Cookie": f"sessionid={site.session_of('nurse')}"}
    for path in ("/accounts/login/", "/", "/residents/new/"):
        found |= set(NAMED_IN_A_PAGE.findall(asked(site, path, **cookie)[2].decode()))
    for style in [path for path in found if path.endswith(".css")]:
        for name in NAMED_IN_STYLES.findall(asked(site, style)[2].decode()):
            found.add(name if name.startswith("/") else normpath(join(style, "..", urlsplit(name).path)))
    return sorted(found)


def test_every_script_style_and_font_has_a_hashed_name_is_kept_for_ever_and_sent_compressed(two_processes):
    files = named_files(two_processes)
    assert len([path for path in files if path.endswith(".js")]) >= 3
    assert len([path for path in files if path.endswith(".css")]) >= 2
    for path in files:
        status, headers, whole = asked(two_processes, path)
        assert (status, headers.get("Content-Encoding")) == (200, None), path
        assert HASHED.search(path), path
        assert "immutable" in headers["Cache-Control"], path
        assert int(re.search(r"max-age=(\d+)", headers["Cache-Control"])[1]) >= 31_536_000, path
        _, headers, small = asked(two_processes, path, **{"Accept-Encoding": "gzip, br"})
        if path.endswith((".woff", ".woff2")):  # compressed in themselves
            continue
        assert headers["Content-Encoding"] == "gzip", path
        assert "Accept-Encoding" in headers["Vary"], path
        assert "immutable" in headers["Cache-Control"], path
        assert gzip.decompress(small) == whole, path
        assert len(small) < len(whole), path
