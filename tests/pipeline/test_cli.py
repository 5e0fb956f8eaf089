"""The real command on the seed episodes: real networks (tiny.en), real audio, no ffmpeg.

One run of `process` serves most tests here; its stage results make the others quick.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import cast

import pytest

from episodes.spans import Span, overlap
from speakers import pyannote
from tests.conftest import SEEDS
from tests.pipeline.fake_server import FakeServer

COMMAND = Path(sys.executable).parent / "cleancast"
FORMATS = ["txt", "md", "html", "json", "vtt", "srt", "rttm", "podcast.json"]


@dataclass(frozen=True)
class Shell:
    """Runs `cleancast` with its own data folder and with nothing on the PATH."""

    data: Path

    @property
    def report(self) -> Path:
        """Where the first run reports to."""
        return self.data / "reports/first.json"

    def __call__(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {key: value for key, value in os.environ.items() if key != "PATH"}
        environment |= {"CLEANCAST_DATA_DIR": str(self.data), "CLEANCAST_MODEL": "tiny.en"}
        return subprocess.run(
            [COMMAND, *words],
            env=environment | {"PATH": str(self.data)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both seeds in a folder of their own, with a broken file among them."""
    folder = tmp_path_factory.mktemp("episodes")
    (folder / "season").mkdir()
    shutil.copy(SEEDS / "interview.mp3", folder / "season")
    shutil.copy(SEEDS / "threesome.mp3", folder)
    (folder / "broken.mp3").write_bytes(b"this is no audio" * 100)
    return folder


@pytest.fixture(scope="module")
def cleancast(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def out(folder: Path, cleancast: Shell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `process` wrote of the folder, in every format."""
    out = tmp_path_factory.mktemp("out")
    wish = ("--out", out, "--formats", ",".join(FORMATS), "--report", cleancast.report)
    done = cleancast("process", folder, *wish)
    assert done.returncode == 1, done.stderr  # one of the three files is broken
    assert "broken.mp3" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return out


def truth(name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((SEEDS / f"{name}.truth.json").read_text())[
        "ads"
    ]
    return rows


def document(out: Path, name: str) -> dict[str, list[dict[str, object]]]:
    whole: dict[str, list[dict[str, object]]] = json.loads((out / f"{name}.json").read_text())
    return whole


def spans(rows: list[dict[str, object]], **wanted: object) -> list[Span]:
    return [
        Span(float(str(row["start"])), float(str(row["end"])))
        for row in rows
        if all(row[key] == value for key, value in wanted.items())
    ]


@pytest.mark.parametrize("name", ["season/interview", "threesome"])
def test_every_format_is_written_where_it_belongs(out: Path, name: str) -> None:
    assert all((out / f"{name}.{form}").stat().st_size > 500 for form in FORMATS)


@pytest.mark.parametrize("name", ["season/interview", "threesome"])
def test_the_inserted_ads_go_and_nothing_else_does(out: Path, name: str) -> None:
    expected = spans(truth(Path(name).name), kind="sponsor")
    stripped = spans(document(out, name)["ads"], stripped=True)
    assert len(stripped) == len(expected)
    for ad, found in zip(expected, stripped, strict=True):
        assert overlap(ad, found) > 0.5 * max(ad.duration_s, found.duration_s)
        # Cutting what people want to hear is worse than leaving a second of an ad.
        assert found.start > ad.start - 1.5
        assert found.end < ad.end + 1.5


def test_an_ad_in_jest_stays(out: Path) -> None:
    _, _, talk = (out / "threesome.txt").read_text().lower().partition("\ntranscript\n")
    assert "gravity" in talk
    assert "hearth" not in talk


def test_speakers_are_told_apart_and_numbered_as_they_appear(out: Path) -> None:
    labels = [str(u["speaker"]) for u in document(out, "threesome")["utterances"]]
    assert list(dict.fromkeys(labels)) == ["Speaker 1", "Speaker 2", "Speaker 3"]


def test_no_word_is_lost(out: Path, folder: Path, cleancast: Shell) -> None:
    whole = document(out, "season/interview")
    held = [w for part in ("utterances", "ads") for row in whole[part] for w in row["words"]]  # type: ignore[attr-defined]
    held = list({(w["start"], w["text"]): w for w in held}.values())
    heard = json.loads(cleancast("transcribe", folder / "season/interview.mp3").stdout)
    said = [word for segment in heard["segments"] for word in segment["words"]]
    assert sorted(w["text"] for w in held) == sorted(w["text"] for w in said)


def test_a_second_run_repeats_no_stage_and_changes_nothing(
    out: Path, folder: Path, cleancast: Shell
) -> None:
    before = {path: path.read_bytes() for path in out.rglob("*.json")}
    cleancast("process", folder, "--out", out)
    # Had a stage been done again, its seconds in the provenance would differ.
    assert {path: path.read_bytes() for path in out.rglob("*.json")} == before


def statuses(report: str) -> dict[str, str]:
    return {Path(row["source"]).stem: row["status"] for row in json.loads(report)["episodes"]}


def test_the_report_says_how_each_file_ended(out: Path, folder: Path, cleancast: Shell) -> None:
    told = cleancast.report.read_text()
    ended = {"threesome": "done", "interview": "done", "broken": "failed"}
    assert statuses(told) == ended
    whole = json.loads(told)
    assert (whole["done"], whole["unchanged"], whole["failed"]) == (2, 0, 1)
    (row,) = (row for row in whole["episodes"] if row["source"].endswith("threesome.mp3"))
    assert row["outputs"] == [str(out / f"threesome.{form}") for form in FORMATS]
    assert row["speakers"] == 3
    assert row["ads"] == len(spans(document(out, "threesome")["ads"], stripped=True))


def test_a_second_run_finds_nothing_to_do(out: Path, folder: Path, cleancast: Shell) -> None:
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    wish = ("--out", out, "--formats", "all", "--report", "-")
    again = cleancast("process", folder, *wish)
    ended = {"threesome": "unchanged", "interview": "unchanged", "broken": "failed"}
    assert statuses(again.stdout) == ended
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_watching_once_does_what_is_there(
    out: Path, folder: Path, cleancast: Shell, tmp_path: Path
) -> None:
    shutil.copy(folder / "threesome.mp3", tmp_path)
    (tmp_path / "half.mp3.part").write_bytes(b"half")
    looks = ("--every", "0.2", "--settle", "0", "--once", "--report", "-")
    done = cleancast("watch", tmp_path, *looks)
    assert done.returncode == 0, done.stderr
    assert statuses(done.stdout) == {"threesome": "done"}
    assert (tmp_path / "threesome.txt").read_text() == (out / "threesome.txt").read_text()


def test_a_server_does_the_work(folder: Path, cleancast: Shell, tmp_path: Path) -> None:
    with FakeServer() as server:
        wish = ("--out", tmp_path, "--server", server.url, "--speakers", "3", "--report", "-")
        done = cleancast("process", folder / "threesome.mp3", *wish)
    assert done.returncode == 0, done.stderr
    assert statuses(done.stdout) == {"threesome": "done"}
    assert "{'speakers': '3'}" in (tmp_path / "threesome.txt").read_text()


def test_ctrl_c_leaves_a_report_of_what_ended(cleancast: Shell, tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio/bad.mp3").write_bytes(b"this is no audio" * 100)
    report = tmp_path / "report.json"
    looks = ("--every", "0.1", "--settle", "0", "--report", report)
    watching = subprocess.Popen(
        [COMMAND, "watch", tmp_path / "audio", *looks],
        env=os.environ | {"CLEANCAST_DATA_DIR": str(cleancast.data)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stderr is not None
    told = watching.stderr.readline()
    watching.send_signal(signal.SIGINT)
    _, rest = watching.communicate()
    assert "bad.mp3" in told
    assert "stopped" in rest
    assert "Traceback" not in rest
    assert watching.returncode == 0
    assert statuses(report.read_text()) == {"bad": "failed"}


def test_the_cut_file_is_shorter_by_its_ads(
    out: Path, folder: Path, cleancast: Shell, tmp_path: Path
) -> None:
    from audio.decode import decode

    source, target = folder / "threesome.mp3", tmp_path / "short.mp3"
    done = cleancast("cut", source, "--out", target)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(target)
    removed = sum(s.duration_s for s in spans(document(out, "threesome")["ads"], stripped=True))
    whole = decode(source, tmp_path / "whole.pcm").duration_s
    assert decode(target, tmp_path / "cut.pcm").duration_s == pytest.approx(
        whole - removed, abs=0.05
    )


def test_words_sound_in_the_cut_file_where_the_clean_clock_says(
    out: Path, cleancast: Shell, tmp_path: Path
) -> None:
    target = tmp_path / "clean.mp3"
    assert cleancast("cut", SEEDS / "threesome.mp3", "--out", target).returncode == 0
    heard = json.loads(cleancast("transcribe", target).stdout)
    sounding = [word for segment in heard["segments"] for word in segment["words"]]
    told = [
        word
        for utterance in document(out, "threesome")["utterances"]
        for word in cast("list[dict[str, float]]", utterance["words"])
    ]
    before, after = ([word["text"] for word in words] for words in (told, sounding))
    same = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    late = [
        sounding[block.b + k]["start"] - told[block.a + k]["clean_start"]
        for block in same
        for k in range(block.size)
    ]
    assert len(late) > 0.9 * len(told)
    assert abs(statistics.mean(late)) < 0.02
    assert statistics.median(map(abs, late)) <= 0.02  # the recogniser's own grid


def test_ads_are_found_in_a_transcript_of_ours_as_in_its_audio(
    out: Path, folder: Path, cleancast: Shell
) -> None:
    from_audio = json.loads(cleancast("ads", folder / "threesome.mp3").stdout)["ads"]
    from_words = json.loads(cleancast("ads", out / "threesome.json").stdout)["ads"]
    assert from_audio[0].keys() == from_words[0].keys()
    assert len(spans(from_audio, stripped=True)) == len(spans(from_words, stripped=True))


def test_nothing_is_stripped_on_wish(out: Path, folder: Path, cleancast: Shell) -> None:
    done = cleancast("ads", folder / "threesome.mp3", "--strip", "none")
    ads = json.loads(done.stdout)["ads"]
    assert spans(ads, kind="sponsor")
    assert not spans(ads, stripped=True)


def test_diarize_prints_rttm(out: Path, folder: Path, cleancast: Shell) -> None:
    done = cleancast("diarize", folder / "threesome.mp3")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert {(row[0], row[1], len(row)) for row in rows} == {("SPEAKER", "threesome", 10)}
    assert {row[7] for row in rows} == {f"Speaker_{i}" for i in (1, 2, 3, 4)}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["process"], 2),
        (["process", "x.mp3", "--formats", "docx"], 2),
        (["process", "x.mp3", "--speakers", "many"], 2),
        (["process", "x.mp3", "--strip", "everything"], 2),
        (["process", "missing.mp3"], 1),
        (["transcribe", "missing.mp3"], 1),
        (["cut", "missing.mp3"], 1),
        (["cut", str(SEEDS / "threesome.mp3"), "--out", "x.wav"], 2),
        (["process", "x.mp3", "--out", str(SEEDS / "threesome.mp3")], 2),
        (["ads", "missing.json"], 1),
        (["process", "x.mp3", "--server", "localhost"], 2),
        (["process", "x.mp3", "--server", "http://127.0.0.1:9"], 1),
        (["process", "x.mp3", "--report", str(SEEDS)], 2),
        (["watch", "missing"], 2),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    cleancast: Shell, words: list[str], code: int
) -> None:
    done = cleancast(*words)
    assert done.returncode == code
    assert done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_words_from_a_stranger(cleancast: Shell, tmp_path: Path) -> None:
    (tmp_path / "words.json").write_text('{"words": [{"text": "Hi", "start": 0, "end": 1}]}')
    assert json.loads(cleancast("ads", tmp_path / "words.json").stdout) == {"ads": []}
    (tmp_path / "bad.json").write_text('{"words": [{"text": "Hi", "start": 2, "end": 1}]}')
    refused = cleancast("ads", tmp_path / "bad.json")
    assert refused.returncode == 1
    assert "words[0].end" in refused.stderr


def test_models_lists_what_is_there(cleancast: Shell) -> None:
    done = cleancast("models")
    assert done.returncode == 0
    assert "tiny.en" in done.stdout
    assert "verified" in done.stdout
    assert "segmentation" in done.stdout


def test_help_is_quick_because_it_loads_nothing_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import pipeline.cli, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    heavy = {"faster_whisper", "onnxruntime", "av", "pydub", "scipy", "numpy", "httpx2", "rich"}
    assert not heavy & set(loaded)


@pytest.mark.skipif(pyannote.available(), reason="the extra is installed here")
def test_an_engine_that_is_not_installed_is_told_before_the_work(
    cleancast: Shell, tmp_path: Path
) -> None:
    shutil.copy(SEEDS / "interview.mp3", tmp_path)
    ended = cleancast("process", tmp_path / "interview.mp3", "--diarizer", "pyannote")
    assert ended.returncode == 1
    assert "The pyannote engine is not installed" in ended.stderr
    assert "interview" not in ended.stderr  # no episode was begun
    assert [path.name for path in tmp_path.iterdir()] == ["interview.mp3"]
