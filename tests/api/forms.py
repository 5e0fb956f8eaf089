"""Uploads as they go over the wire, made by hand so that they may also be wrong."""

from __future__ import annotations

from httpx2 import Response

from tests.api.conftest import AUDIO, Service, problem

KIND = "multipart/form-data; boundary=edge"
FILE = ('name="file"; filename="one.mp3"', AUDIO)


def form(*parts: tuple[str, bytes], end: bytes = b"--edge--\r\n") -> bytes:
    """A multipart body: each part is what follows `form-data; ` and its content."""
    return (
        b"".join(
            f"--edge\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode()
            + content
            + b"\r\n"
            for about, content in parts
        )
        + end
    )


def post(service: Service, body: bytes, kind: str = KIND) -> Response:
    return service.client.post("/v1/episodes", content=body, headers={"Content-Type": kind})


def refused(service: Service, answer: Response, name: str = "invalid") -> str:
    """The reason that nothing was taken in; nothing of it is left."""
    assert service.incoming() == []
    assert service.queued() == 0
    assert service.client.get("/v1/episodes").json()["episodes"] == []
    detail: str = problem(answer, name)["detail"]
    return detail
