"""The only import of onnxruntime and tokenizers in this room: the fitted networks, verified.

This file does not know what the networks were fitted to.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from episodes.errors import WeightsError

# onnxruntime's own builds report every session to their maker, unless told before they load.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

WEIGHTS = Path(__file__).parent / "weights"

SHA256 = {
    "encoder.onnx": "950041f8b289acaba9398105b4d18b65b911c6a9b6b904a69dd75432ef1d00b9",
    "context.onnx": "2c172e923b14eb4e6ec52edd16e8d0795af8c9a08bafcd4cd89cdf7ecea28147",
    "tokenizer.json": "717943840fc09c1b52a9880b609d6f2a7b5dba476fcabffb34923f08af5cab8c",
}
"""The files of the fitted weights and what they must be."""

BATCH = 16
"""Sentences of about one length are encoded together, this many at a time; their vectors do not
depend on it."""

Floats = NDArray[np.float32]


def present(folder: Path = WEIGHTS) -> bool:
    """Whether the fitted weights are there."""
    return all((folder / name).is_file() for name in SHA256)


class Network:
    """Reads sentences with the fitted weights, on one core.

    Raises WeightsError where a file is not the one that was tested.
    """

    def __init__(self, folder: Path = WEIGHTS) -> None:
        files = {name: _verified(folder / name) for name in SHA256}
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._encoder, self._context = (
            onnxruntime.InferenceSession(
                files[name], options, providers=["CPUExecutionProvider"]
            )
            for name in ("encoder.onnx", "context.onnx")
        )
        self._tokenizer = Tokenizer.from_buffer(files["tokenizer.json"])

    def encode(self, texts: Sequence[str]) -> Floats:
        """A vector of length 1 for each text, shape (texts, 384)."""
        rows = [self._tokenizer.encode(text).ids for text in texts]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        vectors = np.zeros((len(rows), 384), dtype=np.float32)
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            pieces = np.zeros((len(batch), len(rows[batch[-1]])), dtype=np.int64)
            for row, i in enumerate(batch):
                pieces[row, : len(rows[i])] = rows[i]
            (vectors[batch],) = self._encoder.run(None, {"pieces": pieces})
        return vectors

    def judge(self, vectors: Floats, columns: Floats) -> Floats:
        """Log-odds for each sentence of an episode from its vectors and columns.

        Shape (sentences, 4): of being inside a paid spot, its first, its last, and of being
        inside an appeal for the show.
        """
        feed = {"vectors": vectors[None], "columns": columns[None]}
        return cast("Floats", self._context.run(None, feed)[0][0])


def _verified(path: Path) -> bytes:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256[path.name]:
        raise WeightsError(
            f"{path} is not the file this version was tested with: "
            "restore it from the project's repository."
        )
    return data
