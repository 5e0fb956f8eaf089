"""The net that reads an episode's sentences in their order, forwards and backwards.

A gated recurrent net over the sentence vectors and the columns of ads/features.py. It tells,
as log-odds, whether a sentence belongs to a paid spot, begins one, ends one, or belongs to an
appeal for the show itself. This file does not know where the sentences come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ads.features import ROLES, WIDTH

HEADS = 4
"""Inside a paid spot, its first sentence, its last, inside an appeal."""

BATCH = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """One episode, or a part: vectors (n, 384), columns (n, WIDTH), truth (n, HEADS).

    Truth is 0 or 1, negative where it is not known.
    """

    vectors: NDArray[np.float32]
    columns: NDArray[np.float32]
    truth: NDArray[np.float32]


def save(sheets: Sequence[Sheet], target: Path) -> None:
    """Keeps sheets in one file."""
    np.savez(
        target,
        sizes=[len(sheet.truth) for sheet in sheets],
        vectors=np.concatenate([sheet.vectors for sheet in sheets]),
        columns=np.concatenate([sheet.columns for sheet in sheets]),
        truth=np.concatenate([sheet.truth for sheet in sheets]),
    )


def load(source: Path) -> list[Sheet]:
    """Sheets as they were kept."""
    with np.load(source) as kept:
        cuts = np.cumsum(kept["sizes"])[:-1]
        parts = (np.split(kept[name], cuts) for name in ("vectors", "columns", "truth"))
        return [Sheet(*rows) for rows in zip(*parts, strict=True)]


class Context(nn.Module):
    """Vectors and columns to log-odds."""

    def __init__(self, hidden: int = 96, size: int = 384) -> None:
        super().__init__()
        self.meaning = nn.Linear(size, 96)
        self.enter = nn.Linear(96 + WIDTH, 128)
        self.gru = nn.GRU(128, hidden, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * hidden + 128, HEADS)
        self.drop = nn.Dropout(0.3)

    def forward(self, vectors: Tensor, columns: Tensor) -> Tensor:
        """(batch, n, 384) and (batch, n, WIDTH) to (batch, n, HEADS)."""
        own = torch.relu(self.meaning(10.0 * self.drop(vectors)))
        own = torch.relu(self.enter(torch.cat([self.drop(own), columns], -1)))
        around, _ = self.gru(self.drop(own))
        out: Tensor = self.out(self.drop(torch.cat([around, own], -1)))
        return out


class Averaged(nn.Module):
    """Several nets' mean log-odds."""

    def __init__(self, nets: Sequence[Context]) -> None:
        super().__init__()
        self.nets = nn.ModuleList(nets)

    def forward(self, vectors: Tensor, columns: Tensor) -> Tensor:
        """As of one net."""
        return torch.stack([net(vectors, columns) for net in self.nets]).mean(0)


def fit(sheets: Sequence[Sheet], seed: int, epochs: int = 4) -> Context:
    """A net fitted to the sheets."""
    torch.manual_seed(seed)
    random = Random(seed)
    net = Context(size=sheets[0].vectors.shape[1])
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    steps = epochs * len(sheets) // BATCH
    fall = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps + 1)
    loss_of = nn.BCEWithLogitsLoss(reduction="none")
    step, mean = 0, 1.0
    for _ in range(epochs):
        order = random.sample(range(len(sheets)), len(sheets))
        # alike lengths together, batches in random order
        bins = [
            sorted(order[k : k + 40 * BATCH], key=lambda i: len(sheets[i].truth))
            for k in range(0, len(order), 40 * BATCH)
        ]
        batches = [part[k : k + BATCH] for part in bins for k in range(0, len(part), BATCH)]
        random.shuffle(batches)
        for batch in batches:
            if step >= steps:
                break
            vectors, columns, truth = _stacked([sheets[i] for i in batch])
            columns = _some_missing(columns)
            known = (truth >= 0).float()
            out = net(vectors, columns)
            loss = (loss_of(out, truth.clamp(min=0)) * known).sum(dim=(0, 1)) / known.sum(
                dim=(0, 1)
            ).clamp(min=1)
            total = loss[0] + 2 * (loss[1] + loss[2]) + 0.5 * loss[3]
            optimizer.zero_grad()
            total.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            fall.step()
            step += 1
            mean += 0.02 * (float(total.detach()) - mean)
    print(f"seed {seed}: loss {mean:.4f}", flush=True)  # noqa: T201
    return net.eval()


def _stacked(sheets: Sequence[Sheet]) -> tuple[Tensor, Tensor, Tensor]:
    longest = max(len(sheet.truth) for sheet in sheets)

    def stack(rows: list[NDArray[np.float32]], blank: float) -> Tensor:
        out = np.full((len(rows), longest, rows[0].shape[1]), blank, dtype=np.float32)
        for i, row in enumerate(rows):
            out[i, : len(row)] = row
        return torch.from_numpy(out)

    return (
        stack([s.vectors for s in sheets], 0.0),
        stack([s.columns for s in sheets], 0.0),
        stack([s.truth for s in sheets], -1.0),
    )


def _some_missing(columns: Tensor) -> Tensor:
    """In a part of the episodes no cues are heard: then meaning must do."""
    columns = columns.clone()
    without = torch.rand(len(columns)) < 0.25
    columns[without, :, : len(ROLES) + 2] = 0.0
    columns[without, :, -3:] = 0.0
    return columns


def odds(net: nn.Module, sheet: Sheet) -> NDArray[np.float32]:
    """The net's log-odds for a sheet, (n, HEADS)."""
    with torch.no_grad():
        out = net(torch.from_numpy(sheet.vectors)[None], torch.from_numpy(sheet.columns)[None])
    return out[0].numpy()


def export(nets: Sequence[Context], target: Path) -> None:
    """Writes the nets' average as ONNX."""
    size = nets[0].meaning.in_features
    torch.onnx.export(
        Averaged(nets).eval(),
        (torch.zeros(1, 7, size), torch.zeros(1, 7, WIDTH)),
        str(target),
        input_names=["vectors", "columns"],
        output_names=["odds"],
        dynamic_axes={name: {1: "sentences"} for name in ("vectors", "columns", "odds")},
        opset_version=17,
        dynamo=False,
    )
