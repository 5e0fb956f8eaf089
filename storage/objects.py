"""Blobs in an object store such as S3: the only import of obstore.

Objects appear whole by themselves. Credentials and endpoint come from the variables that
every S3 client reads (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION,
AWS_ENDPOINT_URL). This file does not know what the bytes mean.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from episodes.errors import BadInput
from storage.blobs import BLOCK

if TYPE_CHECKING:
    from obstore.store import ObjectStore

MANY = 8 << 20
"""Bytes that are asked for at a time where a blob is read in blocks."""


class ObjectBlobs:
    """Blobs at a URL such as "s3://bucket/prefix". Raises BadInput for what is none."""

    def __init__(self, url: str) -> None:
        import obstore
        from obstore.exceptions import BaseError
        from obstore.store import from_url

        self._obstore = obstore
        try:
            # A store on one's own network may speak no TLS.
            self._store: ObjectStore = from_url(url, client_options={"allow_http": True})
        except (BaseError, ValueError) as error:
            reason = str(error).splitlines()[0]  # what follows is meant for programmers
            raise BadInput(f"{url} is no storage: {reason}.") from error

    def read(self, key: str) -> bytes | None:  # noqa: D102  as Blobs has it
        with _told():
            try:
                return bytes(self._obstore.get(self._store, key).bytes())
            except FileNotFoundError:
                return None

    def write(self, key: str, content: bytes) -> None:  # noqa: D102
        with _told():
            self._obstore.put(self._store, key, content)

    def adopt(self, key: str, file: Path) -> None:  # noqa: D102
        with _told():
            self._obstore.put(self._store, key, file)
        file.unlink()

    def size(self, key: str) -> int | None:  # noqa: D102
        with _told():
            try:
                return self._obstore.head(self._store, key)["size"]
            except FileNotFoundError:
                return None

    def stream(self, key: str, start: int, end: int) -> Iterator[bytes]:  # noqa: D102
        for at in range(start, end, MANY):
            with _told():
                many = self._obstore.get_range(
                    self._store, key, start=at, end=min(at + MANY, end)
                )
            yield bytes(many)

    def local(self, key: str, folder: Path) -> Path:
        """As Blobs has it; a copy that is there already is taken for the blob."""
        copy = folder / key.replace("/", "-")
        size = self.size(key)
        if size is None or copy.exists():
            return copy
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{uuid.uuid4().hex}.part"
        with part.open("wb", BLOCK) as file:
            for block in self.stream(key, 0, size):
                file.write(block)
        return part.replace(copy)

    def below(self, prefix: str) -> list[str]:  # noqa: D102
        with _told():
            pages = self._obstore.list(self._store, prefix=prefix)
            return sorted(meta["path"] for page in pages for meta in page)

    def delete(self, key: str) -> None:  # noqa: D102
        gone = [*self.below(key), key]
        with _told():
            for one in gone:
                try:
                    self._obstore.delete(self._store, one)
                except FileNotFoundError:
                    continue


@contextmanager
def _told() -> Iterator[None]:
    """Whatever the store's library raises as the OSError that it is to everybody else."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError:
        raise
    except BaseError as error:
        raise OSError(f"The storage does not answer: {error}") from error
