"""OpenAI's own client against the real service: real networks (tiny.en), real audio."""

from __future__ import annotations

import base64
import io
import json
import wave
from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI
from openai.types.audio import (
    Transcription,
    TranscriptionDiarized,
    TranscriptionTextDeltaEvent,
    TranscriptionTextDoneEvent,
    TranscriptionVerbose,
)

from audio.decode import decode
from episodes.types import Audio
from tests.conftest import SEEDS
from tests.test_service import kill, start

NORA, EDMUND = "Speaker 1", "Speaker 2"
"""Who speaks in the part of the seed that is sent, as its truth calls them."""
FROM_S, TO_S = 20.8, 38.6


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAI]:
    running = start(tmp_path_factory.mktemp("data"))
    address = f"{running.api.base_url}".rstrip("/")
    with OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0, timeout=120) as client:
        yield client
    kill(running)


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Audio:
    return decode(SEEDS / "interview.mp3", tmp_path_factory.mktemp("seed") / "seed.pcm")


def wav(audio: Audio, start: float, end: float) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(audio.sample_rate_hz)
        file.writeframes((audio.window(start, end) * 32_768).astype("<i2").tobytes())
    return content.getvalue()


def data_url(content: bytes) -> str:
    return f"data:audio/wav;base64,{base64.b64encode(content).decode()}"


@pytest.fixture(scope="module")
def sent(seed: Audio) -> tuple[str, bytes]:
    """The audio that most tests send: after the first, its work is done."""
    return "part.wav", wav(seed, FROM_S, TO_S)


@pytest.fixture(scope="module")
def diarized(client: OpenAI, seed: Audio, sent: tuple[str, bytes]) -> TranscriptionDiarized:
    """With clips of one who speaks, from elsewhere, and of one who does not."""
    clips = {"Edmund": wav(seed, 110.5, 114.0), "A reader": wav(seed, 93.0, 98.0)}
    return client.audio.transcriptions.create(
        file=sent,
        model="gpt-4o-transcribe-diarize",
        response_format="diarized_json",
        chunking_strategy="auto",
        known_speaker_names=list(clips),
        known_speaker_references=[data_url(clip) for clip in clips.values()],
    )


def test_known_speakers_bear_their_names_and_others_letters(
    diarized: TranscriptionDiarized,
) -> None:
    rows = json.loads((SEEDS / "interview.truth.json").read_text())["turns"]
    called = {NORA: "A", EDMUND: "Edmund"}
    assert {one.speaker for one in diarized.segments} == set(called.values())
    for row in rows:
        middle = (row["start"] + row["end"]) / 2 - FROM_S
        if row["end"] - row["start"] > 4 and 0 < middle < TO_S - FROM_S:
            (heard,) = [s for s in diarized.segments if s.start <= middle < s.end]
            assert heard.speaker == called[row["speaker"]]
    assert diarized.duration == pytest.approx(TO_S - FROM_S, abs=0.01)


def test_json_with_logprobs_and_its_stream(
    client: OpenAI, diarized: TranscriptionDiarized, sent: tuple[str, bytes]
) -> None:
    whole = client.audio.transcriptions.create(
        file=sent, model="gpt-4o-transcribe", include=["logprobs"]
    )
    assert isinstance(whole, Transcription)
    assert whole.text == diarized.text
    assert whole.logprobs is not None
    assert "".join(one.token or "" for one in whole.logprobs) == whole.text
    assert all(-24 < (one.logprob or 0.0) <= 0 for one in whole.logprobs)
    stream = client.audio.transcriptions.create(
        file=sent, model="gpt-4o-transcribe", include=["logprobs"], stream=True
    )
    *deltas, done = stream
    assert isinstance(done, TranscriptionTextDoneEvent)
    texts = [one.delta for one in deltas if isinstance(one, TranscriptionTextDeltaEvent)]
    assert len(texts) == len(deltas) > 1
    assert "".join(texts) == done.text == whole.text
    assert done.logprobs is not None
    assert "".join(one.token or "" for one in done.logprobs) == done.text


def test_a_stream_of_speakers(
    client: OpenAI, diarized: TranscriptionDiarized, sent: tuple[str, bytes]
) -> None:
    *segments, done = client.audio.transcriptions.create(
        file=sent, model="whisper-1", response_format="diarized_json", stream=True
    )
    told = [one.model_dump() for one in segments]
    assert told == [one.model_dump() for one in diarized.segments]
    assert done.type == "transcript.text.done"


def test_verbose_json_and_captions(
    client: OpenAI, diarized: TranscriptionDiarized, sent: tuple[str, bytes]
) -> None:
    verbose = client.audio.transcriptions.create(
        file=sent,
        model="whisper-1",
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
        temperature=0.2,
        chunking_strategy={"type": "server_vad", "silence_duration_ms": 200, "threshold": 0.5},
    )
    assert isinstance(verbose, TranscriptionVerbose)
    assert (verbose.language, verbose.text) == ("english", diarized.text)
    assert verbose.words is not None
    assert [one.word for one in verbose.words] == verbose.text.split()
    assert verbose.segments is not None
    assert "".join(one.text for one in verbose.segments).strip() == verbose.text
    captions = client.audio.transcriptions.create(
        file=sent, model="whisper-1", response_format="vtt"
    )
    assert captions.startswith("WEBVTT")
    assert "<v Edmund>" in captions
    plain = client.audio.transcriptions.create(
        file=sent, model="whisper-1", response_format="text"
    )
    assert str(plain).strip() == diarized.text


def test_errors_are_the_client_s_own(client: OpenAI, sent: tuple[str, bytes]) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.audio.transcriptions.create(file=sent, model="whisper-1", language="klingon")
    assert (refused.value.param, refused.value.code) == ("language", "invalid")
    assert refused.value.type == "invalid_request_error"
    with pytest.raises(openai.BadRequestError) as refused:
        client.audio.transcriptions.create(file=sent, model="whisper-1", languages=["en", "xx"])
    assert refused.value.param == "languages[]"
    with pytest.raises(openai.BadRequestError) as refused:
        client.audio.transcriptions.create(file=sent, model="whisper-1", keywords=["k" * 201])
    assert refused.value.param == "keywords[]"
    with pytest.raises(openai.BadRequestError, match=r"holds|is no audio") as damaged:
        client.audio.transcriptions.create(file=("a.mp3", b"no audio"), model="whisper-1")
    assert damaged.value.param == "file"


def test_a_clip_of_no_use_is_a_bad_request(
    client: OpenAI, diarized: TranscriptionDiarized, sent: tuple[str, bytes]
) -> None:
    with pytest.raises(openai.BadRequestError, match="clip of Nora") as refused:
        client.audio.transcriptions.create(
            file=sent,
            model="whisper-1",
            response_format="diarized_json",
            known_speaker_names=["Nora"],
            known_speaker_references=[data_url(b"no audio")],
        )
    assert refused.value.param == "known_speaker_references[]"


def test_the_models_are_listed(client: OpenAI) -> None:
    ids = [model.id for model in client.models.list()]
    assert ids[0] == "tiny.en"
    assert "whisper-1" in ids
