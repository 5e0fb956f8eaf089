"""What goes over the wire, as shapes: the API's JSON. Knows no route and no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from episodes.edits import Action
from episodes.types import AdKind, Status
from formats import Clock
from formats.view import one_line
from storage.keys import Scope

Line = Annotated[str, AfterValidator(one_line), StringConstraints(min_length=1, max_length=500)]
MOST_DECISIONS = 500
"""About the ads of one episode."""

Label = Annotated[str, StringConstraints(pattern=r"^Speaker [1-9][0-9]{0,2}$")]


class Shape(BaseModel):
    """Base of all: nothing beyond the fields, and no "20" for 20."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Options(Shape):
    """How an episode is processed; left out means the service's own setting."""

    context: Annotated[str, StringConstraints(max_length=200_000)] | None = Field(
        None, description="show notes or an article that spell the names right"
    )
    model: str | None = Field(None, description="Whisper model by name", examples=["base"])
    language: str | None = Field(None, description='a code such as "en"; else detected')
    speakers: str | None = Field(
        None, description="how many people speak: a number or a range", examples=["2", "2-4"]
    )
    strip: str | None = Field(
        None,
        description="kinds of ads to cut, comma-separated; or all, or none",
        examples=["sponsor", "sponsor,selfpromo"],
    )
    diarizer: str | None = Field(None, description="speaker engine", examples=["auto"])
    tracks: str | None = Field(
        None,
        description="audio tracks: auto, mix, speakers (one each) or the number of one",
        examples=["auto"],
    )

    def given(self) -> dict[str, str]:
        """The options that were given."""
        return {name: text for name, text in self if text is not None}


class UploadForm(Options):
    """The fields of an upload."""

    model_config = ConfigDict(json_schema_extra={"required": ["file"]})

    file: str = Field(
        "",
        description="the audio",
        json_schema_extra={"type": "string", "contentMediaType": "application/octet-stream"},
    )
    title: Line | None = Field(None, description="in place of the file's own")
    show: Line | None = Field(None, description="in place of the file's own")


class Import(Options):
    """A folder, file or glob on the server, relative to an import root or absolute."""

    path: Annotated[str, StringConstraints(min_length=1, max_length=4096)] = Field(
        description="a folder, a file, or a glob", examples=["season-1", "**/*.mp3"]
    )
    show: Line | None = Field(None, description="of all, in place of the files' own")


class Stretch(Shape):
    """A stretch of time, in original seconds."""

    start: float = Field(ge=0, allow_inf_nan=False, description="its first second")
    end: float = Field(ge=0, allow_inf_nan=False, description="the second after it")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start >= self.end:
            raise ValueError("the start must be before the end")
        return self


class SpanDecision(Stretch):
    """What a person decided about a stretch of time."""

    decision: Action = Field(description="whether it is left in or cut out")
    kind: AdKind = Field("sponsor", description="what it is, where it is cut")
    sponsor: Line | None = Field(None, description="whose ad it is")
    replaces: Stretch | None = Field(
        None, description="what was there before its edges were moved; the rest of it is kept"
    )


class Changes(Shape):
    """Edits; what is left out stays, null takes an edit back."""

    title: Line | None = Field(None, description="in place of the file's own")
    show: Line | None = Field(None, description="in place of the file's own")
    speakers: Annotated[dict[Label, Line | None], Field(max_length=200)] | None = Field(
        None, description="names by label; null takes a name back, or all"
    )
    ads: Annotated[list[SpanDecision], Field(max_length=MOST_DECISIONS)] | None = Field(
        None, description="all decisions about ads, in place of earlier ones"
    )


class Named(Shape):
    """A name a person gave."""

    label: str
    name: str


class EditsMade(Shape):
    """The edits in force."""

    title: str | None
    show: str | None
    speakers: list[Named]
    ads: list[SpanDecision]
    corrections: int = Field(ge=0, description="of the text; `/text` tells them")


class Figures(Shape):
    """What a finished transcript holds."""

    speakers: int = Field(description="voices in what is kept")
    ads: int = Field(description="ads cut")
    stripped_s: float = Field(description="seconds cut")
    to_review: int = Field(description="spans found that wait for a person")
    warnings: list[str]


class EpisodeView(Shape):
    """An episode as the API tells it."""

    id: str = Field(description="SHA-256 of the audio file")
    status: Status
    stage: str | None = Field(description="what is being done", examples=["transcribe"])
    progress: float = Field(ge=0, le=1, description="of the whole work")
    eta_s: float | None = Field(description="about how many seconds it will take yet")
    error: str | None = Field(description="why it failed, and what to do about it")
    title: str | None
    show: str | None
    description: str | None
    published: str | None
    source: str = Field(description="the file's name")
    duration_s: float | None
    language: str | None
    created_at: datetime
    updated_at: datetime
    options: dict[str, str]
    edits: EditsMade
    summary: Figures | None = Field(description="null until there is a transcript")
    audio: Literal["kept", "dropped"] = Field(description="whether the original is kept")
    links: Mapping[str, str]


class EpisodePage(Shape):
    """A page of episodes, newest first."""

    episodes: list[EpisodeView]
    next: str | None = Field(description="`after` of the next page; null on the last")


class Imported(Shape):
    """A file that was looked at."""

    file: str
    id: str | None
    created: bool = Field(description="false where its content was there already")
    error: str | None = None


class ImportReport(Shape):
    """What came of an import, a row a file."""

    files: list[Imported]
    created: int
    known: int
    failed: int


class SearchHit(Shape):
    """An utterance that holds what was looked for; seconds on the original clock."""

    episode_id: str
    title: str | None
    show: str | None
    speaker: str | None = Field(description="label")
    name: str | None = Field(description="the speaker's name, if known")
    start: float
    end: float
    snippet: str
    marks: list[tuple[int, int]] = Field(description="characters [from, to) that were found")
    link: str


class SearchPage(Shape):
    """The best hits first."""

    hits: list[SearchHit]
    next: int | None = Field(description="`offset` of the next page; null on the last")


class Credentials(Shape):
    """What a browser logs in with."""

    key: Annotated[str, Field(max_length=200, description="a key, as it was told")]


class SessionView(Shape):
    """Who is logged in."""

    key: str | None = Field(description="the key's name; null where none is needed")
    scope: Scope = Field(description="what it may do: read, write (and read), admin (all)")
    csrf: str | None = Field(description="to be sent as X-CSRF-Token to change something")


class ShareWanted(Shape):
    """What is shared: an episode or a show."""

    episode: str | None = Field(None, description="an episode's id")
    show: Line | None = Field(None, description="a show's name, for a feed of its episodes")
    days: float | None = Field(
        None, gt=0, le=36_500, description="how long it holds; else until it is revoked"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.episode is None) == (self.show is None):
            raise ValueError("give an episode or a show")
        return self


class ShareView(Shape):
    """A share."""

    id: str = Field(description="to revoke it by")
    episode: str | None = Field(description="the episode's id, if it is of one")
    show: str | None = Field(description="the show, if it is of one")
    created_at: datetime
    ends_at: datetime | None = Field(description="null: it holds until it is revoked")


class ShareLinks(ShareView):
    """A share and its addresses; whoever has one may fetch what is there, without a key."""

    feed: str | None = Field(description="the show's feed: clean audio and its transcripts")
    files: dict[Clock, dict[str, str]] = Field(
        {}, description="the episode's files by clock and name, as there are now"
    )
    rss_items: dict[Clock, str] = Field(
        {}, description="what its item gains in a feed whose audio has, or has not, its ads"
    )


class ShareList(Shape):
    """All that hold, newest first."""

    shares: list[ShareView]


class Health(Shape):
    """Whether the service works."""

    status: Literal["ok"]


class Progressed(Shape):
    """The data of an event."""

    status: Status
    stage: str | None
    progress: float
    eta_s: float | None
    error: str | None
