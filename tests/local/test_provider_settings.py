"""The settings of an identity provider: all that belong together, or one sentence and exit 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from carecoord import env

ROOT = Path(__file__).resolve().parents[2]
TOGETHER = {"OIDC_NAME": "Test", "OIDC_ISSUER": "https://login.example.org", "OIDC_CLIENT_ID": "us"}


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_part_of_what_belongs_together_names_what_is_missing() -> None:
    script = "import carecoord.settings"
    given = {**os.environ, **TOGETHER}
    said = subprocess.run(
        [sys.executable, "-c", script], env=given, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 2
    assert said.stderr == (
        "OIDC_CLIENT_SECRET is not set, and OIDC_NAME is."
        " For example: OIDC_CLIENT_SECRET=the-word-that-the-provider-gave-you\n"
    )


def test_what_means_nothing_alone_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OIDC_ACR_VALUES", "AAL2")
    with pytest.raises(SystemExit) as ended:
        env.only_with("OIDC_ISSUER", "OIDC_SECOND_FACTOR", "OIDC_ACR_VALUES", example="https://login.example.org")
    assert ended.value.code == 2
    assert refused(capsys).startswith("OIDC_ISSUER is not set, and OIDC_ACR_VALUES is.")


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("login.example.org", "is not an address"),
        ("http://login.example.org", "does not start with https://"),
        ("ftp://login.example.org", "is not an address"),
        ("https://login.example.org/?a=b", "has something after its path"),
        ("https://", "is not an address"),
    ],
)
def test_an_issuer_that_cannot_be_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str, wrong: str
) -> None:
    monkeypatch.setenv("OIDC_ISSUER", value)
    with pytest.raises(SystemExit) as ended:
        env.issuer("OIDC_ISSUER", example="https://login.example.org")
    assert ended.value.code == 2
    assert wrong in refused(capsys)


@pytest.mark.parametrize(
    "value", ["https://login.example.org/realm", "http://localhost:9000", "http://127.0.0.1:9000/"]
)
def test_an_issuer_is_taken_letter_for_letter(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("OIDC_ISSUER", value)
    assert env.issuer("OIDC_ISSUER", example="https://login.example.org") == value


@pytest.mark.parametrize("value", ["amr", "amr=", "=mfa", "amr=,"])
def test_a_claim_without_a_name_or_a_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("OIDC_SECOND_FACTOR", value)
    with pytest.raises(SystemExit):
        env.claim("OIDC_SECOND_FACTOR", example="amr=mfa")
    assert refused(capsys).startswith("OIDC_SECOND_FACTOR does not name a claim")


def test_a_claim_with_several_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_SECOND_FACTOR", "acr = AAL2, AAL3")
    assert env.claim("OIDC_SECOND_FACTOR", example="amr=mfa") == ("acr", frozenset({"AAL2", "AAL3"}))


@pytest.mark.parametrize(
    "value", ["http://adfs.example.org", "adfs.example.org", "https://adfs.example.org/x", "*", "https:"]
)
def test_other_hosts_are_https_and_nothing_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("OIDC_ALSO_AT", value)
    with pytest.raises(SystemExit):
        env.origins("OIDC_ALSO_AT", example="https://adfs.example.org")
    assert repr(value) in refused(capsys)
