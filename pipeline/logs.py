"""The service's log: one handler, as lines for a person or as JSON for a program.

Also quiets the libraries that log for themselves. This file does not know what is logged,
nor who reads it.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

Form = Literal["auto", "text", "json"]

FLOORS = {
    "alembic": logging.WARNING,
    "dbos": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "httpx2": logging.WARNING,
    "httpcore2": logging.WARNING,
}
"""Loggers that say too much, and the least level of theirs that is shown."""

_OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "dbos")
_NOISE = ("color_message", "applicationID", "applicationVersion", "executorID")
"""What uvicorn and dbos attach to every record of theirs."""

_BARE = frozenset((*RESERVED_ATTRS, *_NOISE, "taskName"))
# Also what ends a line in some terminals, turns the direction of text, or is no character.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def configure(form: Form, stream: TextIO | None = None) -> None:
    """Make the root logger log to `stream` (stderr) from INFO on, and to nothing else.

    "auto" is text on a terminal, else JSON. May be called again: the last call counts.
    """
    stream = stream or sys.stderr
    if form == "auto":
        form = "text" if stream.isatty() else "json"
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextLines() if form == "text" else JsonLines())
    # dbos sets its level back to INFO when it is launched, so levels alone do not last.
    handler.addFilter(_loud_enough)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _OWN_HANDLERS:
        logger = logging.getLogger(name)
        # dbos gives itself a handler when it finds none: so it finds one that does nothing.
        logger.handlers = [logging.NullHandler()]
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    for name, floor in FLOORS.items():
        logging.getLogger(name).setLevel(floor)


class JsonLines(JsonFormatter):
    """One JSON object a line: time, level, logger, message, extras, exception."""

    def __init__(self) -> None:
        super().__init__(
            ["time", "levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            reserved_attrs=sorted(_BARE),
        )

    def add_fields(
        self,
        log_data: dict[str, Any],
        record: logging.LogRecord,
        message_dict: dict[str, Any],
    ) -> None:
        """As the base, and the time in UTC to the millisecond."""
        super().add_fields(log_data, record, message_dict)
        at = datetime.fromtimestamp(record.created, UTC)
        log_data["time"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class TextLines(logging.Formatter):
    """A line a record: local time, level, message, extras; a traceback indented below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text in which only this method begins lines."""
        at = datetime.fromtimestamp(record.created).astimezone()
        line = f"{at:%H:%M:%S} {record.levelname:<5} {record.getMessage()}"
        extras = " ".join(f"{name} {value}" for name, value in _extras(record).items())
        lines = [f"{line} [{extras}]" if extras else line]
        if record.exc_info:
            lines += self.formatException(record.exc_info).split("\n")
        if record.stack_info:
            lines += record.stack_info.split("\n")
        return "\n    ".join(map(_safe, lines))


class ForEpisode(logging.LoggerAdapter[logging.Logger]):
    """A logger whose every record names its episode, beside the record's own extras."""

    def process(
        self, msg: object, kwargs: MutableMapping[str, Any]
    ) -> tuple[object, MutableMapping[str, Any]]:
        """Merge the extras; the base class would drop the record's own."""
        kwargs["extra"] = {**(self.extra or {}), **(kwargs.get("extra") or {})}
        return msg, kwargs


def of_episode(logger: logging.Logger, episode_id: str) -> ForEpisode:
    """`logger`, for records about one episode (its 64 hexadecimal digits)."""
    return ForEpisode(logger, {"episode": episode_id})


def _extras(record: logging.LogRecord) -> dict[str, object]:
    """What a record bears besides the usual, the episode by its first eight digits."""
    found = {name: value for name, value in vars(record).items() if name not in _BARE}
    if "episode" in found:
        found["episode"] = str(found["episode"])[:8]
    return found


def _safe(line: str) -> str:
    r"""The line with what could forge another one, or command a terminal, as "\n", "\x1b"."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), line)


def _loud_enough(record: logging.LogRecord) -> bool:
    return all(
        record.levelno >= floor
        for name, floor in FLOORS.items()
        if record.name == name or record.name.startswith(f"{name}.")
    )
