"""The only import of onnxruntime: a network with one input and one output, checked and loaded.

This file does not know what its networks compute.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from episodes.errors import WeightsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# onnxruntime's own builds report every session to their maker, unless told before they load.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

WEIGHTS = Path(__file__).parent / "weights"

SHA256 = {
    "segmentation": "ec841806c9a77d2c2af0d604c2063fdf858d6966a54ee9712d92c2e9cfb0172f",
    "campplus": "aa2ddbd2641cb23d4159f4afa5ddfba572a814630b9c896f7d590389567a2f30",
}
"""The networks of the default engine and what their files must be."""


class Network:
    """A verified network on the CPU. `threads` 0 leaves the number to onnxruntime.

    Raises WeightsError where the file is missing or is not the one that was tested.
    """

    def __init__(self, name: str, threads: int = 0, folder: Path = WEIGHTS) -> None:
        path = folder / f"{name}.onnx"
        weights = _verified(path, SHA256[name])
        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        # Idle threads must sleep, not spin: the recogniser wants the cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            weights, options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """The network's output for a batch; the first axis is the batch."""
        (output,) = self._session.run(None, {self._input: batch})
        return cast("NDArray[np.float32]", output)


def _verified(path: Path, sha256: str) -> bytes:
    if not path.is_file():
        raise WeightsError(f"{path} is missing: restore it from the project's repository.")
    weights = path.read_bytes()
    if hashlib.sha256(weights).hexdigest() != sha256:
        raise WeightsError(
            f"{path} is not the file this version was tested with: "
            "restore it from the project's repository."
        )
    return weights
