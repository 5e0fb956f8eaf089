"""The networks an episode needs, chosen by the settings, loaded late and kept for the next.

Knows which engine a setting means; does not know what is done with it.
"""

from __future__ import annotations

from functools import cached_property

from pipeline.settings import Settings
from speakers.diarize import BuiltinDiarizer, Diarizer
from speakers.prints import Listener
from speakers.pyannote import PyannoteDiarizer, available
from transcribe.models import Weights, find
from transcribe.whisper import Recogniser


class Engines:
    """One recogniser and one diarizer; a process keeps them over many episodes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def weights(self) -> Weights:
        """The recogniser's weights, fetched when missing. Raises WeightsError."""
        return find(self._settings.model, self._settings.cache_dir)

    @cached_property
    def recogniser(self) -> Recogniser:
        """The recogniser, loaded. Raises WeightsError."""
        return Recogniser(
            self.weights, threads=self._settings.cores, device=self._settings.device
        )

    @cached_property
    def diarizer(self) -> Diarizer:
        """The diarizer that `settings.diarizer` means. Raises EngineError, WeightsError."""
        wanted, pipeline = self._settings.diarizer, self._settings.pyannote_pipeline
        token = self._settings.pyannote_token
        configured = pipeline is not None or token is not None
        if wanted == "pyannote" or (wanted == "auto" and configured and available()):
            return PyannoteDiarizer(
                pipeline,
                token=token.get_secret_value() if token else None,
                device=self._settings.device,
                threads=self._settings.cores,
            )
        return BuiltinDiarizer(threads=self._settings.cores)

    @cached_property
    def listener(self) -> Listener:
        """What tells voices from those of people known by name. Raises WeightsError."""
        return Listener(threads=self._settings.cores)
