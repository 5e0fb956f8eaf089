"""An episode's decoded samples, in a folder that goes with the run or outlives it.

Knows files and settings; does not know what the samples are wanted for.
"""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path

from audio.tracks import Recording, Source, place, record
from episodes.types import Audio
from pipeline.progress import Progress
from pipeline.settings import Settings


class Samples:
    """Decodes when samples are first needed: never, where every result is stored."""

    def __init__(
        self, source: Path, folder: Path, settings: Settings, progress: Progress
    ) -> None:
        self._source, self._folder = source, folder
        self._settings, self._progress = settings, progress

    @cached_property
    def recording(self) -> Recording:
        """The file, decoded now. Raises BadAudio."""
        most_s, wanted = self._settings.most_hours * 3600, self._settings.tracks
        progress = partial(self._progress, "decode")
        return record(self._source, self._folder, wanted, progress, most_s)

    @cached_property
    def mix(self) -> Audio:
        """All there is to hear. Raises BadAudio."""
        # Written whole or not at all, and behind the sources.
        return self._stored(self._folder / "audio.pcm") or self.recording.mix

    def of(self, source: Source) -> Audio:
        """Return one of the sources alone. Raises BadAudio."""
        pcm = place(self._folder, source)
        found = self._stored(pcm)
        if found is None:
            _ = self.recording
            found = self._stored(pcm)
        assert found is not None, "sources are those of this file"
        return found

    def _stored(self, pcm: Path) -> Audio | None:
        return Audio(pcm, pcm.stat().st_size // 2) if pcm.exists() else None
