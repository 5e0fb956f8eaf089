"""The doctor on real folders, files and sockets; only memory and free disk are told to it."""

from __future__ import annotations

import hashlib
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from faster_whisper.utils import _MODELS  # type: ignore[import-untyped]
from pydantic import SecretStr

from pipeline.doctor import HERE, Finding, Machine, examine, text
from pipeline.settings import Settings
from speakers.network import SHA256
from transcribe.models import PACKAGED, find

ROOMY = Machine(
    available_gb=lambda: 16.0,
    total_gb=lambda: 32.0,
    free_gb=lambda _: 100.0,
    pyannote=lambda: True,
)
BARE = replace(ROOMY, pyannote=lambda: False)
WEIGHTS = b"weights of a network"


def having(available_gb: float) -> Machine:
    return replace(ROOMY, available_gb=lambda: available_gb)


@pytest.fixture
def healthy(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with nothing wrong; the weights are a link to those that tests share."""
    kept = tmp_path / "cache/whisper"
    kept.mkdir(parents=True)
    (kept / "tiny.en").symlink_to(find("tiny.en", settings.cache_dir).path)
    return changed(settings, cache_dir=tmp_path / "cache", import_roots=(tmp_path,), port=0)


def changed(settings: Settings, **changes: object) -> Settings:
    return Settings(**{**settings.model_dump(), **changes})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file where a folder is wanted."""
    (tmp_path / "file").write_bytes(b"in the way")
    return tmp_path / "file"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def seen(name: str, settings: Settings, machine: Machine = ROOMY) -> Finding:
    """The finding of that name; what comes after it is not looked at."""
    return next(one for one in examine(settings, machine=machine) if one.name == name)


def test_nothing_is_wrong_where_nothing_is(healthy: Settings, tmp_path: Path) -> None:
    findings = list(examine(healthy, machine=ROOMY))
    assert [one for one in findings if not one.ok or one.cure] == []
    assert [one.name for one in findings] == [
        "recogniser",
        "voices segmentation",
        "voices campplus",
        "speaker engine",
        "free disk",
        "memory",
        "data folder",
        "cache folder",
        "database",
        "full text search",
        "import folder",
        "port",
    ]
    left = {
        path.name for path in (tmp_path / "data", tmp_path / "cache") for path in path.iterdir()
    }
    assert left == {"whisper"}


def test_each_check_waits_until_it_is_asked_for(healthy: Settings) -> None:
    findings = examine(healthy, machine=ROOMY)
    assert next(findings).name == "recogniser"
    assert not healthy.data_dir.exists()


def test_no_check_raises_and_each_that_fails_names_its_cure(file: Path) -> None:
    settings = Settings(
        data_dir=file,
        cache_dir=file,
        model="~nobody-of-that-name/model",
        diarizer="pyannote",
        disk_quota_gb=1e-9,
        import_roots=(file,),
        host="a" * 70,
        port=80,
    )
    hopeless = Machine(lambda: 0.1, lambda: 1.0, lambda _: 0.0, lambda: False, voices=file)
    findings = list(examine(settings, machine=hopeless))
    assert {one.name for one in findings if one.ok} == {
        "database",
        "disk quota",
        "full text search",
    }
    for one in findings:
        assert one.detail
        assert one.ok == (not one.cure)
        assert one.ok or one.cure.endswith(".")


def test_the_machine_itself_is_asked(tmp_path: Path) -> None:
    assert 0 < HERE.available_gb() <= HERE.total_gb()
    assert HERE.free_gb(tmp_path) > 0


# Weights


def test_missing_weights_are_not_fetched_but_named(settings: Settings, tmp_path: Path) -> None:
    finding = seen("recogniser", changed(settings, cache_dir=tmp_path / "cache"))
    assert finding.detail == "tiny.en is not fetched yet"
    assert finding.cure == "Run `cleancast models --fetch tiny.en`."
    assert not (tmp_path / "cache/whisper").exists()


def test_damaged_weights(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "cache/whisper/tiny.en"
    folder.mkdir(parents=True)
    (packaged,) = (one for one in PACKAGED if one.name == "tiny.en")
    for part in packaged.files:
        (folder / part.name).write_bytes(b"damaged")
    finding = seen("recogniser", changed(settings, cache_dir=tmp_path / "cache"))
    assert finding.detail == f"damaged, {folder}"
    assert finding.cure == "Run `cleancast models --fetch tiny.en`."


def test_a_folder_of_the_users_own(settings: Settings, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    lacking = seen("recogniser", changed(settings, model=str(own)))
    assert lacking.detail == f"{own} holds no model.bin"
    assert "CLEANCAST_MODEL" in lacking.cure
    (own / "model.bin").write_bytes(WEIGHTS)
    finding = seen("recogniser", changed(settings, model=str(own)))
    assert finding.ok
    assert hashlib.sha256(WEIGHTS).hexdigest() in finding.detail


@pytest.mark.parametrize(
    ("model", "cure"),
    [
        ("small", "Run `cleancast models --fetch small`."),
        ("someone/a-model", "Run `cleancast models --fetch someone/a-model`."),
        ("/no/such/folder", "Set CLEANCAST_MODEL"),
    ],
)
def test_a_model_that_is_nowhere(
    settings: Settings, tmp_path: Path, model: str, cure: str
) -> None:
    finding = seen("recogniser", changed(settings, model=model, cache_dir=tmp_path / "cache"))
    assert finding.detail == f"{model} is no folder here, and not fetched yet"
    assert finding.cure.startswith(cure)


def hub(cache: Path, repository: str, content: bytes) -> Path:
    """A model as the hub's client keeps it; WEIGHTS are what it should be."""
    kept = cache / "hub" / f"models--{repository.replace('/', '--')}"
    blob = kept / "blobs" / hashlib.sha256(WEIGHTS).hexdigest()
    snapshot = kept / "snapshots/0123"
    for folder in (blob.parent, snapshot):
        folder.mkdir(parents=True)
    blob.write_bytes(content)
    (snapshot / "model.bin").symlink_to(blob)
    return kept


@pytest.mark.parametrize(
    "model", [*sorted(set(_MODELS) - {"base", "tiny.en"}), "someone/a-model"]
)
def test_a_model_of_the_hub_is_found_and_verified(
    settings: Settings, tmp_path: Path, model: str
) -> None:
    kept = hub(tmp_path, _MODELS.get(model, model), WEIGHTS)
    finding = seen("recogniser", changed(settings, model=model, cache_dir=tmp_path))
    assert finding.ok
    assert finding.detail == f"verified, {kept}/snapshots/0123/model.bin"


@pytest.mark.parametrize("half", [True, False])
def test_a_model_of_the_hub_that_is_damaged_or_half_there(
    settings: Settings, tmp_path: Path, half: bool
) -> None:
    kept = hub(tmp_path, "Systran/faster-whisper-small", b"damaged")
    if half:
        (kept / "snapshots/0123/model.bin").unlink()
    finding = seen("recogniser", changed(settings, model="small", cache_dir=tmp_path))
    assert ("no model.bin" if half else "damaged") in finding.detail
    assert finding.cure == f"Delete {kept}, then run `cleancast models --fetch small`."


@pytest.mark.parametrize("damaged", [True, False])
def test_the_voices_networks(healthy: Settings, tmp_path: Path, damaged: bool) -> None:
    for name in SHA256 if damaged else ():
        (tmp_path / f"{name}.onnx").write_bytes(b"damaged")
    for name in SHA256:
        weights = tmp_path / f"{name}.onnx"
        finding = seen(f"voices {name}", healthy, replace(ROOMY, voices=tmp_path))
        expected = f"damaged, {weights}" if damaged else f"{weights}: no such file or directory"
        assert finding.detail == expected
        assert finding.cure == f"Restore {weights} from the project's repository."


# Speaker engine


@pytest.mark.parametrize(
    ("chosen", "machine", "detail"),
    [
        ({}, ROOMY, "the built-in one"),
        ({"diarizer": "builtin", "pyannote_token": SecretStr("x")}, ROOMY, "the built-in one"),
        ({"pyannote_pipeline": "some/pipeline"}, BARE, "the built-in one"),
        ({"pyannote_pipeline": "some/pipeline"}, ROOMY, "pyannote, some/pipeline"),
        (
            {"diarizer": "pyannote", "pyannote_token": SecretStr("hidden")},
            ROOMY,
            "pyannote, pyannote/speaker-diarization-community-1",
        ),
    ],
)
def test_a_speaker_engine_that_will_do(
    healthy: Settings, chosen: dict[str, object], machine: Machine, detail: str
) -> None:
    finding = seen("speaker engine", changed(healthy, **chosen), machine)
    assert finding == Finding("speaker engine", True, detail)


def test_pipelines_on_disk(healthy: Settings, tmp_path: Path, file: Path) -> None:
    (tmp_path / "config.yaml").write_text("pipeline: {}")
    for pipeline in (tmp_path, tmp_path / "config.yaml", file):
        assert seen("speaker engine", changed(healthy, pyannote_pipeline=str(pipeline))).ok
    for pipeline in (tmp_path / "none", healthy.cache_dir):
        finding = seen("speaker engine", changed(healthy, pyannote_pipeline=str(pipeline)))
        assert finding.detail.endswith("is missing")
        assert "CLEANCAST_PYANNOTE_PIPELINE" in finding.cure


@pytest.mark.parametrize(
    ("machine", "detail", "cure"),
    [
        (BARE, "pyannote is wanted, but not installed", "extra `pyannote`"),
        (ROOMY, "pyannote is wanted, but no pipeline and no token is set", "_PIPELINE"),
    ],
)
def test_what_pyannote_lacks(
    healthy: Settings, machine: Machine, detail: str, cure: str
) -> None:
    finding = seen("speaker engine", changed(healthy, diarizer="pyannote"), machine)
    assert finding.detail == detail
    assert cure in finding.cure


# Disk and memory


def test_too_little_free_disk(healthy: Settings) -> None:
    full = replace(ROOMY, free_gb=lambda _: 0.25)
    finding = seen("free disk", healthy, full)
    assert finding.detail == f"0.25 GB free for {healthy.data_dir}, 1.00 GB wanted"
    assert finding.cure == "Free 0.75 GB there, or lower CLEANCAST_DISK_RESERVE_GB."
    assert seen("free disk", changed(healthy, disk_reserve_gb=0.2), full).ok


def test_free_disk_is_that_of_the_folder_that_is_there(
    healthy: Settings, tmp_path: Path
) -> None:
    asked: list[Path] = []

    def free_gb(folder: Path) -> float:
        asked.append(folder)
        return 50.0

    settings = changed(healthy, data_dir=tmp_path / "not/made/yet")
    assert seen("free disk", settings, replace(ROOMY, free_gb=free_gb)).ok
    assert asked == [tmp_path]


def test_the_quota_counts_all_that_lies_in_the_data_folder(healthy: Settings) -> None:
    (healthy.data_dir / "deep/down").mkdir(parents=True)
    (healthy.data_dir / "deep/down/blob").write_bytes(bytes(6000))
    (healthy.data_dir / "blob").write_bytes(bytes(6000))
    assert seen("disk quota", changed(healthy, disk_quota_gb=13e-6)).ok
    finding = seen("disk quota", changed(healthy, disk_quota_gb=11e-6))
    assert "CLEANCAST_DISK_QUOTA_GB" in finding.cure


@pytest.mark.parametrize(
    ("model", "needed_gb"),
    [
        ("tiny.en", 0.6),
        ("base", 0.9),
        ("small.en", 1.6),
        ("distil-medium.en", 3.0),
        ("large-v3", 4.0),
        ("turbo", 4.0),
        ("Systran/faster-whisper-small", 1.6),
    ],
)
def test_memory_for_each_model(healthy: Settings, model: str, needed_gb: float) -> None:
    settings = changed(healthy, model=model)
    assert seen("memory", settings, having(needed_gb)).ok
    finding = seen("memory", settings, having(needed_gb - 0.1))
    assert finding.detail.endswith(f"of 32 GB available, {needed_gb:.2f} GB needed")
    assert finding.cure.startswith("Free 0.10 GB of memory")


@pytest.mark.parametrize(
    ("model", "available_gb", "cure"),
    [
        ("large-v3", 3.5, "Free 0.50 GB of memory, or choose a smaller model, such as medium."),
        ("base", 0.7, "Free 0.20 GB of memory, or choose a smaller model, such as tiny."),
        ("tiny", 0.5, "Free 0.10 GB of memory."),
    ],
)
def test_a_smaller_model_is_proposed_where_one_fits(
    healthy: Settings, model: str, available_gb: float, cure: str
) -> None:
    assert seen("memory", changed(healthy, model=model), having(available_gb)).cure == cure


def test_pyannote_takes_memory_too(healthy: Settings) -> None:
    settings = changed(healthy, diarizer="pyannote", pyannote_pipeline="some/pipeline")
    assert seen("memory", settings, having(2.5)).ok
    finding = seen("memory", settings, having(2.0))
    assert finding.cure == "Free 0.40 GB of memory, or set CLEANCAST_DIARIZER to builtin."


def test_the_memory_of_an_unknown_model_is_estimated(healthy: Settings, tmp_path: Path) -> None:
    own = tmp_path / "large"  # a folder's name says nothing of its size
    own.mkdir()
    settings = changed(healthy, model=str(own))
    assert "not known" in seen("memory", settings).detail
    with (own / "model.bin").open("wb") as sparse:
        sparse.truncate(10**8)
    assert seen("memory", settings, having(0.66)).ok
    assert seen("memory", settings, having(0.64)).detail.endswith("0.65 GB needed")


# Folders and files


@pytest.mark.parametrize("setting", ["data_dir", "cache_dir"])
@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_where_a_folder_is_wanted(
    healthy: Settings, file: Path, setting: str, below: str
) -> None:
    finding = seen(f"{setting[:-4]} folder", changed(healthy, **{setting: file / below}))
    assert finding.detail.startswith(f"{file / below}: ")
    assert f"CLEANCAST_{setting.upper()}" in finding.cure


def test_import_folders(healthy: Settings, file: Path, tmp_path: Path) -> None:
    roots = (tmp_path, file, tmp_path / "none")
    settings = changed(healthy, import_roots=roots)
    found = [one for one in examine(settings, machine=ROOMY) if one.name == "import folder"]
    assert [one.ok for one in found] == [True, False, False]
    assert [one.detail for one in found] == [
        str(tmp_path),
        f"{file}: not a directory",
        f"{roots[2]}: no such file or directory",
    ]
    assert all("CLEANCAST_IMPORT_ROOTS" in one.cure for one in found[1:])


@pytest.fixture
def library(healthy: Settings) -> Path:
    """A database of many pages, in the journal mode of a service."""
    path = healthy.data_dir / "library.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE words (word TEXT)")
        database.executemany("INSERT INTO words VALUES (?)", [("word" * 50,)] * 500)
        database.commit()
    return path


def test_a_sound_database(healthy: Settings, library: Path) -> None:
    before = library.read_bytes()
    assert seen("database", healthy) == Finding("database", True, f"{library}: ok")
    assert library.read_bytes() == before


def break_wholly(content: bytearray) -> None:
    content[:] = b"no database" * 1000


def break_a_page(content: bytearray) -> None:
    content[4096:8192] = b"\xff" * 4096


def break_a_page_inside(content: bytearray) -> None:
    content[4097:4099] = b"\xff\xff"  # where its free space begins


@pytest.mark.parametrize("harm", [break_wholly, break_a_page, break_a_page_inside])
def test_a_damaged_database(
    healthy: Settings, library: Path, harm: Callable[[bytearray], None]
) -> None:
    content = bytearray(library.read_bytes())
    harm(content)
    library.write_bytes(content)
    finding = seen("database", healthy)
    assert finding.detail.startswith(f"{library}: ")
    assert finding.cure.startswith(f"Restore {library} from a backup")


def test_a_database_that_cannot_be_looked_at(healthy: Settings, library: Path) -> None:
    with closing(sqlite3.connect(library)) as owner:
        owner.execute("PRAGMA journal_mode = DELETE")
        owner.execute("BEGIN EXCLUSIVE")
        finding = seen("database", healthy)
    assert finding.detail == "database is locked"
    assert finding.cure.startswith(f"Stop the programs that hold {library}")
    library.unlink()
    library.mkdir()
    assert "readable" in seen("database", healthy).cure


def test_sqlite_without_full_text_search(healthy: Settings) -> None:
    def connect() -> sqlite3.Connection:
        database = sqlite3.connect(":memory:")
        refused = sqlite3.SQLITE_CREATE_VTABLE
        database.set_authorizer(
            lambda action, *_: sqlite3.SQLITE_DENY if action == refused else sqlite3.SQLITE_OK
        )
        return database

    finding = seen("full text search", healthy, replace(ROOMY, sqlite=connect))
    assert finding.detail == "not authorized"
    assert "FTS5" in finding.cure


# Port


def test_a_port_that_is_taken(healthy: Settings, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    settings = changed(healthy, port=port)
    finding = seen("port", settings)
    assert finding.detail == "address already in use"
    assert f"127.0.0.1:{port}" in finding.cure
    assert "--port" in finding.cure
    assert all(one.name != "port" for one in examine(settings, port=False, machine=ROOMY))
    listener.close()
    assert seen("port", settings).ok


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 70])  # reserved for documents; too long
def test_a_host_that_is_not_here(healthy: Settings, host: str) -> None:
    finding = seen("port", changed(healthy, host=host, port=8000))
    assert not finding.ok
    assert "CLEANCAST_HOST" in finding.cure


# Text


def test_the_text_is_aligned_and_a_cure_stands_below() -> None:
    findings = [
        Finding("memory", True, "3.00 GB of 8.00 GB available"),
        Finding("port", False, "taken\nby\x1b[31m another", "Choose another."),
    ]
    assert text(findings).splitlines() == [
        "ok      memory               3.00 GB of 8.00 GB available",
        "FAILED  port                 taken by [31m another",
        "                             Choose another.",
    ]
    assert text(findings) == "\n".join(text([one]) for one in findings)


def test_a_misspelt_setting_is_named_with_what_is_meant(
    healthy: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEANCAST_MODLE", "small")
    monkeypatch.setenv("CLEANCAST_OF_ANOTHER", "program")
    (finding,) = (one for one in examine(healthy, machine=ROOMY) if not one.ok)
    assert finding.detail == "CLEANCAST_MODLE is no setting"
    assert finding.cure == "Call it CLEANCAST_MODEL, or unset it."
