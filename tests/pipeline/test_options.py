from pathlib import Path

import pytest
import typer

from pipeline.options import format_list, settings_from, speaker_range


@pytest.mark.parametrize(
    ("text", "range_"), [("3", (3, 3)), ("2-5", (2, 5)), ("1-20", (1, 20))]
)
def test_speaker_ranges(text: str, range_: tuple[int, int]) -> None:
    assert speaker_range(text) == range_


@pytest.mark.parametrize("text", ["", "0", "21", "5-2", "two", "2-", "-2", "1-2-3"])
def test_what_is_no_range_is_a_usage_error(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="1 to 20"):
        speaker_range(text)


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
        settings_from(**options)  # type: ignore[arg-type]


def test_context_must_be_text(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dr. Ada Byrne", encoding="utf-8-sig")
    assert settings_from(context=tmp_path / "notes.txt").context == "Dr. Ada Byrne"
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(typer.BadParameter, match="not a text file"):
        settings_from(context=tmp_path / "picture.png")
    with pytest.raises(typer.BadParameter, match="cannot be read"):
        settings_from(context=tmp_path / "missing.txt")
