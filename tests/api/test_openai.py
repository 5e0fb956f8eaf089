"""The routes that speak as OpenAI's API does: every form, streams, errors, repeated fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES  # type: ignore[import-untyped]
from httpx2 import Response

from api import awaited, openai
from api.languages import LANGUAGES
from api.openai_forms import letters
from speakers.utterances import group
from tests.api.conftest import SAID, Service, found, problem, serving
from tests.api.forms import FILE, KIND, form
from tests.fakes import words_of
from transcribe.context import terms

PLACE = "/v1/audio/transcriptions"
TEXT = " ".join(text for _, _, text in SAID)
KEPT = " ".join(text for speaker, _, text in SAID if speaker != "Speaker 3")
USAGE = {"type": "duration", "seconds": 60}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awaited, "LOOK_S", 0.01)


def post(service: Service, content: bytes = b"audio", /, **fields: str | list[str]) -> Response:
    """Without a worker."""
    return service.client.post(
        PLACE,
        files={"file": ("one.mp3", content)},
        data={"model": "whisper-1"} | fields,
    )


def ask(service: Service, content: bytes = b"audio", /, **fields: str | list[str]) -> Response:
    """With one that works."""
    with service.working():
        answer = post(service, content, **fields)
    assert answer.status_code == 200, answer.text
    return answer


def fault(answer: Response, status: int, param: str | None = None) -> str:
    """The message of an error, which must have OpenAI's shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    (told,) = answer.json().values()
    assert set(told) == {"message", "type", "param", "code"}
    assert told["type"] == ("server_error" if status >= 500 else "invalid_request_error")
    assert told["param"] == param
    message: str = told["message"]
    assert message.endswith(".")
    return message


def only(service: Service) -> dict[str, Any]:
    """The one episode there is."""
    (episode,) = service.client.get("/v1/episodes").json()["episodes"]
    told: dict[str, Any] = episode
    return told


def events(answer: Response) -> list[dict[str, Any]]:
    lines = [line for line in answer.text.splitlines() if line and not line.startswith(":")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_json_is_the_text_and_what_it_took(service: Service) -> None:
    answer = ask(service)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"text": TEXT, "usage": USAGE}
    episode = only(service)
    assert (episode["status"], episode["show"], episode["title"]) == ("done", None, "one")
    assert episode["options"] == {}
    assert service.incoming() == []


def test_ads_are_left_out_on_demand(service: Service) -> None:
    assert ask(service, ads="strip").json()["text"] == KEPT


def test_verbose_json_has_segments_and_the_language_by_name(service: Service) -> None:
    told = ask(service, response_format="verbose_json").json()
    segments = told.pop("segments")
    assert told == {
        "task": "transcribe",
        "language": "english",
        "duration": 60.0,
        "text": TEXT,
        "usage": USAGE,
    }
    assert "".join(one["text"] for one in segments).strip() == TEXT
    assert [one["id"] for one in segments] == list(range(len(segments)))
    first = segments[0]
    assert 0 < first.pop("compression_ratio") < 2
    assert first == {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": 3.84,
        "text": f" {SAID[0][2]}",
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": 0.0,
        "no_speech_prob": 0.0,
    }


def test_words_come_when_asked_for(service: Service) -> None:
    many = ["word", "segment"]
    told = ask(
        service, response_format="verbose_json", **{"timestamp_granularities[]": many}
    ).json()
    assert [one["word"] for one in told["words"]] == TEXT.split()
    assert told["words"][1] == {"word": "to", "start": 0.3, "end": 0.54}
    assert told["segments"]


def test_diarized_json_has_letters_or_names_and_no_words(service: Service) -> None:
    told = ask(service, response_format="diarized_json").json()
    segments = told.pop("segments")
    assert told == {"task": "transcribe", "duration": 60.0, "text": TEXT, "usage": USAGE}
    assert [one["speaker"] for one in segments] == ["A", "B", "C", "A"]
    assert segments[0] == {
        "type": "transcript.text.segment",
        "id": "seg_001",
        "start": 0.0,
        "end": 3.84,
        "text": SAID[0][2],
        "speaker": "A",
    }
    names = {"Speaker 1": "Nora", "Speaker 3": "A"}
    service.client.patch(only(service)["links"]["self"], json={"speakers": names})
    named = post(service, response_format="diarized_json").json()["segments"]
    assert [one["speaker"] for one in named] == ["Nora", "A", "B", "Nora"]


def test_letters_go_on_after_z() -> None:
    several = list(islice(letters(), 26 * 27 + 1))
    assert several[:2] + several[25:28] == ["A", "B", "Z", "AA", "AB"]
    assert several[-2:] == ["ZZ", "AAA"]


@pytest.mark.parametrize("name", ["text", "srt", "vtt"])
def test_plain_bodies(service: Service, name: str) -> None:
    answer = ask(service, response_format=name)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    if name == "text":
        assert answer.text == f"{TEXT}\n"
    else:
        query = {"format": name, "ads": "keep"}
        native = service.client.get(only(service)["links"]["transcript"], params=query)
        assert answer.text == native.text
        assert "Acme" in answer.text


def test_a_stream_brings_the_text_and_an_end(service: Service) -> None:
    answer = ask(service, stream="true")
    assert answer.headers["content-type"].startswith("text/event-stream")
    *deltas, done = events(answer)
    assert {one["type"] for one in deltas} == {"transcript.text.delta"}
    assert "".join(one["delta"] for one in deltas) == TEXT
    assert done == {"type": "transcript.text.done", "text": TEXT, "usage": USAGE}


def test_a_stream_of_speakers_brings_their_segments(service: Service) -> None:
    answer = ask(service, stream="True", response_format="diarized_json")
    *segments, done = events(answer)
    whole = post(service, response_format="diarized_json").json()
    assert segments == whole["segments"]
    assert done["text"] == whole["text"]


def test_a_quiet_stream_is_kept_open(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "PING_S", 0.0)
    service.ledger.beat("a worker")
    with service.client.stream(
        "POST",
        PLACE,
        files={"file": ("one.mp3", b"audio")},
        data={"model": "whisper-1", "stream": "true"},
    ) as answer:
        lines: Iterator[str] = answer.iter_lines()
        assert any(line.startswith(":") for line in lines)
        service.finish(only(service)["id"])
        assert '"transcript.text.done"' in [line for line in lines if line.strip()][-1]


def test_what_is_done_is_answered_at_once_and_without_a_worker(service: Service) -> None:
    service.done(speakers="2", language="en")
    assert post(service).json()["text"] == TEXT
    assert service.queued() == 1
    assert only(service)["options"] == {"speakers": "2", "language": "en"}


def test_other_options_begin_the_work_anew_and_keep_the_rest(service: Service) -> None:
    service.done(speakers="2", model="small")
    ask(service, model="medium")
    assert service.queued() == 2
    assert only(service)["options"] == {"speakers": "2", "model": "medium"}
    ask(service, model="gpt-4o-transcribe", language="EN", prompt="The Old Anchor.")
    assert service.queued() == 3
    options = {"speakers": "2", "language": "en", "context": "The Old Anchor."}
    assert only(service)["options"] == options


def test_the_service_s_own_model_may_be_named(service: Service) -> None:
    service.done()
    assert post(service, model=service.held.settings.model).json()["text"] == TEXT
    assert service.queued() == 1


def test_work_under_way_is_waited_for(service: Service) -> None:
    service.sent()
    ask(service)
    assert service.queued() == 1
    service.sent(b"other audio")
    ask(service, b"other audio", language="en")
    assert service.queued() == 3


def test_what_failed_or_was_cancelled_is_tried_again(service: Service) -> None:
    service.fail(service.sent())
    assert ask(service).json()["text"] == TEXT
    assert service.held.library.restart(only(service)["id"])
    assert service.held.library.cancel(only(service)["id"])
    assert ask(service).json()["text"] == TEXT


def test_audio_that_cannot_be_read_is_the_sender_s_fault(service: Service) -> None:
    with service.working("one.mp3 holds no audio."):
        answer = post(service)
        (told,) = events(post(service, stream="true"))
    assert fault(answer, 400, "file") == "one.mp3 holds no audio."
    assert told == answer.json()


def test_other_failures_are_not_tried_again_by_clients(service: Service) -> None:
    service.done()
    with service.working("The weights of large are damaged."):
        answer = post(service, model="large")
    assert fault(answer, 500) == "The weights of large are damaged."
    assert answer.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(
    ("end", "status"), [("cancel", 409), ("delete", 404)], ids=["cancelled", "deleted"]
)
def test_work_that_somebody_ends_is_an_error(
    service: Service, monkeypatch: pytest.MonkeyPatch, end: str, status: int
) -> None:
    service.ledger.beat("a worker")
    library = service.held.library
    ends = {"cancel": library.cancel, "delete": library.delete}
    look = library.get

    def ended(episode_id: str) -> Any:  # noqa: ANN401
        ends[end](episode_id)
        return look(episode_id)

    monkeypatch.setattr(library, "get", ended)
    fault(post(service), status)


def test_without_a_worker_nothing_is_waited_for(service: Service) -> None:
    for stream in ("false", "true"):
        assert "No worker" in fault(post(service, stream=stream), 503)
    assert only(service)["status"] == "queued"
    assert ask(service).json()["text"] == TEXT


def test_who_hangs_up_leaves_the_work_to_go_on(service: Service) -> None:
    service.ledger.beat("a worker")
    body = form(FILE, ('name="model"', b"whisper-1"))
    status, _ = service.put([body], {"Content-Type": KIND}, path=PLACE)
    assert status == 400
    assert only(service)["status"] == "queued"
    assert ask(service).json()["text"] == TEXT
    assert service.queued() == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("model", ""),
        ("model", "../x"),
        ("model", "tinny"),
        ("language", "xx"),
        ("language", "english"),
        ("prompt", "p" * 200_001),
        ("response_format", "xml"),
        ("stream", "maybe"),
        ("ads", "mark"),
        ("timestamp_granularities[]", "word"),
        ("timestamp_granularities[]", "letter"),
        ("include[]", "words"),
        ("languages[]", "xx"),
        ("keywords[]", "k" * 201),
        ("speakers", "2"),
        ("volume[]", "11"),
    ],
)
def test_a_bad_field_is_named(service: Service, name: str, text: str) -> None:
    message = fault(post(service, **{name: text}), 400, name)
    assert len(message) < 300
    assert service.incoming() == []
    assert service.queued() == 0


@pytest.mark.parametrize("name", ["srt", "vtt", "verbose_json"])
def test_what_has_no_stream_is_not_streamed(service: Service, name: str) -> None:
    fault(post(service, stream="true", response_format=name), 400, "stream")


def test_fields_without_effect_are_taken(service: Service) -> None:
    fields: dict[str, str | list[str]] = {
        "temperature": "0.2",
        "chunking_strategy": "auto",
        "chunking_strategy[type]": "server_vad",
        "chunking_strategy[threshold]": "0.5",
    }
    assert ask(service, **fields).json()["text"] == TEXT


def test_logprobs_are_those_of_the_words(service: Service) -> None:
    told = ask(service, **{"include[]": "logprobs"}).json()
    assert "".join(one["token"] for one in told["logprobs"]) == told["text"] == TEXT
    assert told["logprobs"][1] == {"token": " to", "logprob": 0.0, "bytes": [32, 116, 111]}
    *deltas, done = events(post(service, stream="true", **{"include[]": "logprobs"}))
    for one in deltas:
        assert "".join(logprob["token"] for logprob in one["logprobs"]) == one["delta"]
    assert done["logprobs"] == told["logprobs"]
    refused = post(service, response_format="verbose_json", **{"include[]": "logprobs"})
    fault(refused, 400, "include[]")


def test_keywords_join_the_prompt(service: Service) -> None:
    words = ["Old Anchor", "Gannet Point"]
    ask(service, prompt="A keeper.", **{"keywords[]": words})
    context = only(service)["options"]["context"]
    assert context.startswith("A keeper.")
    assert terms(context) == ("Old Anchor", "Gannet Point")


def test_one_of_languages_is_the_language(service: Service) -> None:
    ask(service, **{"languages[]": ["DE"]})
    assert only(service)["options"] == {"language": "de"}
    ask(service, b"other", **{"languages[]": ["de", "en"]})
    (newest, _) = service.client.get("/v1/episodes").json()["episodes"]
    assert newest["options"] == {}
    ask(service, b"third", language="en", **{"languages[]": ["de"]})
    newest, *_ = service.client.get("/v1/episodes").json()["episodes"]
    assert newest["options"] == {"language": "en"}


@pytest.mark.parametrize("name", ["include", "known_speaker_names", "languages"])
def test_a_list_without_its_brackets_is_told_how_it_is_written(
    service: Service, name: str
) -> None:
    assert fault(post(service, **{name: "en"}), 400, name).endswith(f"is written {name}[].")


def test_only_lists_may_repeat(service: Service) -> None:
    twice = form(FILE, ('name="model"', b"whisper-1"), ('name="model"', b"whisper-1"))
    headers = {"Content-Type": KIND}
    fault(service.client.post(PLACE, content=twice, headers=headers), 400, "model")
    names = form(FILE, *[('name="include[]"', b"logprobs")] * 2)
    native = service.client.post("/v1/episodes", content=names, headers=headers)
    assert problem(native, "invalid")["errors"] == [
        {"field": "include[]", "message": "this is there twice"}
    ]


def test_other_errors_have_the_same_shape(service: Service) -> None:
    fault(service.client.post(PLACE, json={"model": "whisper-1"}), 400)
    fault(service.client.post(PLACE, data={"model": "a"}, files={"x": b""}), 400, "file")
    assert "empty" in fault(post(service, b""), 400)


def test_no_room_is_told(tmp_path: Any) -> None:  # noqa: ANN401
    with serving(tmp_path, disk_reserve_gb=1e6) as service:
        fault(post(service), 507)


def test_what_nobody_foresaw_tells_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(service.held.library, "add", broken)
    assert "secret" not in fault(post(service), 500)


def test_the_models_are_the_service_s_and_its_aliases(service: Service) -> None:
    told = service.client.get("/v1/models").json()
    assert told["object"] == "list"
    ids = [one["id"] for one in told["data"]]
    assert ids[0] == service.held.settings.model
    assert {"whisper-1", "gpt-4o-transcribe-diarize", "default"} <= set(ids)
    for one in told["data"]:
        assert set(one) == {"id", "object", "created", "owned_by"}
        assert (one["object"], one["owned_by"]) == ("model", "cleancast")


def test_a_model_s_folder_is_not_told(tmp_path: Any) -> None:  # noqa: ANN401
    with serving(tmp_path, model="/srv/weights/ours") as service:
        assert service.client.get("/v1/models").json()["data"][0]["id"] == "ours"
        service.done()
        assert post(service, model="ours").status_code == 200


def test_every_language_of_the_recogniser_has_a_name() -> None:
    assert set(LANGUAGES) == set(_LANGUAGE_CODES)
    assert LANGUAGES["ht"] == "haitian creole"


@pytest.mark.parametrize("form_", ["json", "text", "verbose_json", "diarized_json"])
def test_one_paragraph_begins_without_a_blank(service: Service, form_: str) -> None:
    one = replace(found(), utterances=group(words_of(" For 19 years. ", 0.2), ()), ads=())
    service.finish(service.sent(), one)
    answer = post(service, response_format=form_)
    text = answer.text.removesuffix("\n") if form_ == "text" else answer.json()["text"]
    assert text == "For 19 years."
    if form_ in ("json", "text"):
        told = post(service, response_format=form_, stream="true").text
        deltas = [
            json.loads(line[6:]) for line in told.splitlines() if line.startswith("data:")
        ]
        assert "".join(one.get("delta", "") for one in deltas) == "For 19 years."


@pytest.mark.parametrize("path", ["audio/translations", "audio/speech", "audio", "models/x/y/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_missing_addresses_answer_as_openai_does(
    finished: Service, method: str, path: str
) -> None:
    answer = finished.client.request(method, f"/v1/{path}")
    assert answer.status_code in (404, 405)
    fault(answer, answer.status_code)
    if answer.status_code == 405:
        assert answer.headers["allow"]


def test_a_listed_model_is_retrieved_by_its_name(service: Service) -> None:
    listed = service.client.get("/v1/models").json()["data"]
    for model in listed:
        assert service.client.get(f"/v1/models/{model['id']}").json() == model
    assert "no model nothing" in fault(service.client.get("/v1/models/nothing"), 404)


def test_a_models_name_may_hold_a_slash(tmp_path: Path) -> None:
    name = "Systran/faster-whisper-base"
    with serving(tmp_path, model=name) as service:
        assert service.client.get(f"/v1/models/{name}").json()["id"] == name
        assert (
            service.client.get("/v1/models/Systran%2Ffaster-whisper-base").json()["id"] == name
        )
    with serving(tmp_path, model="/srv/models/ours") as service:
        assert service.client.get("/v1/models/ours").status_code == 200
        fault(service.client.get("/v1/models//srv/models/ours"), 404)
