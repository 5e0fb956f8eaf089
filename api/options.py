"""Options as a request gives them, once they are known to work. Knows no route."""

from __future__ import annotations

from collections.abc import Mapping

from api.schemas import Options
from pipeline import clips
from pipeline.intake import Intake


def checked(options: Options, intake: Intake) -> dict[str, str]:
    """The options that were given, as texts. Raises BadOption."""
    given = options.given()
    intake.check(given)
    return given


def chosen(options: Mapping[str, str]) -> dict[str, str]:
    """An episode's options as people write them."""
    return {name: text for name, text in options.items() if name != clips.OPTION}


def lasting(options: Mapping[str, str]) -> dict[str, str]:
    """Those that stay when others are chosen: the clips that came with the episode."""
    return {name: text for name, text in options.items() if name == clips.OPTION}
