from __future__ import annotations

import numpy as np

from audio.mono import Mono

VOICE = np.round(8000 * np.sin(np.arange(4000) / 5)).astype(np.int16)
SILENCE = np.zeros_like(VOICE)


def test_one_channel_stays_as_it_is() -> None:
    assert np.array_equal(Mono().fold(VOICE[:, np.newaxis]), VOICE)


def test_two_channels_become_their_mean_without_overflow() -> None:
    loud = np.full((10, 2), [32_767, 32_765], np.int16)
    assert np.array_equal(Mono().fold(loud), np.full(10, 32_766))
    assert np.array_equal(Mono().fold(-loud), np.full(10, -32_766))


def test_a_voice_on_one_side_is_halved_not_lost() -> None:
    for sides in ([VOICE, SILENCE], [SILENCE, VOICE]):
        assert np.array_equal(Mono().fold(np.stack(sides, 1)), VOICE // 2)


def test_an_inverted_channel_is_turned_round() -> None:
    assert np.array_equal(Mono().fold(np.stack([VOICE, -VOICE], 1)), VOICE)


def test_a_short_inverted_sound_does_not_flip_the_rest() -> None:
    mono = Mono()
    mono.fold(np.stack([VOICE, VOICE], 1))
    assert not mono.fold(np.stack([VOICE, -VOICE], 1)).any()
    assert np.array_equal(mono.fold(np.stack([VOICE, VOICE], 1)), VOICE)
