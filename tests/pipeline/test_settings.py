import pytest
from pydantic import ValidationError

from pipeline.settings import Settings


def test_every_field_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANCAST_MODEL", "small")
    monkeypatch.setenv("CLEANCAST_STRIP", "sponsor, intro")
    settings = Settings()
    assert settings.model == "small"
    assert settings.strip == {"sponsor", "intro"}


def test_nothing_is_stripped_on_wish() -> None:
    assert Settings(strip="").strip == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [{"strip": "sponsors"}, {"least_speakers": 0}, {"diarizer": "magic"}, {"modle": "x"}],
)
def test_what_is_wrong_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)  # type: ignore[arg-type]


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().model = "small"  # type: ignore[misc]
