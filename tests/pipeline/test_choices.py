from pathlib import Path

import pytest
from pydantic import SecretStr

from pipeline.choices import OPTIONS, BadOption, choose, speaker_range
from pipeline.settings import Settings


@pytest.mark.parametrize(
    ("text", "range_"), [("3", (3, 3)), ("2-5", (2, 5)), ("1-20", (1, 20))]
)
def test_speaker_ranges(text: str, range_: tuple[int, int]) -> None:
    assert speaker_range(text) == range_


@pytest.mark.parametrize("text", ["", "0", "21", "5-2", "two", "2-", "-2", "1-2-3"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(BadOption, match="1 to 20") as raised:
        choose({"speakers": text})
    assert raised.value.option == "speakers"


def test_texts_become_settings() -> None:
    settings = choose(
        {
            "context": "Dr. Ada Byrne",
            "model": "tiny.en",
            "language": "EN",
            "speakers": "2-4",
            "strip": "sponsor, intro",
            "diarizer": "builtin",
            "voices": '{"Nora": "nora.wav"}',
        }
    )
    assert settings.context == "Dr. Ada Byrne"
    assert settings.language == "en"
    assert (settings.least_speakers, settings.most_speakers) == (2, 4)
    assert settings.strip == {"sponsor", "intro"}
    assert settings.diarizer == "builtin"
    assert settings.voices == {"Nora": "nora.wav"}


@pytest.mark.parametrize("text", ["Nora=nora.wav", '["nora.wav"]', '{"Nora": 1}'])
def test_clips_come_as_json(text: str) -> None:
    with pytest.raises(BadOption, match="voices cannot be"):
        choose({"voices": text})


def test_what_is_not_given_is_the_environment_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANCAST_MODEL", "small")
    monkeypatch.setenv("CLEANCAST_STRIP", "intro")
    assert choose(dict.fromkeys(OPTIONS)).model == "small"
    assert choose({"model": "base"}).strip == {"intro"}
    assert choose({"strip": "none"}).strip == frozenset()


def base(folder: Path) -> Settings:
    """Settings of which each kind of value is another than the default."""
    return Settings(
        data_dir=folder,
        model="small",
        strip="",
        pyannote_token=SecretStr("secret"),
        import_roots=(folder / "a", folder / "b"),
        keep_audio_days=2.5,
        voices={"Nora": "/a/nora.wav"},
        least_speakers=2,
        most_speakers=3,
    )


def test_nothing_of_the_base_is_lost(tmp_path: Path) -> None:
    before = base(tmp_path)
    after = choose({"language": "de"}, before)
    assert after.language == "de"
    assert after.model_copy(update={"language": None}) == before
    assert after.pyannote_token is not None
    assert after.pyannote_token.get_secret_value() == "secret"


def test_the_environment_does_not_reach_past_the_base(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = base(tmp_path)
    monkeypatch.setenv("CLEANCAST_LANGUAGE", "fr")
    monkeypatch.setenv("CLEANCAST_STRIP", "intro")
    assert choose({}, before) == before
    monkeypatch.setenv("CLEANCAST_MODEL", "base")
    assert choose({"speakers": "4"}, before).model == "small"


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("language", "English!"),
        ("model", ""),
        ("strip", "sponsors"),
        ("strip", "none,sponsor"),
        ("diarizer", "magic"),
        ("modle", "base"),
        ("data_dir", "/"),
    ],
)
def test_a_wrong_option_is_named_in_one_sentence(option: str, text: str) -> None:
    with pytest.raises(BadOption, match=option) as raised:
        choose({option: text})
    assert raised.value.option == option
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_what_is_wrong_with_the_environment_is_named_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLEANCAST_THREADS", "many")
    with pytest.raises(BadOption, match="threads cannot be 'many'") as raised:
        choose({})
    assert raised.value.option == "threads"


def test_a_model_of_english_takes_no_other_language(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match=r"tiny\.en knows English only: choose tiny,"):
        choose({"model": "tiny.en", "language": "de"})
    assert choose({"model": "tiny.en", "language": "en"}).language == "en"
    assert choose({"model": "tiny", "language": "de"}).language == "de"
    for size, fits in ((51864, False), (51865, True)):
        (tmp_path / "vocabulary.txt").write_text("x\n" * size)
        given = {"model": str(tmp_path), "language": "de"}
        if fits:
            assert choose(given).language == "de"
        else:
            with pytest.raises(BadOption, match="knows English only"):
                choose(given)
