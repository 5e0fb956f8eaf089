"""The settings, read once from the environment and then frozen.

The only reader of the environment. Every field is a variable with the prefix
`CLEANCAST_`, for example `CLEANCAST_MODEL=small`; the command line sets the same fields.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

import platformdirs
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from episodes.types import AdKind

DiarizerName = Literal["auto", "builtin", "pyannote"]


class Settings(BaseSettings):
    """All that can be set. A field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix="CLEANCAST_", frozen=True, extra="forbid")

    cache_dir: Path = Field(
        platformdirs.user_cache_path("cleancast"),
        description="folder of downloaded weights; may be deleted, is fetched again",
    )
    data_dir: Path = Field(
        platformdirs.user_data_path("cleancast"),
        description="folder of stage results and work in progress",
    )
    model: str = Field(
        "base",
        min_length=1,
        description="Whisper model: a faster-whisper name or the path of a folder",
    )
    language: str | None = Field(
        None,
        pattern="^[a-z]{2,3}$",
        description='language spoken, as a code such as "en"; detected when unset',
    )
    context: str = Field(
        "", description="show notes or a companion text that gives the recogniser names"
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="where the networks run; auto takes CUDA where there is one"
    )
    threads: int = Field(
        0, ge=0, le=256, description="processor threads for an episode; 0 means all cores"
    )
    diarizer: DiarizerName = Field(
        "auto",
        description="speaker engine; auto takes pyannote when it is installed and configured",
    )
    pyannote_pipeline: str | None = Field(
        None, description="pyannote pipeline: a hub name, a folder or a checkpoint file"
    )
    pyannote_token: SecretStr | None = Field(
        None, description="access token for a gated pyannote pipeline"
    )
    least_speakers: int = Field(1, ge=1, le=20, description="fewest speakers, 1 to 20")
    most_speakers: int = Field(20, ge=1, le=20, description="most speakers, 1 to 20")
    strip: Annotated[frozenset[AdKind], NoDecode] = Field(
        frozenset({"sponsor"}),
        description="kinds of ads that are cut, comma-separated, or all; empty cuts nothing",
    )

    @field_validator("strip", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if value == "all":
            return frozenset(get_args(AdKind))
        if isinstance(value, str):
            return frozenset(kind.strip() for kind in value.split(",") if kind.strip())
        return value

    @field_validator("language", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least_speakers > self.most_speakers:
            raise ValueError("the fewest speakers are more than the most")
        return self

    @property
    def cores(self) -> int:
        """Processor threads to use: `threads`, or as many as this process may run on."""
        if self.threads:
            return self.threads
        allowed = getattr(os, "sched_getaffinity", None)  # Linux alone has it
        return len(allowed(0)) if allowed else os.cpu_count() or 1
