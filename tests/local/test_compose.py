"""docker-compose.yml, read by Compose itself: no daemon is needed for that."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = shutil.which("docker-compose", path=str(Path(sys.executable).parent))
SETTINGS = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "carecoord" / "settings.py").read_text()))
SECRETS = {
    "SECRET_KEY",
    "POSTGRES_PASSWORD",
    "APP_OWNER_PASSWORD",
    "APP_RT_PASSWORD",
    "APP_WORKER_PASSWORD",
    "VALKEY_PASSWORD",
    "AUDIT_KEY",
}
GIVEN = {name: f"the-{name.lower()}" for name in SECRETS} | {
    "BASE_URL": "https://care.example.org",
    "ALLOWED_HOSTS": "care.example.org",
}
OURS = ("migrate", "web", "worker", "beat")


def compose(tmp_path, variables, *arguments):
    """Read elsewhere, so that a .env of this checkout has no say."""
    command = [
        COMPOSE,
        "--project-directory",
        str(ROOT),
        "--env-file",
        "/dev/null",
        "-f",
        str(ROOT / "docker-compose.yml"),
    ]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **variables}
    return subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    read = compose(tmp_path_factory.mktemp("home"), GIVEN, "config", "--format", "json")
    assert read.returncode == 0, read.stderr
    return json.loads(read.stdout)["services"]


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_without_a_secret_or_an_address_compose_refuses_and_names_it(tmp_path, missing):
    refused = compose(tmp_path, {name: value for name, value in GIVEN.items() if name != missing}, "config", "--quiet")
    assert refused.returncode != 0
    assert missing in refused.stderr


def test_no_secret_has_a_default_and_the_example_gives_none_away(tmp_path):
    read = (ROOT / "docker-compose.yml").read_text()
    secret = re.compile("SECRET|PASSWORD|TOKEN|KEY")
    defaults = dict(re.findall(r"\$\{([A-Z_]+):?[-=+]([^}]*)\}", read))
    assert {name: value for name, value in defaults.items() if secret.search(name) and value} == {}
    example = (ROOT / ".env.example").read_text()
    lines = dict(re.findall(r"^([A-Z_]+)=(\S*)", example, re.MULTILINE))
    assert set(lines) >= SECRETS
    assert {name: value for name, value in lines.items() if secret.search(name) and value} == {}
    copied = compose(tmp_path, dict(re.findall(r"^([A-Z_]+)=(\S*)", example, re.MULTILINE)), "config", "--quiet")
    assert copied.returncode != 0
    assert any(name in copied.stderr for name in SECRETS)


def test_the_image_runs_as_nobody_who_may_do_anything():
    last = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)$", last, re.MULTILINE) == ["10001"]
    assert "USER" not in last.partition("CMD [")[2]
    assert not re.search(r"^(ENV|ARG) .*(SECRET|PASSWORD|TOKEN)", last, re.MULTILINE)


def test_a_wrong_key_is_refused_so_the_reading_can_fail(tmp_path):
    wrong = tmp_path / "wrong.yml"
    wrong.write_text("services: {web: {image: a, imagine: b}}")
    assert subprocess.run([COMPOSE, "-f", wrong, "config"], capture_output=True, check=False).returncode != 0


def test_every_variable_that_our_programs_are_given_is_a_setting(services):
    given = {name for service in OURS for name in services[service]["environment"]}
    assert given - SETTINGS - {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL"} == set()


def test_each_program_is_given_its_own_login_and_no_other(services):
    logins = {
        service: [
            name for name in services[service]["environment"] if name.startswith("DATABASE") and name.endswith("_URL")
        ]
        for service in OURS
    }
    assert logins == {
        "migrate": ["DATABASE_OWNER_URL"],
        "web": ["DATABASE_URL"],
        "worker": ["DATABASE_WORKER_URL"],
        "beat": ["DATABASE_WORKER_URL"],
    }


def test_our_programs_are_one_image_without_rights_or_a_file_system_to_write_on(services):
    assert {services[service]["image"] for service in OURS} == {"carecoord"}
    for service in OURS:
        assert services[service]["read_only"] is True
        assert services[service]["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in services[service]["security_opt"]


def test_what_answers_is_asked_whether_it_is_well(services):
    for service in ("postgres", "valkey", "worker", "beat"):
        assert services[service]["healthcheck"]["test"]
        assert not services[service]["healthcheck"].get("disable")
    # The web is asked as its image says.
    assert "healthcheck" not in services["web"]
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_beat_is_asked_for_the_mark_that_stands_beside_its_schedule(services):
    schedule = next(one.partition("=")[2] for one in services["beat"]["command"] if one.startswith("--schedule="))
    assert f"find {schedule}.sent " in services["beat"]["healthcheck"]["test"][1]
    assert services["beat"]["tmpfs"] == [schedule.rpartition("/")[0]]


def test_what_runs_once_is_waited_for_and_not_asked(services):
    assert services["migrate"]["healthcheck"]["disable"] is True
    assert services["migrate"]["restart"] == "no"
    for service in ("web", "worker", "beat"):
        assert services[service]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_only_the_web_has_a_port_and_only_on_this_machine(services):
    ports = {name: service.get("ports", []) for name, service in services.items()}
    assert [port["host_ip"] for port in ports.pop("web")] == ["127.0.0.1"]
    assert set(map(len, ports.values())) == {0}


def test_workers_can_be_many(services):
    """`--scale worker=3` works when nothing of a worker can be had only once."""
    assert not {"container_name", "ports"} & set(services["worker"])
    assert {one["type"] for one in services["worker"]["volumes"]} == {"volume"}, "which many may share"
    assert "--hostname" not in " ".join(services["worker"]["command"])


def test_what_must_outlive_a_container_is_on_a_volume(services):
    kept = {
        name: [one["source"] for one in services[name]["volumes"] if one["type"] == "volume"]
        for name in ("postgres", "valkey", "web", "worker")
    }
    files = "attachments"
    assert kept == {"postgres": ["postgres"], "valkey": ["valkey"], "web": [files], "worker": ["heads", files]}


def test_the_heads_of_the_audit_are_written_where_they_outlive_the_worker(services):
    heads, files = services["worker"]["volumes"]
    assert services["worker"]["environment"]["DATA_DIR"] == heads["target"]
    assert files["target"] == f"{heads['target']}/attachments"


def test_the_web_writes_what_people_bring_and_reaches_no_head_of_the_audit(services):
    (files,) = services["web"]["volumes"]
    assert files["target"] == f"{services['web']['environment']['DATA_DIR']}/attachments"
    made = re.search(r"install --directory --owner=10001 --mode=0700 (.+)", (ROOT / "Dockerfile").read_text())[1]
    assert made.split() == [services["web"]["environment"]["DATA_DIR"], files["target"]]


def test_the_web_has_no_key_to_seal_with(services):
    assert "AUDIT_KEY" in services["worker"]["environment"]
    assert not [name for name in services["web"]["environment"] if name.startswith("AUDIT_")]
