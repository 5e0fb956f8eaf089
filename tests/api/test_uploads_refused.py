"""Uploads that are refused: whatever is wrong is named, and nothing of them is left."""

from __future__ import annotations

import pytest

from pipeline.intake import BLOCK
from tests.api.conftest import Service, fields
from tests.api.forms import FILE, KIND, form, post, refused


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("speakers", "0"),
        ("speakers", "3-2"),
        ("speakers", "21"),
        ("strip", "foo"),
        ("language", "xx1"),
        ("diarizer", "best"),
        ("model", "../x"),
        ("model", "tinny"),
        ("model", "/etc/passwd"),
        ("model", "..\\x"),
        ("model", ".hidden"),
        ("title", "t" * 501),
        ("context", "c" * 200_001),
        ("volume", "11"),
    ],
)
def test_a_bad_option_is_named(empty: Service, name: str, text: str) -> None:
    answer = empty.send(b"audio", "one.mp3", **{name: text})
    assert fields(answer) == [name]
    assert len(refused(empty, answer)) < 300


def test_two_bad_options_are_both_named(empty: Service) -> None:
    assert fields(empty.send(title="t" * 501, volume="11")) == ["title", "volume"]


def test_a_form_without_a_file_lacks_it(empty: Service) -> None:
    answer = post(empty, form(('name="title"', b"x")))
    assert fields(answer) == ["file"]
    refused(empty, answer)


def test_an_empty_file_is_no_audio(empty: Service) -> None:
    assert "empty" in refused(empty, empty.send(b""))


def test_one_upload_is_one_file(empty: Service) -> None:
    other = ('name="file"; filename="two.mp3"', b"more")
    answer = post(empty, form(FILE, other))
    assert fields(answer) == ["file"]
    refused(empty, answer)


def test_one_field_has_one_value(empty: Service) -> None:
    speakers = ('name="speakers"', b"2")
    answer = post(empty, form(speakers, FILE, speakers))
    assert fields(answer) == ["speakers"]
    refused(empty, answer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing of the kind",
        b"--other\r\n\r\n--other--\r\n",
        form(FILE)[:-20],
        form(FILE, end=b""),
        form(FILE)[:30],
        form(FILE).replace(b"form-data; ", b"form-data; \x00\r", 1),
        form(FILE).replace(b"Content-Disposition", b"Content Disposition", 1),
        b"--edge\r\n" + b"X: " + b"y" * 1_000_000,
        b"--edge\r\n" + b"".join(b"X: y\r\n" for _ in range(1000)) + b"\r\n",
    ],
    ids=range(10),
)
def test_a_broken_form_is_refused(empty: Service, body: bytes) -> None:
    refused(empty, post(empty, body), "malformed")


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "audio/mpeg",
        "application/x-www-form-urlencoded",
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/mixed; boundary=edge",
    ],
)
def test_another_content_type_is_refused(empty: Service, kind: str) -> None:
    refused(empty, post(empty, form(FILE), kind), "unsupported-media-type")


def test_a_boundary_has_bounds(empty: Service) -> None:
    kind = "multipart/form-data; boundary=" + "e" * 2000
    refused(empty, post(empty, form(FILE), kind), "malformed")


def test_a_field_of_no_text_is_named(empty: Service) -> None:
    answer = post(empty, form(('name="title"', b"\xff\xfe"), FILE))
    assert fields(answer) == ["title"]
    refused(empty, answer)
    answer = post(empty, form(('name="fil"; filename="one.mp3"', b"\xff\xfe")))
    assert "audio goes into file" in refused(empty, answer)


@pytest.mark.parametrize("about", ["", "name", 'name=""', 'filename="x.mp3"', "name=*"])
def test_a_part_without_a_name_is_refused(empty: Service, about: str) -> None:
    refused(empty, post(empty, form((about, b"x"), FILE)))


def test_a_part_that_is_no_form_data_is_refused(empty: Service) -> None:
    body = form(FILE).replace(b"Content-Disposition: form-data; ", b"X-Other: ")
    refused(empty, post(empty, body))


def test_names_of_fields_take_no_memory_for_ever(empty: Service) -> None:
    many = form(*((f'name="{n:04000d}"', b"") for n in range(400)))
    assert "bytes of text" in refused(empty, post(empty, many))


def test_a_client_that_hangs_up_leaves_nothing(empty: Service) -> None:
    head = form(FILE)[:-20]
    status, _ = empty.put([head, b"x" * BLOCK], {"Content-Type": KIND}, broken=True)
    assert status == 400
    assert empty.incoming() == []
    assert empty.queued() == 0
