from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from audio.cut import cut, suffixes
from audio.decode import decode, read_tags
from episodes.clock import CleanClock
from episodes.errors import BadAudio, BadInput
from episodes.spans import Span, inside, merge
from episodes.types import Audio, Chapter

Encode = Callable[..., Path]
Landed = Callable[[Audio, float], float]
Wav = Callable[..., Path]

CUTS = (Span(0.0, 0.3), Span(2.5, 3.5), Span(4.0, 5.0), Span(7.8, 99.0))

SOURCES = [
    ("talk.mp3", ("-b:a", "96k"), "mp3float"),
    ("vbr.mp3", ("-q:a", "4"), "mp3float"),
    ("low.mp3", ("-b:a", "48k", "-ac", "1", "-ar", "22050"), "mp3float"),
    ("book.m4a", ("-b:a", "96k"), "aac"),
    ("lossless.m4a", ("-c:a", "alac"), "alac"),
    ("talk.opus", ("-c:a", "libopus"), "opus"),
    ("talk.ogg", ("-c:a", "libvorbis"), "vorbis"),
    ("talk.flac", (), "flac"),
    ("eight.wav", ("-c:a", "pcm_u8"), "pcm_s16le"),
    ("odd.wav", ("-ar", "11025", "-ac", "1"), "pcm_s16le"),
]


def _codec(path: Path) -> str:
    with av.open(str(path)) as container:
        return container.streams.audio[0].codec_context.name


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_the_cut_file_runs_on_the_clean_clock_in_the_same_codec(
    encoded: Encode,
    landed: Landed,
    clicks: tuple[float, ...],
    tmp_path: Path,
    source: tuple[str, tuple[str, ...], str],
) -> None:
    name, arguments, codec = source
    original, target, shown = encoded(name, *arguments), tmp_path / name, list[float]()
    cut(original, target, CUTS, shown.append)
    assert _codec(target) == codec
    audio, clock = decode(target, tmp_path / "x.pcm"), CleanClock(CUTS)
    # AAC pads its last packet.
    padding_s = 1024 / 44_100 if codec == "aac" else 1e-3
    assert 0 <= audio.duration_s - clock.to_clean(8.0) + 1e-3 < padding_s + 2e-3
    kept = [at for at in clicks if not inside(at, CUTS)]
    assert [landed(audio, clock.to_clean(at)) for at in kept] == pytest.approx(
        [0] * len(kept), abs=1e-3
    )
    assert audio.warnings == ()
    assert shown == sorted(shown)
    assert shown[-1] == 1.0
    assert [path.suffix for path in tmp_path.iterdir() if path != target] == [".pcm"]


def test_a_video_gives_its_sound_in_place(
    filmed: Encode, landed: Landed, tmp_path: Path
) -> None:
    source, target = filmed("late.mp4", 2, "-c:a", "aac"), tmp_path / "late.m4a"
    assert suffixes(source)[0] == ".m4a"
    cut(source, target, [Span(1.0, 2.2)])
    audio = decode(target, tmp_path / "x.pcm")
    assert landed(audio, 2 + 1.0 - 1.2) == pytest.approx(0, abs=1e-3)
    assert _codec(target) == "aac"
    with av.open(str(target)) as container:
        assert not container.streams.video


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 1)), max_size=6))
def test_any_cuts_leave_exactly_the_rest(
    wav: Wav, tmp_path: Path, spans: list[tuple[float, float]]
) -> None:
    ramp = np.arange(3 * 8000)
    source = wav(ramp / 32767, 8000)
    cuts = [Span(start, start + length) for start, length in spans]
    edges = [(round(c.start * 8000), min(round(c.end * 8000), len(ramp))) for c in merge(cuts)]
    keep = np.ones(len(ramp), bool)
    for first, last in edges:
        keep[first:last] = False
    target = tmp_path / "target.wav"
    if keep.sum() < 800:
        with pytest.raises(BadInput, match="leave nothing"):
            cut(source, target, cuts)
        return
    cut(source, target, cuts)
    result = np.fromfile(target, "<i2")[-keep.sum() :]
    assert decode(target, tmp_path / "x.pcm").n_samples == pytest.approx(2 * keep.sum(), abs=2)
    # Beside each joint 20 ms are faded; every other sample is as it was, and in its place.
    near = np.zeros(len(ramp), bool)
    for first, last in edges:
        near[max(0, first - 161) : last + 161] = True
    assert np.array_equal(result[~near[keep]], ramp[keep & ~near])
    assert (result <= ramp[keep]).all()


def test_slivers_between_cuts_keep_their_time(wav: Wav, tmp_path: Path) -> None:
    source, target = wav(np.full(16_000, 0.5), 16_000), tmp_path / "slivers.wav"
    edges = [0.2, 0.3, 0.3003, 0.4, 0.4012, 0.5, 0.51, 0.6]
    cut(source, target, [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)])
    removed = sum(
        round(end * 16_000) - round(start * 16_000)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    )
    assert decode(target, tmp_path / "x.pcm").n_samples == 16_000 - removed


def _joint(samples: NDArray[np.float64], wav: Wav, tmp_path: Path) -> NDArray[np.int16]:
    """16 kHz samples of a sine cut at its crests from 1.0 to 1.5 s."""
    source, target = wav(samples), tmp_path / "joint.wav"
    cut(source, target, [Span(1.0, 1.5)])
    audio = decode(target, tmp_path / "x.pcm")
    return np.fromfile(audio.path, "<i2")


def test_a_joint_makes_no_click(wav: Wav, tmp_path: Path) -> None:
    seconds = np.arange(3 * 16_000) / 16_000
    result = _joint(0.8 * np.cos(2 * np.pi * 101 * seconds), wav, tmp_path)
    steps = np.abs(np.diff(result.astype(int)))
    # Cut at crests of opposite sign: unfaded, the step would be 1.6 of full scale.
    natural = steps[:14_000].max()
    assert steps[14_000:18_000].max() <= 1.3 * natural
    assert np.abs(result[15_995:16_005]).max() < 0.02 * 32_767


def test_the_fades_are_short(wav: Wav, tmp_path: Path) -> None:
    result = _joint(np.full(3 * 16_000, 0.5), wav, tmp_path)
    touched = np.flatnonzero(result != 16_383)
    assert 0.02 < len(touched) / 16_000 <= 0.06
    assert touched.max() - touched.min() < 0.06 * 16_000


def test_power_grows_evenly_in_a_fade(wav: Wav, tmp_path: Path) -> None:
    result = _joint(np.full(3 * 16_000, 0.5), wav, tmp_path) / 16_383
    powers = result[16_000:16_320] ** 2
    even = np.arange(320) / 320
    assert np.abs(powers - np.sin(np.pi / 2 * even) ** 2).max() < 0.02
    assert np.abs(result[15_680:16_000][::-1] - result[16_000:16_320]).max() < 0.02


METADATA = """;FFMETADATA1
title=One \\= two
album=A Show
artist=A Host
date=2025-12-11
comment=About this
TLEN=8000
"""

TITLES = ("Gone", "Clipped = #1; \\ ok", "Ünïcode")


@pytest.mark.parametrize("name", ["t.mp3", "t.m4a", "t.opus", "t.ogg", "t.flac", "t.wav"])
def test_tags_are_kept_but_for_those_that_would_be_wrong(
    encoded: Encode, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    listed = tmp_path_factory.mktemp("tags") / "tags.txt"
    listed.write_text(METADATA, encoding="utf-8")
    source, target = encoded(name, "-i", listed, "-map_metadata", 1), tmp_path / name
    cut(source, target, [Span(1, 2)])
    assert read_tags(target) == read_tags(source)
    assert read_tags(target).title == "One = two"
    with av.open(str(target)) as container:
        tags = container.metadata | container.streams.audio[0].metadata
    assert {value for key, value in tags.items() if key.lower() == "artist"} == {"A Host"}
    assert "TLEN" not in tags


@pytest.mark.parametrize("name", ["c.mp3", "c.m4a", "c.opus", "c.ogg", "c.flac"])
def test_chapters_move_shrink_or_vanish(encoded: Encode, tmp_path: Path, name: str) -> None:
    # A first cut of a file with chapters makes the source, as ffmpeg writes none to some.
    listed = tmp_path / "chapters.txt"
    starts = (0, 2000, 3000, 5000, 8000)
    lines = [";FFMETADATA1"]
    for start, end, title in zip(starts, starts[1:], ("Intro", *TITLES), strict=False):
        escaped = "".join(f"\\{c}" if c in "=;#\\" else c for c in title)
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={start}", f"END={end}"]
        lines += [f"title={escaped}"]
    listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sound = {".ogg": "libvorbis", ".flac": "flac"}.get(Path(name).suffix)
    if sound:
        whole = encoded(
            f"{listed.parent.name}.mka", "-i", listed, "-map_chapters", 1, "-c:a", sound
        )
    else:
        whole = encoded(name, "-i", listed, "-map_chapters", 1)
    target = tmp_path / name
    cut(whole, target, [Span(1.5, 4.0), Span(6.0, 6.5)])
    intro, clipped, rest = read_tags(target).chapters
    assert intro == Chapter(0.0, 1.5, "Intro")
    assert clipped == Chapter(1.5, 2.5, TITLES[1])
    assert (rest.start, rest.title) == (2.5, TITLES[2])
    assert rest.end == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize("name", ["cover.mp3", "cover.m4a", "cover.flac"])
def test_the_cover_is_kept(encoded: Encode, picture: Path, tmp_path: Path, name: str) -> None:
    cover = ("-i", picture, "-map", 0, "-map", 1, "-c:v", "copy")
    source = encoded(name, *cover, "-disposition:v", "attached_pic")
    cut(source, tmp_path / name, [Span(1, 2)])
    with av.open(str(tmp_path / name)) as container:
        (packet,) = (p for p in container.demux(video=0) if p.size)
        assert bytes(packet) == picture.read_bytes()


def test_the_bit_rate_stays_similar(encoded: Encode, tmp_path: Path) -> None:
    for name, rate in (("talk.mp3", 96_000), ("book.m4a", 96_000)):
        source = encoded(name, "-b:a", "96k")
        cut(source, tmp_path / name, [Span(1, 2)])
        with av.open(str(tmp_path / name)) as container:
            assert container.streams.audio[0].bit_rate == pytest.approx(rate, rel=0.1)


def test_without_cuts_the_file_is_copied(encoded: Encode, tmp_path: Path) -> None:
    source = encoded("talk.mp3", "-b:a", "96k")
    for cuts in ([], [Span(3.0, 3.0)]):
        cut(source, tmp_path / "copy.mp3", cuts)
        assert (tmp_path / "copy.mp3").read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("talk.wav", r"ends in \.mp3\.$"),
        ("talk", r"ends in \.mp3\.$"),
        ("missing/talk.mp3", r"could not be encoded: .*No such file"),
    ],
)
def test_targets_that_do_not_fit_are_refused(
    encoded: Encode, tmp_path: Path, target: str, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        cut(encoded("talk.mp3", "-b:a", "96k"), tmp_path / target, [Span(1, 2)])
    assert list(tmp_path.iterdir()) == []


def test_the_source_is_never_overwritten(encoded: Encode, tmp_path: Path) -> None:
    source = tmp_path / "own.mp3"
    source.write_bytes(encoded("talk.mp3", "-b:a", "96k").read_bytes())
    before = source.read_bytes()
    with pytest.raises(BadInput, match="overwrite"):
        cut(source, source, [Span(1, 2)])
    assert source.read_bytes() == before


def test_a_cut_of_everything_is_refused_and_leaves_no_file(
    encoded: Encode, tmp_path: Path
) -> None:
    for name in ("talk.mp3", "book.m4a"):
        with pytest.raises(BadInput, match=f"leave nothing of {name}"):
            cut(encoded(name, "-b:a", "96k"), tmp_path / name, [Span(0, 5), Span(4, 8)])
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_audio_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.mp3").write_text("words " * 1000)
    with pytest.raises(BadAudio, match=r"notes\.mp3"):
        cut(tmp_path / "notes.mp3", tmp_path / "out.mp3", [Span(1, 2)])


def test_no_program_on_the_path_is_needed_and_nothing_warns(
    encoded: Encode, tmp_path: Path
) -> None:
    # A process of its own: here pydub has been imported, and its warnings given, before.
    source, target = encoded("talk.mp3", "-b:a", "96k"), tmp_path / "out.mp3"
    program = (
        "from pathlib import Path; from audio.cut import cut; from episodes.spans import Span; "
        f"cut(Path({str(source)!r}), Path({str(target)!r}), [Span(1, 2)])"
    )
    command = [sys.executable, "-B", "-W", "error", "-c", program]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        command,
        cwd=root,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    assert decode(target, tmp_path / "x.pcm").duration_s == pytest.approx(7, abs=1e-3)
