"""A language model behind an OpenAI-compatible API: asked in private, believed in nothing.

`POST {url}/chat/completions` as OpenAI's API reference has it, which Ollama, llama.cpp, LM
Studio and vLLM offer too. Everything that can go wrong on the way is NoAnswer, with a clause
for the user. Knows how a model is reached; does not know what follows from what it
says.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from ads.doubts import Witness
from ads.prompt import SCHEMA, BadAnswer, NoAnswer, Stretch, messages, read
from episodes.types import AdKind
from formats.view import one_line
from pipeline.settings import Settings

if TYPE_CHECKING:  # it loads an HTTP library, which is rarely needed here
    from pipeline.outward import Reply

MOST_BYTES = 1_000_000
"""Largest answer that is read: long thoughts, and to spare."""

MOST_SHOWN = 160
"""Characters of a server's own words on an error that are told to the user."""

_FORMAT = {
    "type": "json_schema",
    "json_schema": {"name": "spots", "strict": True, "schema": dict(SCHEMA)},
}
_MANNERS: tuple[Mapping[str, object], ...] = (
    {"temperature": 0, "response_format": _FORMAT},
    {"temperature": 0},
    {},
)
"""From the best way to ask to the plainest: not every server knows schemas, and some models
know no temperature."""

_BASE = "CLEANCAST_LLM_URL is to be the API's base, which mostly ends in /v1"
_CURES = {
    401: "set CLEANCAST_LLM_KEY to a key that it takes",
    403: "set CLEANCAST_LLM_KEY to a key that may use it",
    404: f"{_BASE}, and CLEANCAST_LLM_MODEL a model that it has",
    429: "it is busy, or its quota is used up; process the episode again later",
}
_LARGER = "Set CLEANCAST_LLM_MODEL to a larger model, or unset CLEANCAST_LLM_URL."

_INVENTED = (
    "So the bridge was closed for the whole winter.",
    "Nobody could get to the other side.",
    "This episode is brought to you by Acme Socks.",
    "Acme Socks keep your feet warm, and right now you get twenty percent off.",
    "Go to acme dot example and use the code BRIDGE.",
    "And when spring came, the ferry was the only way across.",
)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Chat(BaseModel):
    choices: list[_Choice] = Field(min_length=1)


class LanguageModel:
    """The one that `settings` name, for one episode.

    All its answers have one deadline: `llm_timeout_s` after the first question, the time to
    look up its host's name not counted.
    """

    def __init__(self, settings: Settings) -> None:
        self.id = (settings.llm_url, settings.llm_model)
        self._key, self._most_s = settings.llm_key, settings.llm_timeout_s
        self._manners, self._until = _MANNERS, float("inf")

    def ask(self, kind: AdKind, sentences: Sequence[str]) -> tuple[Stretch, ...]:
        """Which of the sentences are of that kind. Raises NoAnswer."""
        self._until = min(self._until, time.monotonic() + self._most_s)
        chat = messages(kind, sentences)
        reply = self._post(chat)
        while reply.status in (400, 422) and len(self._manners) > 1:
            self._manners = self._manners[1:]
            reply = self._post(chat)
        if reply.status != 200:
            raise _refused(reply)
        return read(_said(reply), len(sentences))

    def _post(self, chat: list[dict[str, str]]) -> Reply:
        from pipeline.outward import Outward, Unreachable

        url, model = self.id
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        body = {"model": model, "messages": chat, "stream": False, **self._manners[0]}
        try:
            return Outward(private=True).ask(
                f"{(url or '').rstrip('/')}/chat/completions",
                headers,
                json.dumps(body).encode(),
                max(self._until - time.monotonic(), 0.0),
                MOST_BYTES,
            )
        except Unreachable as unreachable:
            if time.monotonic() < self._until:
                reason = str(unreachable).rstrip(".")
                raise NoAnswer(
                    f"{reason[:1].lower()}{reason[1:]}",
                    "see that it runs, and where CLEANCAST_LLM_URL leads",
                ) from unreachable
            raise NoAnswer(
                f"its answers took longer than {self._most_s:g} s",
                "raise CLEANCAST_LLM_TIMEOUT_S, or take a smaller model",
            ) from unreachable


def alone(settings: Settings) -> Witness | None:
    """The model that `settings` name, if any, for a single episode of which nothing is kept."""
    if settings.llm_url is None:
        return None
    model = LanguageModel(settings)
    return Witness(settings.llm_model, lambda asked: model.ask(asked.kind, asked.texts))


def answers(settings: Settings) -> tuple[str, str]:
    """The doctor's look: what became of an invented question, and the cure if it is wrong."""
    began = time.monotonic()
    model = f"{settings.llm_model} at {settings.llm_url}"
    try:
        found = LanguageModel(settings).ask("sponsor", _INVENTED)
    except BadAnswer as bad:
        return f"{model}: {bad.cause}", _LARGER
    except NoAnswer as none:
        return f"{model}: {none.cause}", f"{none.cure[:1].upper()}{none.cure[1:]}."
    if found != ((2, 5),):
        return f"{model} does not find a plain advert of three sentences", _LARGER
    return f"{model} answered within {time.monotonic() - began:.1f} s", ""


def _refused(reply: Reply) -> NoAnswer:
    """What a status other than 200 means, and what to do."""
    if 300 <= reply.status < 400:
        cause = f"it answered {reply.status}, and redirects are not followed"
        return NoAnswer(cause, "set CLEANCAST_LLM_URL to where it leads")
    cure = _CURES.get(reply.status, "see its log, and that it has CLEANCAST_LLM_MODEL")
    said = one_line(reply.content.decode(errors="replace"))[:MOST_SHOWN]
    if not said or reply.status in (401, 403):  # which may say the key back
        return NoAnswer(f"it answered {reply.status}", cure)
    return NoAnswer(f"it answered {reply.status} ({said})", cure)


def _said(reply: Reply) -> str:
    """The model's own words in a whole answer. Raises NoAnswer."""
    try:
        choice = _Chat.model_validate_json(reply.content).choices[0]
    except ValidationError as error:
        raise NoAnswer("what it answers is no OpenAI-compatible chat", _BASE) from error
    if choice.message.refusal:
        raise BadAnswer("it refuses")
    if choice.finish_reason == "length":
        raise BadAnswer("it breaks off")
    return choice.message.content or ""
