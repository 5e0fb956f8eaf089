from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from speakers import clustering
from speakers.clustering import FRAGMENT, cluster, condense, grouped, normalise, refine

Floats = NDArray[np.float32]


def heard(counts: list[int], seed: int = 0, noise: float = 0.9) -> tuple[Floats, Floats]:
    """Embeddings of voices with the given numbers of windows, shuffled; and the voices."""
    rng = np.random.default_rng(seed)
    voices = normalise(rng.normal(size=(len(counts), 192)).astype(np.float32))
    owners = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    scatter = rng.normal(scale=np.sqrt(noise / 192), size=(len(owners), 192))
    return normalise(voices[owners] + scatter.astype(np.float32)), voices


def ones(vectors: Floats) -> Floats:
    return np.ones(len(vectors), np.float32)


@settings(max_examples=25)
@given(st.lists(st.integers(5, 60), min_size=1, max_size=12), st.integers(0, 50))
def test_voices_are_found_however_long_they_talk(counts: list[int], seed: int) -> None:
    vectors, voices = heard(counts, seed)
    found = cluster(vectors, ones(vectors))
    assert found.shape == voices.shape
    likeness = found @ voices.T
    assert (likeness.max(axis=0) > 0.8).all()


@given(st.integers(1, 6), st.integers(0, 6), st.integers(1, 60), st.integers(1, 4))
def test_the_wished_number_is_kept(least: int, more: int, rows: int, voices: int) -> None:
    vectors, _ = heard([rows] * voices)
    candidates = cluster(vectors, ones(vectors), least)
    assert len(candidates) >= min(least, len(vectors))
    labels = (vectors @ candidates.T).argmax(axis=1)
    found = refine(vectors, ones(vectors), labels, least, least + more)
    assert min(least, len(np.unique(labels))) <= len(found) <= least + more


def test_refined_voices_are_nearer_to_the_truth() -> None:
    vectors, voices = heard([40, 60, 80])
    labels = (vectors @ voices.T).argmax(axis=1)
    labels[::9] = (labels[::9] + 1) % 3
    found = refine(vectors, ones(vectors), labels)
    assert (found @ voices.T).argmax(axis=1).tolist() == [2, 1, 0]
    assert ((found @ voices.T).max(axis=1) > 0.95).all()


def test_the_tail_of_a_voice_is_no_voice_but_another_voice_is() -> None:
    rng = np.random.default_rng(3)
    vectors, voices = heard([400, 30])
    closeness = vectors @ voices[0]
    mine = closeness > 0.4
    odd = mine & (closeness < np.quantile(closeness[mine], 0.2)) & (rng.random(430) < 0.5)
    labels = np.where(odd, 2, np.where(mine, 0, 1))
    found = refine(vectors, ones(vectors), labels)
    assert (found @ voices.T).argmax(axis=1).tolist() == [0, 1]


def test_speech_of_somebody_not_found_takes_no_clearly_different_voice_with_it() -> None:
    vectors, voices = heard([200, 40, 8, 6])
    owners = (vectors @ voices.T).argmax(axis=1)
    # The second is a little like the first; the speech of two who were not found is not.
    vectors[owners == 1] += 0.3 * voices[0]
    vectors = normalise(vectors)
    labels = np.where(owners == 1, 1, 0)
    found = refine(vectors, ones(vectors), labels)
    assert (found @ voices.T).argmax(axis=1).tolist() == [0, 1]


def test_voices_come_greatest_first_with_length_one() -> None:
    vectors, voices = heard([10, 40, 20])
    found = cluster(vectors, ones(vectors))
    assert (found @ voices.T).argmax(axis=1).tolist() == [1, 2, 0]
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-5)


def test_a_mixture_of_two_voices_is_no_third() -> None:
    vectors, voices = heard([40, 40])
    between = np.tile(normalise(voices.sum(axis=0)), (4, 1))
    everything = np.concatenate([vectors, normalise(between + vectors[:4] * 0.3)])
    assert len(cluster(everything, ones(everything))) == 2


def test_a_single_odd_window_is_no_voice() -> None:
    vectors, _ = heard([40, 40, 1])
    assert len(cluster(vectors, ones(vectors))) == 2


def test_one_window_is_one_voice() -> None:
    vectors, _ = heard([1])
    np.testing.assert_allclose(cluster(vectors, ones(vectors)), vectors, atol=1e-6)


@pytest.mark.parametrize("hours", [1, 4])
def test_long_inputs_are_condensed_and_lose_no_voice(hours: int) -> None:
    vectors, voices = heard([1500 * hours, 1500 * hours, 40, 12])
    found = cluster(vectors, ones(vectors))
    assert len(found) == len(voices)
    assert ((found @ voices.T).max(axis=0) > 0.8).all()


def by_definition(vectors: Floats, least: int, most: int) -> set[frozenset[int]]:
    """Average linkage as one would say it: the mean over all pairs, reckoned anew each time."""
    apart = 1 - vectors.astype(np.float64) @ vectors.T
    groups = [frozenset([at]) for at in range(len(vectors))]

    def gap(pair: tuple[frozenset[int], frozenset[int]]) -> float:
        return float(apart[np.ix_(sorted(pair[0]), sorted(pair[1]))].mean())

    while len(groups) > least:
        one, other = min(combinations(groups, 2), key=gap)
        if gap((one, other)) > 1 - FRAGMENT and len(groups) <= most:
            break
        groups = [group for group in groups if group not in (one, other)] + [one | other]
    return set(groups)


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 8), min_size=1, max_size=4),
    st.sampled_from((0.05, 0.4, 0.9)),
    st.integers(1, 4),
    st.integers(4, 30),
    st.integers(0, 99),
)
def test_groups_are_those_of_average_linkage(
    counts: list[int], noise: float, least: int, most: int, seed: int
) -> None:
    vectors, _ = heard(counts, seed, noise)
    labels = grouped(vectors, least, most)
    found = {frozenset(np.flatnonzero(labels == one).tolist()) for one in np.unique(labels)}
    assert found == by_definition(vectors, least, most)
    assert set(labels.tolist()) == set(range(len(found)))


def test_equal_vectors_are_one_group_unless_more_are_wished() -> None:
    same = np.repeat(heard([1])[0], 9, axis=0)
    assert grouped(same, 1, 20).max() == 0
    assert len(np.unique(grouped(same, 4, 20))) == 4


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(40, 160), min_size=2, max_size=5), st.integers(0, 50))
def test_voices_found_block_by_block_are_those_found_at_once(
    counts: list[int], seed: int
) -> None:
    vectors, _ = heard(counts, seed)
    at_once = cluster(vectors, ones(vectors))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "_BLOCK", 60)
        by_blocks = cluster(vectors, ones(vectors))
    assert by_blocks.shape == at_once.shape
    assert ((at_once @ by_blocks.T).max(axis=1) > 0.95).all()


@pytest.mark.parametrize("seed", range(6))
def test_noise_in_few_directions_makes_no_voices(seed: int) -> None:
    """By chance short fragments of two voices are as alike as those of one: surest first."""
    rng = np.random.default_rng(seed)
    voices = normalise(rng.normal(size=(2, 32)).astype(np.float32))
    owners = rng.permutation(np.repeat([0, 1], 40))
    scatter = rng.normal(scale=np.sqrt(1.5 / 32), size=(80, 32)).astype(np.float32)
    vectors = normalise(voices[owners] + scatter)
    assert len(cluster(vectors, np.full(80, 0.6, np.float32))) == 2


@given(st.lists(st.integers(1, 130), min_size=1, max_size=6), st.integers(0, 20))
def test_condensed_runs_keep_their_speech(lengths: list[int], seed: int) -> None:
    vectors, _ = heard([sum(lengths)], seed, noise=0.4)
    runs = np.repeat(np.arange(len(lengths)), lengths)
    seconds = np.full(len(vectors), 0.6, np.float32)
    means, mass = condense(vectors, seconds, runs)
    assert len(lengths) <= len(means) <= len(vectors)
    assert mass.sum() == pytest.approx(seconds.sum(), rel=1e-4)
    assert mass.max() <= 6.0 + 1e-4
    np.testing.assert_allclose(np.linalg.norm(means, axis=1), 1, rtol=1e-5)


def test_a_change_inside_a_run_is_kept_apart() -> None:
    rng = np.random.default_rng(5)
    pair = normalise(rng.normal(size=(2, 192)).astype(np.float32))
    scatter = rng.normal(scale=np.sqrt(0.4 / 192), size=(12, 192)).astype(np.float32)
    vectors = normalise(np.repeat(pair, 6, axis=0) + scatter)
    means, mass = condense(vectors, np.full(12, 0.6, np.float32), np.zeros(12, np.intp))
    assert (means @ pair.T).argmax(axis=1).tolist() == [0, 1]
    assert mass.tolist() == pytest.approx([3.6, 3.6])


def test_a_voice_that_sounds_otherwise_in_the_second_half_is_one_voice() -> None:
    """However long the halves are: what differs between them does not average out."""
    rng = np.random.default_rng(2)
    first, other = np.linalg.qr(rng.normal(size=(192, 2)))[0].T.astype(np.float32)
    halves = np.stack([first, 0.86 * first + np.sqrt(1 - 0.86**2) * other])
    scatter = rng.normal(scale=np.sqrt(0.4 / 192), size=(80, 192)).astype(np.float32)
    vectors = normalise(np.repeat(halves, 40, axis=0) + scatter)
    assert len(cluster(vectors, np.full(80, 60.0, np.float32))) == 1
