"""Audio to segments of timed words: weights, voice activity, recognition, and its mending."""
