"""The spine with networks that answer at once: order, checkpoints, labels, cuts."""

import json
import os
import wave
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from episodes.errors import BadAudio
from episodes.quality import Quality
from episodes.sound import Sound
from episodes.types import Audio, Episode, Transcript
from pipeline.engines import Engines
from pipeline.repeats import open_repeats
from pipeline.run import Run
from pipeline.settings import Settings
from pipeline.stages import ads_of_words, process
from pipeline.stagework import TRANSCRIPT
from speakers.network import SHA256
from tests.audio.test_fingerprint import sound as tones
from tests.fakes import FakeEngines, FakeRecogniser


def sound(path: Path, seconds: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x10\x00\xf0" * 4000 * seconds)
    return path


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """Twenty seconds of audio."""
    return sound(tmp_path / "tone.wav", 20)


def run(
    source: Path, settings: Settings, engines: FakeEngines, *, force: bool = False
) -> tuple[Episode, Transcript]:
    with Run(source, settings, cast("Engines", engines), force=force) as run:
        return run.episode, process(run)


def test_words_get_speakers_and_labels(tone: Path, settings: Settings) -> None:
    episode, transcript = run(tone, settings, FakeEngines())
    assert episode.title == "tone"
    assert transcript.duration_s == pytest.approx(20.0)
    assert [speaker.label for speaker in transcript.speakers] == ["Speaker 1", "Speaker 2"]
    assert [u.speaker for u in transcript.kept] == ["Speaker 1", "Speaker 2"]
    assert transcript.provenance.models["fake"] == "0" * 64
    assert [name for name, _ in transcript.provenance.stages] == [
        "decode",
        "fingerprint",
        "language",
        "pieces",
        "transcribe",
        "diarize",
        "sound",
    ]


def test_a_second_run_asks_no_network(tone: Path, settings: Settings) -> None:
    _, first = run(tone, settings, FakeEngines())
    engines = FakeEngines()
    _, second = run(tone, settings, engines)
    assert second == first
    assert engines.recogniser.asked == []
    assert engines.diarizer.asked == 0


def test_force_asks_again(tone: Path, settings: Settings) -> None:
    run(tone, settings, FakeEngines())
    engines = FakeEngines()
    run(tone, settings, engines, force=True)
    assert engines.recogniser.asked == ["language", "piece at 0.0", "piece at 10.0"]
    assert engines.diarizer.asked == 1


def test_a_changed_ad_setting_repeats_no_recognition(tone: Path, settings: Settings) -> None:
    run(tone, settings, FakeEngines())
    engines = FakeEngines()
    run(tone, settings.model_copy(update={"strip": frozenset()}), engines)
    assert engines.recogniser.asked == []


def test_what_is_held_back_is_told(
    tone: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ads.strip.LONG_EPISODE_S", 10.0)
    monkeypatch.setattr("ads.strip.LONGEST_S", 1.0)
    copy = "This episode is brought to you by Larkspur. Go to larkspur.com."
    _, told = run(tone, settings, FakeEngines(recogniser=FakeRecogniser(copy)))
    assert {ad.review for ad in told.ads} == {"held back"}
    assert told.held_back in told.warnings
    assert told.summary.to_review == len(told.ads) > 0


class Crash(Exception):
    """The machine goes down."""


class CrashingRecogniser(FakeRecogniser):
    """Fails in the second piece."""

    def transcribe(self, audio, piece, *rest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN201
        if piece.start > 0:
            raise Crash
        return super().transcribe(audio, piece, *rest)


def test_a_crash_costs_the_running_piece_alone(tone: Path, settings: Settings) -> None:
    with pytest.raises(Crash):
        run(tone, settings, FakeEngines(recogniser=CrashingRecogniser()))
    engines = FakeEngines()
    run(tone, settings, engines)
    assert engines.recogniser.asked == ["piece at 10.0"]
    assert list((settings.data_dir / "work").iterdir()) == []


class Deaf(FakeRecogniser):
    def transcribe(self, *_: object) -> tuple[()]:
        return ()


def test_no_speech_is_an_empty_transcript_with_a_warning(
    tone: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Run, "diarize", lambda _: ())
    _, transcript = run(tone, settings, FakeEngines(recogniser=Deaf()))
    assert transcript.utterances == ()
    assert "No speech" in transcript.warnings[0]


@pytest.mark.parametrize(
    ("model", "cause"), [("tiny.en", "tiny.en knows English only"), ("base", "it may be noisy")]
)
def test_speech_without_words_is_named_with_its_cause(
    tone: Path, settings: Settings, model: str, cause: str
) -> None:
    chosen = settings.model_copy(update={"model": model})
    _, transcript = run(tone, chosen, FakeEngines(recogniser=Deaf()))
    assert transcript.warnings[0].startswith("Speech was heard (20 s), but no words")
    assert cause in transcript.warnings[0]


def test_speech_too_quiet_for_words_is_named_with_its_level(
    tone: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Run, "sound", lambda _: Sound(level_db=(-70, -62, -62)))
    _, transcript = run(tone, settings, FakeEngines(recogniser=Deaf()))
    assert "very quiet (-62 dB), so amplify" in transcript.warnings[0]


def test_fewer_speakers_than_asked_for_are_noted(tone: Path, settings: Settings) -> None:
    chosen = settings.model_copy(update={"least_speakers": 8})
    _, transcript = run(tone, chosen, FakeEngines())
    assert "2 speakers were found, fewer than the 8 asked for." in transcript.warnings


def test_what_is_worth_checking_is_told(tone: Path, settings: Settings) -> None:
    _, transcript = run(tone, settings, FakeEngines())
    told = [(one.kind, one.serious) for one in transcript.quality.concerns]
    assert told == [("speech_without_words", False)] * 2
    first, second = sorted(transcript.quality.concerns, key=lambda one: one.start)
    assert first.start > transcript.utterances[0].end
    assert first.end <= transcript.utterances[1].start < second.start
    again = TRANSCRIPT.validate_json(TRANSCRIPT.dump_json(transcript))
    assert again == transcript


def test_a_transcript_of_an_older_version_is_still_read(tone: Path, settings: Settings) -> None:
    _, transcript = run(tone, settings, FakeEngines())
    older = TRANSCRIPT.dump_python(transcript, mode="json")
    del older["quality"]
    for utterance in older["utterances"]:
        del utterance["backchannel"]
    assert TRANSCRIPT.validate_python(older) == replace(transcript, quality=Quality())


@pytest.mark.parametrize("name", ["missing.mp3", "folder"])
def test_what_is_no_audio_is_one_clear_sentence(
    name: str, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadAudio, match=name) as raised:
        run(tmp_path / name, settings, FakeEngines())
    assert "\n" not in str(raised.value)


def test_what_a_killed_process_left_is_swept(tone: Path, settings: Settings) -> None:
    work = settings.data_dir / "work"
    left, mine = work / "99999999-dead", work / f"{os.getpid()}-alive"
    left.mkdir(parents=True)
    mine.mkdir()
    run(tone, settings, FakeEngines())
    assert list(work.iterdir()) == [mine]


def test_a_pipe_is_refused(tmp_path: Path, settings: Settings) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadAudio, match="give a file"):
        run(tmp_path / "pipe", settings, FakeEngines())


def test_who_is_known_by_a_clip_is_named(
    tone: Path, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "text.wav").write_text("This is no audio.")
    voices = {
        "Nora": str(sound(tmp_path / "nora.wav", 1)),  # the fake hears the second voice in it
        "Sam": str(sound(tmp_path / "sam.wav", 7)),
        "Tex": str(tmp_path / "text.wav"),
        "Ben": str(tmp_path / "missing.wav"),
    }
    known = settings.model_copy(update={"voices": voices})
    engines = FakeEngines()
    _, transcript = run(tone, known, engines)
    assert [(one.label, one.name) for one in transcript.speakers] == [
        ("Speaker 1", None),
        ("Speaker 2", "Nora"),
    ]
    assert transcript.speakers[1].name_evidence == (
        "sounds as in the clip given (likeness 1.00)"
    )
    assert transcript.warnings == (
        "No voice is clearly that of the clip of Sam.",
        "The clip of Tex is of no use: it is no audio file, or is damaged or cut off beyond "
        "reading.",
        "The clip of Ben is of no use: there is no such file (any more).",
    )
    assert set(SHA256.items()) <= set(transcript.provenance.models.items())
    assert engines.listener.asked == ["clip", "clip", "voices"]
    again = FakeEngines()
    assert run(tone, known, again)[1] == transcript
    assert again.listener.asked == []
    other = FakeEngines()
    renamed = settings.model_copy(update={"voices": {"Eleanor": voices["Nora"]}})
    assert run(tone, renamed, other)[1].speakers[1].name == "Eleanor"
    assert other.listener.asked == []


def test_without_clips_nobody_listens_for_them(tone: Path, settings: Settings) -> None:
    engines = FakeEngines()
    _, transcript = run(tone, settings, engines)
    assert engines.listener.asked == []
    assert not SHA256.keys() & transcript.provenance.models.keys()


class GermanRecogniser(FakeRecogniser):
    """Hears another language."""

    def language(self, audio: Audio) -> str:
        super().language(audio)
        return "de"


def test_in_another_language_no_word_is_judged_and_the_transcript_says_so(
    tone: Path, settings: Settings
) -> None:
    _, transcript = run(tone, settings, FakeEngines(recogniser=GermanRecogniser()))
    assert transcript.language == "de"
    assert transcript.ads == ()
    assert transcript.warnings == (
        'Ads are told by English words, and this episode is in "de": only what other episodes '
        "have too was cut; what merely sounds like an ad is marked, and others may have been "
        "left in.",
    )


def test_in_another_language_what_other_episodes_have_is_cut(
    tmp_path: Path, settings: Settings
) -> None:
    spot, others = tones(1, 9.0), open_repeats(settings).beside(str(tmp_path))
    for seed, at in ((10, 20.0), (30, 60.0), (50, 5.0)):
        samples = np.concatenate([tones(seed, at), spot, tones(seed + 1, 80.0 - at)])
        file = tmp_path / f"{seed}.wav"
        with wave.open(str(file), "wb") as out:
            out.setparams((1, 2, 16_000, 0, "NONE", ""))
            out.writeframes((samples * 32_767).astype("<i2").tobytes())
        engines = cast("Engines", FakeEngines(recogniser=GermanRecogniser()))
        with Run(file, settings, engines) as one:
            transcript = process(one, others)
    (cut,) = transcript.cuts
    assert (cut.start, cut.end) == pytest.approx((5.0, 14.0), abs=0.4)


SPOT = "This episode is brought to you by Fern Bank. Visit fernbank.com today. Terms apply."


@pytest.mark.parametrize(
    "place", [{"language": "de"}, {"language": "en"}, {}], ids=["de", "en", "not said"]
)
def test_words_in_json_may_say_their_language(tmp_path: Path, place: dict[str, str]) -> None:
    words = [
        {"text": text, "start": i / 3, "end": i / 3 + 0.3}
        for i, text in enumerate(SPOT.split())
    ]
    file = tmp_path / "words.json"
    file.write_text(json.dumps({"words": words, **place}), "utf-8")
    ads, warnings = ads_of_words(file, Settings())
    assert any("English words" in one for one in warnings) == (place == {"language": "de"})
    assert any(ad.stripped for ad in ads) != bool(warnings)


def test_who_says_a_name_bears_it_unless_somebody_knows_better(
    tone: Path, settings: Settings, tmp_path: Path
) -> None:
    engines = FakeEngines(recogniser=FakeRecogniser("Hello, I'm Nora Whitcombe."))
    _, transcript = run(tone, settings, engines)
    heard = [one for one in transcript.speakers if one.name]
    assert {one.name for one in heard} == {"Nora Whitcombe"}
    assert transcript.summary.names == tuple((one.label, one.name) for one in heard)
    assert heard[0].name_evidence == "Hello, I'm Nora Whitcombe."
    off = settings.model_copy(update={"names": False})
    assert not any(one.name for one in run(tone, off, engines)[1].speakers)
    clip = {"Ann": str(sound(tmp_path / "ann.wav", 1))}
    known = settings.model_copy(update={"voices": clip})
    speakers = run(tone, known, engines)[1].speakers
    assert [one.name for one in speakers if one.name_confidence is None and one.name] == ["Ann"]
