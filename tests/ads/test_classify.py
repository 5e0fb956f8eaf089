import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ads import classify, network
from ads.evidence import weigh
from ads.features import WIDTH, describe, heard
from ads.sentences import Sentence, split
from episodes.errors import WeightsError
from episodes.types import Word


def said(text: str, speaker: str | None = None) -> tuple[Sentence, ...]:
    words, t = [], 0.0
    for token in text.split():
        words.append(Word(start=t, end=t + 0.3, text=f" {token}", speaker=speaker))
        t += 0.33 + 0.3 * bool(re.search(r"[.?!]$", token))
    return split(words)


def columns(sentences: tuple[Sentence, ...]) -> np.ndarray:
    own = np.zeros((len(sentences), 2))
    return describe(sentences, heard(sentences), own, sentences[-1].end)


CHAT = "I think he was right about the boat. Yeah, we went home after that. It rained. " * 6
SPOT = (
    "Your floors do a lot for you. Sweep less with Dustley, the vacuum that empties itself. "
    "Find Dustley in stores near you, or order at dustley.com."
)


def test_a_spot_without_an_opener_is_told_from_talk() -> None:
    sentences = said(CHAT + SPOT + " " + CHAT)
    judged = classify.judge(sentences, columns(sentences))
    assert judged is not None
    spot = np.array(["ustley" in s.text or "floors" in s.text for s in sentences])
    assert judged.inside[spot].min() > judged.inside[~spot].max()
    assert np.argmax(judged.last) == np.flatnonzero(spot)[-1]


def test_every_sentence_is_judged_whatever_is_in_it() -> None:
    sentences = said("Ja. 東京 ! ? " + "word " * 300 + ". \U0001f600 .")
    judged = classify.judge(sentences, columns(sentences))
    assert judged is not None
    for odds in (judged.inside, judged.first, judged.last, judged.appeal):
        assert odds.shape == (len(sentences),)
        assert np.isfinite(odds).all()


def test_no_sentences_no_judgement() -> None:
    assert classify.judge((), np.zeros((0, WIDTH), np.float32)) is None


def test_a_vector_does_not_depend_on_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = network.Network()
    texts = ["it rained", "visit acme.com for a free trial of the new app " * 4, "yeah", ""]
    together = reader.encode(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    for size in (1, 2):
        monkeypatch.setattr(network, "BATCH", size)
        assert np.abs(reader.encode(texts) - together).max() < 1e-5
        assert np.abs(reader.encode(texts[::-1])[::-1] - together).max() < 1e-5


def test_what_is_read_again_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    encode = network.Network.encode

    def counted(self: network.Network, texts: Sequence[str]) -> np.ndarray:
        encoded.extend(texts)
        return encode(self, texts)

    monkeypatch.setattr(network.Network, "encode", counted)
    classify._reader.cache_clear()
    whole, part = said(CHAT + SPOT), said(SPOT)
    alone = classify.judge(part, columns(part))
    classify._reader.cache_clear()
    classify.judge(whole, columns(whole))
    encoded.clear()
    again = classify.judge(part, columns(part))
    assert encoded == []
    assert alone is not None
    assert again is not None
    assert np.abs(again.inside - alone.inside).max() < 1e-3


def test_without_weights_the_rules_are_all_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classify, "fitted", lambda: False)
    sentences = said(SPOT)
    assert classify.judge(sentences, columns(sentences)) is None
    assert np.isfinite(weigh(sentences, sentences[-1].end).inside).all()


def test_damaged_weights_are_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = shutil.copytree(network.WEIGHTS, tmp_path / "weights")
    (folder / "context.onnx").write_bytes(b"not a network")
    with pytest.raises(WeightsError, match="restore it from the project's repository"):
        network.Network(folder)


def test_columns_tell_what_is_missing() -> None:
    bare = columns(said("One two three. Four five six. Seven eight nine. Ten."))
    assert bare.shape == (4, WIDTH)
    assert bare.dtype == np.float32
    assert np.isfinite(bare).all()
