"""A multipart upload, streamed: the file goes to disk and is hashed on the way.

Memory stays constant whatever the file's size. Knows multipart/form-data (RFC 7578); does
not know what fields mean.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from pathlib import PurePath

from anyio import to_thread
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from api.problems import Problem, invalid
from formats.view import one_line
from pipeline.intake import BLOCK, Incoming

MOST_TEXT = 1_000_000
"""Bytes that the fields but the file may have together, unless a route takes more."""
_ESCAPES = {b"%0D": b"\r", b"%0A": b"\n", b"%22": b'"'}
MOST_HEADER = 65_536
"""Bytes of a part's header; a longer name of a file is no name."""


async def receive(
    request: Request,
    incoming: Incoming,
    repeatable: Collection[str] = (),
    most_text: int = MOST_TEXT,
) -> Form:
    """Read the request's body: the field `file` into `incoming`, all others as texts.

    Fields that are `repeatable` are lists of texts. All but the file may have `most_text`
    bytes together, their names counted. Raises Problem and NoRoom.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Problem("unsupported-media-type", "An upload is multipart/form-data.")
    try:
        form = Form(incoming, options[b"boundary"], repeatable, most_text)
        async for block in blocks(request.stream()):
            await to_thread.run_sync(form.write, block)
    except FormParserError as error:
        raise Problem("malformed", f"The upload cannot be read: {error}.") from error
    except ClientDisconnect as error:
        raise Problem("malformed", "The upload broke off.") from error
    form.check()
    return form


async def blocks(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream in larger blocks, since each costs a turn of a thread."""
    held = bytearray()
    async for chunk in stream:
        held += chunk
        if len(held) >= BLOCK:
            yield bytes(held)
            held.clear()
    yield bytes(held)


@dataclass
class _Part:
    name: str
    file: str | None
    text: bytearray = field(default_factory=bytearray)


class Form:
    """The form as read so far: `name` is the file's, `texts` are the other fields.

    `lists` are the fields among `repeatable`, each in the order sent.
    """

    def __init__(
        self,
        incoming: Incoming,
        boundary: bytes,
        repeatable: Collection[str] = (),
        most_text: int = MOST_TEXT,
    ) -> None:
        self.name: str | None = None
        self.texts: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {}
        self._repeatable = repeatable
        self._incoming = incoming
        self._part: _Part | None = None
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._room = self._most_text = most_text
        self._whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, a, b: self._header[0].extend(data[a:b]),
                "on_header_value": lambda data, a, b: self._header[1].extend(data[a:b]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._open,
                "on_part_data": self._take,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
            max_header_size=MOST_HEADER,
        )

    def write(self, block: bytes) -> None:
        """Read on. Raises FormParserError, Problem, NoRoom."""
        self._parser.write(block)

    def check(self) -> None:
        """Whether the form came whole, and with a file. Raises Problem."""
        if not self._whole:
            raise Problem("malformed", "The upload ended before its form did.")
        if self.name is None:
            raise invalid("file", "the audio is missing")

    def _begin(self) -> None:
        self._part, self._disposition = None, b""

    def _end_header(self) -> None:
        name, value = (bytes(part) for part in self._header)
        if name.lower() == b"content-disposition":
            self._disposition = value
        for part in self._header:
            part.clear()

    def _open(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if not name:
            raise Problem("invalid", "A part of the form has no name.")
        if name in self.texts or (name == "file" and self.name is not None):
            raise invalid(name, "this is there twice")
        if name == "file":
            self.name = file_name(form_name(options.get(b"filename", b"")))
        self._count(len(name))
        self._part = _Part(name, self.name if name == "file" else None)

    def _take(self, data: bytes, start: int, end: int) -> None:
        assert self._part is not None
        if self._part.file is not None:
            self._incoming.write(data[start:end])
            return
        self._count(end - start)
        self._part.text += data[start:end]

    def _count(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise Problem(
                "invalid", f"The fields have more than {self._most_text} bytes of text."
            )

    def _end(self) -> None:
        assert self._part is not None
        if self._part.file is None:
            name = self._part.name
            try:
                text = self._part.text.decode("utf-8")
            except UnicodeDecodeError as error:
                raise invalid(name, "this is no text in UTF-8; audio goes into file") from error
            if name in self._repeatable:
                self.lists.setdefault(name, []).append(text)
            else:
                self.texts[name] = text

    def _finish(self) -> None:
        self._whole = True


def form_name(raw: bytes) -> bytes:
    """Return a file's name from a form, without the escapes that browsers and curl write.

    Only these three are escapes there (WHATWG, multipart/form-data): another % is a letter.
    """
    for escaped, plain in _ESCAPES.items():
        raw = raw.replace(escaped, plain)
    return raw


def file_name(raw: bytes) -> str:
    """The name alone, without folders of either kind and without control characters."""
    name = one_line(PurePath(raw.decode("utf-8", "replace").replace("\\", "/")).name)
    return name[-200:] if name.strip(". ") else "episode"
