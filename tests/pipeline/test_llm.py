"""The language model's API, by a real server that answers well, badly, slowly and never."""

from __future__ import annotations

import json
import socket
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr

from ads.prompt import BadAnswer, NoAnswer
from ads.strip import SURE
from episodes.types import AdSpan, Transcript
from pipeline.choices import BadOption, choose
from pipeline.doctor import examine
from pipeline.engines import Engines
from pipeline.llm import LanguageModel
from pipeline.run import Run
from pipeline.settings import Settings, environment
from pipeline.stages import ads_of_words, process
from tests.fakes import FakeEngines, FakeRecogniser, words_of
from tests.llm_server import (
    Act,
    ModelServer,
    drips,
    floods,
    hangs_up,
    never,
    says,
    serving,
    spots,
    status,
)

PASSAGE = ("Well, so it goes.", "Buy Acme Socks.", "Warm feet for all.", "And so it went.")
FOUND = ((1, 3),)
GOOD = spots((2, 3))
ERROR = json.dumps({"error": {"message": "no such\nmodel"}})


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving(GOOD) as model:
        yield model


def using(server: ModelServer, settings: Settings, **more: object) -> Settings:
    """Settings with that model."""
    given: dict[str, object] = {
        "llm_url": server.url,
        "llm_model": "tiny",
        "llm_timeout_s": 5.0,
    }
    return Settings(**{**settings.model_dump(), **given, **more})


def asked(settings: Settings) -> tuple[tuple[int, int], ...]:
    return LanguageModel(settings).ask("sponsor", PASSAGE)


def test_a_question_is_a_chat_and_its_answer_sentences(
    server: ModelServer, settings: Settings
) -> None:
    key = {"llm_key": "sk-secret", "llm_url": f"{server.url}/"}
    assert asked(using(server, settings, **key)) == FOUND
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["authorization"] == "Bearer sk-secret"
    body = server.asked[0]
    assert (body["model"], body["temperature"], body["stream"]) == ("tiny", 0, False)
    assert body["response_format"]["type"] == "json_schema"
    assert body["messages"][1]["content"].splitlines() == [
        f"{i}. {text}" for i, text in enumerate(PASSAGE, 1)
    ]
    assert asked(using(server, settings)) == FOUND
    assert "authorization" not in server.headers[1]


@pytest.mark.parametrize(
    "wrapped",
    ["```json\n{}\n```", "<think>Hm {{.</think>{}", "Here you are: {} Anything else?"],
)
def test_the_usual_wrapping_does_no_harm(
    wrapped: str, server: ModelServer, settings: Settings
) -> None:
    server.usual = says(wrapped.format('{"spots": [{"first": 2, "last": 3}]}'))
    assert asked(using(server, settings)) == FOUND


@pytest.mark.parametrize("refusal", [400, 422])
def test_who_knows_no_schemas_is_asked_plainly(
    refusal: int, server: ModelServer, settings: Settings
) -> None:
    server.acts = [status(refusal, '{"error": "response_format is not supported"}')]
    model = LanguageModel(using(server, settings))
    assert model.ask("sponsor", PASSAGE) == FOUND
    assert model.ask("sponsor", PASSAGE) == FOUND  # and is remembered
    given = [("response_format" in body, "temperature" in body) for body in server.asked]
    assert given == [(True, True), (False, True), (False, True)]


def test_who_knows_no_temperature_is_asked_without(
    server: ModelServer, settings: Settings
) -> None:
    server.acts = [status(400), status(400)]
    assert asked(using(server, settings)) == FOUND
    assert "temperature" not in server.asked[-1]
    server.usual = status(400, ERROR)
    with pytest.raises(NoAnswer, match="it answered 400 "):
        asked(using(server, settings))
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (says('{"spots": [{"first": 2, "la'), "broken"),
        (says("Sentences 2 and 3."), "no JSON"),
        (says('{"spots": [{"first": 2, "last": 9}]}'), "not given"),
        (says('{"spots": [{"first": 904, "last": 907}]}'), "not given"),
        (spots((1, 2), (2, 3)), "overlap"),
        (says('{"spots": [[2, 3]]}'), "form"),
        (says(""), "no JSON"),
        (says(None), "no JSON"),
        (says('{"spots": []}', finish_reason="length"), "breaks off"),
        (status(200, '{"choices": [{"message": {"refusal": "No."}}]}'), "refuses"),
    ],
)
def test_a_useless_answer_is_none(
    act: Act, why: str, server: ModelServer, settings: Settings
) -> None:
    server.usual = act
    with pytest.raises(BadAnswer, match=why):
        asked(using(server, settings))


@pytest.mark.parametrize(
    ("act", "cause", "cure"),
    [
        (status(401, "sk-secret is wrong"), "it answered 401", "LLM_KEY"),
        (status(403, "sk-secret is wrong"), "it answered 403", "LLM_KEY"),
        (
            status(404, ERROR),
            'answered 404 .*"no such.*model"',
            "LLM_MODEL a model that it has",
        ),
        (status(429), "it answered 429", "later"),
        (status(500, "<h1>\x1b[31moops</h1>" * 99), "it answered 500 .<h1>", "log"),
        (status(500, b"\xff\xfe"), "it answered 500", "log"),
        (status(307, Location="http://127.0.0.1:9/"), "redirects are not", "where it leads"),
        (status(200, "<html>"), "no OpenAI-compatible chat", "/v1"),
        (status(200, b"\xff\xfe"), "no OpenAI-compatible chat", "/v1"),
        (status(200, "[" * 99_999), "no OpenAI-compatible chat", "/v1"),
        (status(200, ERROR), "no OpenAI-compatible chat", "/v1"),
        (status(200, '{"choices": []}'), "no OpenAI-compatible chat", "/v1"),
        (says([{"type": "text", "text": "{}"}]), "no OpenAI-compatible chat", "/v1"),
        (floods, "more than 1,000,000 bytes", "LLM_URL"),
        (hangs_up, "no HTTP", "LLM_URL"),
        (lambda *_: None, "no HTTP", "LLM_URL"),
    ],
)
def test_whatever_else_goes_wrong_is_told_with_its_cure(
    act: Act, cause: str, cure: str, server: ModelServer, settings: Settings
) -> None:
    server.usual = act
    with pytest.raises(NoAnswer, match=cause) as raised:
        asked(using(server, settings, llm_key="sk-secret"))
    assert not isinstance(raised.value, BadAnswer)
    assert cure in raised.value.cure
    assert "sk-secret" not in str(raised.value)
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize("act", [never, drips])
def test_no_answer_is_waited_for_longer_than_is_set(
    act: Act, server: ModelServer, settings: Settings
) -> None:
    server.acts = [act]
    model = LanguageModel(using(server, settings, llm_timeout_s=0.3))
    with pytest.raises(NoAnswer, match=r"longer than 0\.3 s; raise CLEANCAST_LLM_TIMEOUT_S"):
        model.ask("sponsor", PASSAGE)
    with pytest.raises(NoAnswer, match=r"longer than 0\.3 s"):  # the time of all is over
        model.ask("sponsor", PASSAGE)
    assert len(server.asked) == 1


def test_who_is_not_there_is_told(server: ModelServer, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(NoAnswer, match=r"cannot be reached .*; see that it runs"):
        asked(using(server, settings, llm_url=f"http://127.0.0.1:{port}/v1"))
    with pytest.raises(NoAnswer, match=r"no URL|cannot be reached"):
        asked(using(server, settings, llm_url="http://xn--a..b\u2024/v1"))
    with pytest.raises(NoAnswer, match="cannot be reached"):  # it does not speak TLS
        asked(using(server, settings, llm_url=server.url.replace("http:", "https:")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"llm_url": "localhost:11434"},
        {"llm_url": "http://localhost:port/v1"},
        {"llm_url": "http://localhost:99999/v1"},
        {"llm_url": "http://[::1/v1"},
        {"llm_url": "http://name:secret@localhost/v1"},
        {"llm_url": "http://localhost/v1?key=1"},
        {"llm_model": " "},
        {"llm_model": "two\nlines"},
        {"llm_key": "sk secret"},
        {"llm_key": "sk-secret\n"},
        {"llm_timeout_s": 0},
    ],
)
def test_wrong_settings_are_refused(
    wrong: dict[str, object], server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"llm_url": server.url, "llm_model": "tiny", **wrong}.items():
        monkeypatch.setenv(f"CLEANCAST_{name.upper()}", str(value))
    with pytest.raises(BadOption) as raised:
        choose({})
    assert "secret" not in str(raised.value)


def test_its_name_tells_in_a_transcript_and_its_key_does_not(
    server: ModelServer, settings: Settings
) -> None:
    given = using(server, settings, llm_key="sk-secret")
    assert given.telling != using(server, settings, llm_model="other").telling
    assert given.telling == using(server, settings, llm_timeout_s=9.0).telling
    assert environment(given)["CLEANCAST_LLM_KEY"] == "sk-secret"
    assert "sk-secret" not in repr(given)
    assert given.llm_key == SecretStr("sk-secret")


# In an episode

TEXT = "It was cold that year. Acme Socks keep you warm. They really do. So we stayed inside."
DOUBTFUL = AdSpan(1.5, 3.9, "sponsor", SURE + 0.01, "Acme", ("sales wording",))


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """A minute of audio, in which the fake recogniser hears twice what it is told to."""
    path = tmp_path / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x10\x00\xf0" * 240_000)
    return path


@pytest.fixture
def doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the detector is fitted to, it finds one doubtful span."""
    monkeypatch.setattr("pipeline.stages.detect", lambda *_, **__: (DOUBTFUL,))


def done(source: Path, settings: Settings, text: str = TEXT) -> tuple[Transcript, bool]:
    engines = FakeEngines(recogniser=FakeRecogniser(text))
    with Run(source, settings, cast("Engines", engines)) as run:
        return process(run), run.complete


@pytest.mark.usefixtures("doubtful")
def test_a_doubt_is_settled_once(tone: Path, server: ModelServer, settings: Settings) -> None:
    plain, _ = done(tone, settings)
    assert [ad.stripped for ad in plain.ads] == [True]
    server.usual = spots()
    given = using(server, settings)
    transcript, complete = done(tone, given)
    assert complete
    assert [ad.stripped for ad in transcript.ads] == [False]
    assert transcript.ads[0].evidence == (
        "sales wording",
        "the language model tiny finds no advertising in it",
    )
    assert transcript.warnings == plain.warnings
    assert "llm" in dict(transcript.provenance.stages)
    assert done(tone, given) == (transcript, True)
    assert len(server.asked) == 1
    done(tone, using(server, settings, llm_model="other"))
    assert len(server.asked) == 2


@pytest.mark.usefixtures("doubtful")
@pytest.mark.parametrize("act", [never, status(503), says("Hm."), spots((7, 99))])
def test_what_went_wrong_changes_nothing_and_is_tried_again(
    act: Act, tone: Path, server: ModelServer, settings: Settings
) -> None:
    plain, _ = done(tone, settings)
    server.usual = act
    transcript, complete = done(tone, using(server, settings, llm_timeout_s=0.3))
    assert not complete
    assert transcript.ads == plain.ads
    assert transcript.utterances == plain.utterances
    (warning,) = set(transcript.warnings) - set(plain.warnings)
    assert warning.startswith(
        "The language model tiny told nothing of a doubtful span, left un"
    )
    server.usual = spots((2, 3))
    transcript, complete = done(tone, using(server, settings))
    assert complete
    assert transcript.ads[0].confidence > DOUBTFUL.confidence
    assert transcript.warnings == plain.warnings


@pytest.mark.usefixtures("doubtful")
def test_only_the_passage_leaves_the_machine(
    tone: Path, server: ModelServer, settings: Settings
) -> None:
    secrets = [f"Secret {i}." for i in range(40)]
    done(tone, using(server, settings), " ".join([TEXT, *secrets]))
    (body,) = server.asked
    sent = body["messages"][1]["content"].splitlines()
    assert [line.partition(" ")[2] for line in sent] == [
        "It was cold that year.",
        "Acme Socks keep you warm.",
        "They really do.",
        "So we stayed inside.",
        *secrets[:4],
    ]
    assert "Secret 4" not in json.dumps(body)
    assert "tone" not in json.dumps(body)


def test_nobody_is_asked_where_nothing_is_doubtful(
    tone: Path, server: ModelServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.stages.detect", lambda *_, **__: ())
    done(tone, using(server, settings))
    assert server.asked == []


@pytest.mark.usefixtures("doubtful")
def test_words_alone_are_asked_about_too(
    server: ModelServer, settings: Settings, tmp_path: Path
) -> None:
    words: list[dict[str, Any]] = [
        {"text": word.text, "start": word.start, "end": word.end}
        for word in words_of(TEXT, 0.0)
    ]
    file = tmp_path / "words.json"
    file.write_text(json.dumps({"words": words, "duration": 120.0}))
    (ad,), warnings = ads_of_words(file, using(server, settings))
    assert (ad.confidence > 0.8, warnings) == (True, ())
    server.usual = status(500)
    ads, warnings = ads_of_words(file, using(server, settings))
    assert [ad.confidence for ad in ads] == [DOUBTFUL.confidence]
    assert len(warnings) == 1


# The doctor


@pytest.mark.parametrize(
    ("act", "detail", "cure"),
    [
        (spots((3, 5)), "answered within", ""),
        (spots((3, 4)), "does not find a plain advert", "larger model"),
        (spots(), "does not find a plain advert", "larger model"),
        (says("Hm."), "of no use", "larger model"),
        (status(401), "answered 401", "Set CLEANCAST_LLM_KEY"),
        (never, "longer than 0.3 s", "Raise CLEANCAST_LLM_TIMEOUT_S"),
    ],
)
def test_the_doctor_asks_it_something(
    act: Act, detail: str, cure: str, server: ModelServer, settings: Settings
) -> None:
    server.usual = act
    patience_s = 0.3 if act is never else 5.0
    findings = examine(using(server, settings, llm_timeout_s=patience_s), port=False)
    finding = next(one for one in findings if one.name == "language model")
    assert detail in finding.detail
    assert finding.ok == (not finding.cure)
    assert cure in finding.cure
    assert finding.ok or finding.cure.endswith(".")
    assert server.asked[0]["messages"][1]["content"].startswith("1. So the bridge")


def test_the_doctor_leaves_out_what_is_not_set(settings: Settings) -> None:
    assert "language model" not in [one.name for one in examine(settings, port=False)]
