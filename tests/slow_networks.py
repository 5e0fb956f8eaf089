"""A worker as a process, whose networks are fakes that take their time and keep a diary.

`python -m tests.slow_networks NAME` works as that executor; without a name it takes one as
the real worker does. In the folder that the variable DIARY names, the file `pace` holds the
seconds each network takes, and the file `diary` gets a line for each thing a network did.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from episodes.spans import Span
from episodes.types import Audio, Segment, Turn
from pipeline.engines import Engines
from pipeline.holdings import open_database
from pipeline.logs import configure
from pipeline.settings import Settings
from pipeline.stagework import Stage, work_by_stage
from pipeline.worker import Worker, serve_queue
from tests.fakes import FakeDiarizer, FakeEngines, FakeRecogniser


class Diary:
    """What the networks did, over all processes; a line is written whole or not at all."""

    def __init__(self) -> None:
        self._folder = Path(os.environ["DIARY"])

    def note(self, what: str) -> None:
        pace = self._folder / "pace"
        time.sleep(float(pace.read_text()) if pace.exists() else 0.0)
        file = os.open(self._folder / "diary", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{what}\n".encode())
        os.close(file)


class SlowRecogniser(FakeRecogniser):
    def __init__(self, diary: Diary) -> None:
        super().__init__()
        self._diary = diary

    def language(self, audio: Audio) -> str:
        self._diary.note("language")
        return super().language(audio)

    def transcribe(
        self,
        audio: Audio,
        piece: Span,
        language: str,
        hotwords: Sequence[str] = (),
        progress: Callable[[float], None] = lambda _: None,
    ) -> tuple[Segment, ...]:
        progress(0.5)
        self._diary.note(f"piece at {piece.start:.1f} of {audio.duration_s:.1f}")
        return super().transcribe(audio, piece, language, hotwords, progress)


class SlowDiarizer(FakeDiarizer):
    def __init__(self, diary: Diary) -> None:
        super().__init__()
        self._diary = diary

    def diarize(
        self,
        audio: Audio,
        least: int = 1,
        most: int = 20,
        progress: Callable[[float], None] = lambda _: None,
    ) -> tuple[Turn, ...]:
        self._diary.note(f"voices of {audio.duration_s:.1f}")
        return super().diarize(audio, least, most, progress)


def slow_engines(_settings: Settings) -> Engines:
    diary = Diary()
    fakes = FakeEngines(recogniser=SlowRecogniser(diary), diarizer=SlowDiarizer(diary))
    return cast("Engines", fakes)


def slow_stages(settings: Settings) -> Stage:
    return work_by_stage(settings, slow_engines)


def main() -> None:
    settings = Settings()
    configure("text")
    engine = open_database(settings)
    if sys.argv[1:]:
        worker = Worker(engine, settings, sys.argv[1], slow_stages)
        worker.start()
        while True:
            time.sleep(0.5)
            worker.keep_house()
    serve_queue(engine, settings, slow_stages)


if __name__ == "__main__":
    main()
