"""The settings, read once from the environment and then frozen.

The only reader of the environment. Every field is a variable with the prefix
`CLEANCAST_`, for example `CLEANCAST_MODEL=small`; the command line sets the same fields.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from episodes.types import AdKind
from pipeline.place import BASE_PATH, checked_place

DiarizerName = Literal["auto", "builtin", "pyannote"]

NEARLY = 0.9
"""Likeness of a misspelt variable to the one that is meant: a letter or two are wrong."""

TELLING = frozenset(
    ("model", "language", "context", "device", "diarizer", "pyannote_pipeline", "tracks")
) | {"least_speakers", "most_speakers", "voices", "names", "strip", "llm_url", "llm_model"}


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
    tracks: str = Field(
        "auto",
        pattern=r"^(auto|mix|speakers|[1-9]\d?)$",
        description="audio tracks: auto, mix, speakers (one each), or the number of one",
    )
    voices: Annotated[Mapping[str, str], NoDecode] = Field(
        {}, description='clips of known voices as JSON, name to file: {"Nora": "nora.wav"}'
    )
    names: bool = Field(
        True,
        description="whether speakers are named by what is said and noted (English only)",
    )
    strip: Annotated[frozenset[AdKind], NoDecode] = Field(
        frozenset({"sponsor"}),
        description="kinds of ads that are cut, comma-separated, or all; empty cuts nothing",
    )
    llm_url: str | None = Field(
        None,
        description="OpenAI-compatible API that is asked about doubtful ads; unset asks none",
    )
    llm_model: str = Field("", max_length=200, description="its model that is asked, by name")
    llm_key: SecretStr | None = Field(None, description="key to show to it, if it wants one")
    llm_timeout_s: float = Field(
        120.0,
        gt=0,
        le=3600,
        description="most seconds that an episode waits for all its answers",
    )

    database_url: SecretStr | None = Field(
        None, description="PostgreSQL by URL; else SQLite in the data folder"
    )
    storage_url: str | None = Field(
        None, description='S3 by URL ("s3://bucket/folder"); else the data folder'
    )
    host: str = Field("127.0.0.1", description="address the service listens on")
    port: int = Field(8000, ge=0, le=65535, description="port it listens on; 0 is any free one")
    hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(),
        description="further names the service is reached by, comma-separated; needs keys then",
    )
    public_url: str | None = Field(
        None,
        pattern=rf"^https?://[^/\s?#]+{BASE_PATH}$",
        description='address others reach it at, a path too ("https://example.org/pods")',
    )
    keys: Literal["auto", "always"] = Field(
        "auto",
        description="whether callers need a key; auto asks for one beyond this machine",
    )
    key: SecretStr | None = Field(None, description="key for the server that --server names")
    key_queued: int = Field(
        1000,
        ge=1,
        description="most episodes of a key that wait at a time; a key may have its own",
    )
    key_per_minute: int = Field(
        1200, ge=1, description="most requests of a key in a minute; a key may have its own"
    )
    most_upload_mb: float = Field(
        4000.0, gt=0, description="largest file that is taken in, in MB"
    )
    most_hours: float = Field(
        24.0, gt=0, description="longest audio that is worked on, in hours"
    )
    webhook_private: bool = Field(
        False,
        description="whether webhooks may lead to this machine and into private networks",
    )
    import_roots: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="folders that `:import` may read, comma-separated; none by default"
    )
    keep_audio_days: float | None = Field(
        None,
        ge=0,
        description="days the service keeps an original after processing; unset is for ever",
    )
    disk_quota_gb: float | None = Field(
        None, gt=0, description="most that the data folder may hold, in GB; unset is no limit"
    )
    disk_reserve_gb: float = Field(
        1.0, ge=0, description="free disk, in GB, below which new audio is refused"
    )
    worker_memory_gb: float = Field(
        0.0,
        ge=0,
        description="memory, in GB, at which a worker's child is replaced; 0 is 3/4 of it all",
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto", description="form of the service's log; auto is text on a terminal, else json"
    )

    @field_validator("import_roots", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        return tuple(map(Path, parts(value))) if isinstance(value, str) else value

    @field_validator("hosts", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return frozenset(parts(value.lower())) if isinstance(value, str) else value

    @field_validator("public_url", mode="before")
    @classmethod
    def _below(cls, value: object) -> object:
        return checked_place(value) if isinstance(value, str) else value

    @field_validator("voices", mode="before")
    @classmethod
    def _json(cls, value: object) -> object:
        if isinstance(value, str):
            try:
                return json.loads(value or "{}")
            except ValueError as error:
                raise ValueError("this is no JSON") from error
        return value

    @field_validator("strip", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if value == "all":
            return frozenset(get_args(AdKind))
        return frozenset(parts(value)) if isinstance(value, str) else value

    @field_validator("language", mode="before")
    @classmethod
    def _code(cls, value: object) -> object:
        code = value.strip().lower() if isinstance(value, str) else value
        if isinstance(code, str) and not re.fullmatch("[a-z]{2,3}", code):
            raise ValueError('give a code such as "en"')
        return code

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least_speakers > self.most_speakers:
            raise ValueError("the fewest speakers are more than the most")
        return self

    @model_validator(mode="after")
    def _askable(self) -> Self:
        if self.llm_url is not None and not _plain(self.llm_url):
            raise ValueError(
                "CLEANCAST_LLM_URL is to be an address such as http://127.0.0.1:11434/v1, "
                "without name, password or query"
            )
        if self.llm_url and not self.llm_model.isprintable():
            raise ValueError("CLEANCAST_LLM_MODEL is to be one line")
        if self.llm_url and not self.llm_model.strip():
            raise ValueError("CLEANCAST_LLM_URL needs CLEANCAST_LLM_MODEL, its model's name")
        key = self.llm_key.get_secret_value() if self.llm_key else ""
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ValueError("CLEANCAST_LLM_KEY holds blanks or letters that no key has")
        return self

    @property
    def database(self) -> str:
        """The database's URL."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'library.db'}"

    @property
    def needs_keys(self) -> bool:
        """Whether others than this machine's users may reach the service."""
        named = bool(self.hosts) or self.public_url is not None
        return self.keys == "always" or named or not _loopback(self.host)

    @property
    def telling(self) -> dict[str, object]:
        """The settings that tell in a transcript: not where or how fast it is made."""
        told = self.model_dump(mode="json", include=set(TELLING))
        return told | {"strip": sorted(self.strip)}  # a set comes in any order

    @property
    def cores(self) -> int:
        """Processor threads to use: `threads`, or as many as this process may run on."""
        if self.threads:
            return self.threads
        allowed = getattr(os, "sched_getaffinity", None)  # Linux alone has it
        return len(allowed(0)) if allowed else os.cpu_count() or 1


def parts(text: str) -> list[str]:
    """What stands between the commas."""
    return [part for one in text.split(",") if (part := one.strip())]


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _plain(url: str) -> bool:
    """Whether it is an address of HTTP and no more."""
    form = r"https?://[^/\s?#@]+(/[^\s?#]*)?"
    try:
        return bool(re.fullmatch(form, url)) and urlsplit(url).port != 0
    except ValueError:  # of the port
        return False


def misspelt() -> dict[str, str]:
    """Variables that set nothing but are spelt nearly as one that does, and that one."""
    known = [f"CLEANCAST_{name.upper()}" for name in Settings.model_fields]
    others = [name for name in os.environ if name.upper() not in known]
    near = {name: get_close_matches(name.upper(), known, 1, NEARLY) for name in others}
    return {name: found[0] for name, found in near.items() if found}


def environment(settings: Settings) -> dict[str, str]:
    """The environment in which another process of ours reads these same settings."""
    given = {}
    for name, value in settings.model_dump(mode="json", exclude_none=True).items():
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        if isinstance(value, dict):
            text = json.dumps(value)
        given[f"CLEANCAST_{name.upper()}"] = text
    for name, value in settings:
        if isinstance(value, SecretStr):
            given[f"CLEANCAST_{name.upper()}"] = value.get_secret_value()
    return {**os.environ, **given}
