import errno
from pathlib import Path

import pytest

from carecoord.local import install as installing
from carecoord.local.folders import Folders
from carecoord.local.install import install
from carecoord.local.refusal import Refusal


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """A checkout whose packages install at once; what was done is in `steps`."""
    folders = Folders(tmp_path, tmp_path / ".local")
    (tmp_path / installing.LOCK).write_text("uv==1.0 \\\n    --hash=sha256:0\n")
    steps: list[str] = []

    def run(command: list[str], sentence: str) -> None:
        steps.append("venv" if "venv" in command else "pip")
        (folders.venv / "bin").mkdir(exist_ok=True)
        Path(folders.python).touch(mode=0o755)

    def with_uv(_: Folders) -> bool:
        steps.append("uv")
        return True

    monkeypatch.setattr(installing, "_run", run)
    monkeypatch.setattr(installing, "_install_with_uv", with_uv)
    monkeypatch.setattr(Folders, "steps", steps, raising=False)
    return folders


def steps_of(folders: Folders) -> list[str]:
    done = list(folders.steps)
    folders.steps.clear()
    install(folders)
    taken = list(folders.steps)
    folders.steps[:] = done
    return taken


def test_the_second_start_installs_nothing(checkout: Folders) -> None:
    assert steps_of(checkout) == ["venv", "uv"]
    assert steps_of(checkout) == []


def test_a_new_lock_is_installed_into_the_same_environment(checkout: Folders) -> None:
    install(checkout)
    (checkout.root / installing.LOCK).write_text("uv==1.1 \\\n    --hash=sha256:1\n")
    assert steps_of(checkout) == ["uv"]
    assert steps_of(checkout) == []


def test_a_half_made_environment_is_made_again(checkout: Folders) -> None:
    install(checkout)
    (checkout.venv / "unfinished").touch()
    assert steps_of(checkout) == ["venv", "uv"]


def test_an_environment_whose_python_has_gone_is_made_again(checkout: Folders) -> None:
    install(checkout)
    python = Path(checkout.python)
    python.unlink()
    python.symlink_to(checkout.root / "gone")
    assert steps_of(checkout) == ["venv", "uv"]


def test_an_environment_that_was_moved_here_is_made_again(checkout: Folders) -> None:
    install(checkout)
    stamp = checkout.venv / "installed"
    stamp.write_text(stamp.read_text().replace(str(checkout.venv), "/elsewhere/.venv"))
    assert steps_of(checkout) == ["venv", "uv"]


def test_an_environment_of_somebody_else_is_one_sentence(checkout: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.venv.mkdir()
    monkeypatch.setattr(installing.shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(Refusal, match="cannot be removed; remove it and start again"):
        install(checkout)


def test_a_checkout_that_cannot_be_written_is_one_sentence(checkout: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(Refusal, match="Read-only file system; use a checkout that you may write to"):
        install(checkout)


def test_pip_installs_where_uv_cannot(checkout: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "_install_with_uv", lambda _: False)
    assert steps_of(checkout) == ["venv", "pip"]
    assert steps_of(checkout) == []


def test_one_package_is_cut_from_the_lock_with_its_hashes() -> None:
    wanted = "uv==2 \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\n    # via us\n"
    assert installing._locked("uv", f"tqdm==1 \\\n    --hash=sha256:1\n{wanted}vine==4\n") == wanted
