"""Nothing of ours, and nothing that ours loads, tells anybody what it does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "loads",
    [
        "from speakers.network import Network; Network('segmentation')",
        "import transcribe.whisper; from faster_whisper.vad import get_vad_model as v; v()",
    ],
)
def test_onnxruntime_reports_nothing(loads: str, tmp_path: Path) -> None:
    # Where it reports, it keeps a number for this machine; on a CI's it never does.
    quiet = {"ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI", "XDG_CACHE_HOME"}
    environment = {name: text for name, text in os.environ.items() if name not in quiet}
    subprocess.run(
        [sys.executable, "-c", loads],
        env=environment | {"HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )
    assert not [*tmp_path.rglob("deviceid")]
