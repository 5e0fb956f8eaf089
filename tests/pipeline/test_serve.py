import socket

import pytest

from episodes.errors import BadInput
from pipeline import serve
from pipeline.serve import listen


def test_a_port_that_is_taken_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "LEAVING_S", 0.0)
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(BadInput, match=r"address already in use; .*another with --port\.$"),
    ):
        listen("127.0.0.1", other.getsockname()[1])


def test_an_address_of_elsewhere_is_named_with_its_cure() -> None:
    with pytest.raises(BadInput, match=r"cannot assign requested address; .*--host\.$"):
        listen("192.0.2.1", 0)
