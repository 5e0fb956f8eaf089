from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.options import Choices, format_list, make_folder, server_url, settings_from


@pytest.mark.parametrize(
    ("text", "range_"), [("3", (3, 3)), ("2-5", (2, 5)), ("1-20", (1, 20))]
)
def test_speaker_ranges(text: str, range_: tuple[int, int]) -> None:
    settings = settings_from(speakers=text)
    assert (settings.least_speakers, settings.most_speakers) == range_


@pytest.mark.parametrize("text", ["", "0", "21", "5-2", "two", "2-", "-2", "1-2-3"])
def test_what_is_no_range_is_a_usage_error(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="1 to 20") as raised:
        settings_from(speakers=text)
    assert raised.value.param_hint == "--speakers"


def test_formats_come_once_each_in_order() -> None:
    assert format_list("vtt, txt,vtt", ("txt", "vtt")) == ("vtt", "txt")


@pytest.mark.parametrize("text", ["", "docx", "txt,docx", ","])
def test_unknown_formats_name_the_known(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="choose from txt, vtt"):
        format_list(text, ("txt", "vtt"))


def test_given_options_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANCAST_MODEL", "small")
    assert settings_from(model="tiny.en").model == "tiny.en"
    assert settings_from(model=None).model == "small"


def test_all_means_all() -> None:
    assert format_list("all", ("txt", "vtt")) == ("txt", "vtt")
    assert len(settings_from(strip="all").strip) == 6


def test_language_codes_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_from(language="EN").language == "en"
    monkeypatch.setenv("CLEANCAST_LEAST_SPEAKERS", "5")
    monkeypatch.setenv("CLEANCAST_MOST_SPEAKERS", "2")
    with pytest.raises(typer.BadParameter, match="fewest speakers"):
        settings_from()


def test_none_strips_nothing() -> None:
    assert settings_from(strip="none").strip == frozenset()


@pytest.mark.parametrize(
    "options",
    [{"strip": "sponsors"}, {"speakers": "x"}, {"language": "English!"}, {"model": ""}],
)
def test_a_wrong_value_is_a_usage_error(options: dict[str, str]) -> None:
    with pytest.raises(typer.BadParameter):
        settings_from(**options)


def test_context_must_be_text(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dr. Ada Byrne", encoding="utf-8-sig")
    assert settings_from(context=tmp_path / "notes.txt").context == "Dr. Ada Byrne"
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(typer.BadParameter, match="not a text file"):
        settings_from(context=tmp_path / "picture.png")
    with pytest.raises(typer.BadParameter, match="cannot be read"):
        settings_from(context=tmp_path / "missing.txt")


def test_a_text_in_the_place_of_its_file_is_not_told_back_whole() -> None:
    with pytest.raises(typer.BadParameter, match="name a file with the text") as raised:
        settings_from(context=Path("Ada speaks of bees. " * 100))
    assert len(str(raised.value)) < 150


def test_a_hint_names_what_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(typer.BadParameter) as raised:
        settings_from(language="English!")
    assert raised.value.param_hint == "--language or CLEANCAST_LANGUAGE"
    monkeypatch.setenv("CLEANCAST_THREADS", "many")
    with pytest.raises(typer.BadParameter) as raised:
        settings_from()
    assert raised.value.param_hint == "CLEANCAST_THREADS"


def test_only_what_was_given_is_sent(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Ada")
    given = Choices(context=tmp_path / "notes.txt", model=None, strip="")
    assert given.texts == {"context": "Ada", "strip": "none"}


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://me:secret@cast.example/base/", "https://me:secret@cast.example/base"),
        ("http://[::1]:8000/?q#f", "http://[::1]:8000"),
    ],
)
def test_urls_come_without_their_ends(given: str, url: str) -> None:
    assert server_url(given) == url


@pytest.mark.parametrize(
    "given", ["", "localhost:8000", "ftp://x", "http://", "http://x:port", "http://[::1", "/a"]
)
def test_what_is_no_url_is_a_usage_error(given: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no URL such as"):
        server_url(given)


def test_a_folder_that_cannot_be_made_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(typer.BadParameter, match="cannot be made: not a directory"):
        make_folder(tmp_path / "file/inner")
    with pytest.raises(typer.BadParameter, match="is a file: name a folder"):
        make_folder(tmp_path / "file")
    monkeypatch.setattr("pipeline.options.os.access", lambda *_: False)
    with pytest.raises(typer.BadParameter, match="cannot be written"):
        make_folder(tmp_path / "new")


def test_a_language_that_is_no_code_is_told_what_one_is() -> None:
    with pytest.raises(typer.BadParameter, match='give a code such as "en"'):
        settings_from(language="klingon")


@pytest.mark.parametrize("option", ["--every", "--settle"])
def test_no_watch_waits_for_ever(option: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["watch", str(tmp_path), "--once", option, "1e300"])
    assert (done.exit_code, option in done.output) == (2, True)


def test_what_is_no_model_is_told_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"no model tinny: choose among tiny\.en, "):
        settings_from(model="tinny")
    for name in ("large-v3", str(tmp_path), "somebody/theirs"):
        assert settings_from(model=name).model == name


def test_the_version_is_told() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.output) == (0, f"cleancast {version('cleancast')}\n")
