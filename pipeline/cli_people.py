"""The commands about a show's people: `cleancast people`. Registered by cli.py.

They work on the data folder's database, that of the service and of `process`. Imports it
inside the commands, so that `--help` is quick.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from episodes.clock import short_time
from pipeline import options

if TYPE_CHECKING:
    from episodes.edits import Edits
    from episodes.people import Person
    from episodes.types import Transcript
    from pipeline.holdings import Holdings
    from storage.library import Entry
    from storage.people import People

app = typer.Typer(
    help="The people of each show, or folder, who are known by their voices.",
    no_args_is_help=True,
)

Show = Annotated[
    str | None, typer.Option(help="Of this show alone; of a folder without one, its path.")
]
Who = Annotated[str, typer.Argument(help="A name, or an id as `list` shows it.")]
Of = Annotated[str, typer.Argument(help="An audio file that was processed, or its id.")]


@app.command("list")
def list_(show: Show = None, data_dir: options.DataDir = None) -> None:
    """List people: id, name, show, and how many prints of their voice are kept."""
    with _holdings(data_dir) as held:
        for one in held.roster.people.all(show):
            row = (one.id, one.name, one.show or "-", f"{len(one.prints)} prints")
            typer.echo("\t".join(row))


@app.command()
def name(
    episode: Of,
    speaker: Annotated[str, typer.Argument(help='Who speaks there, such as "Speaker 1".')],
    called: Annotated[str, typer.Argument(metavar="NAME", help="What they are called.")],
    data_dir: options.DataDir = None,
) -> None:
    """Name a voice of an episode; the show's other episodes know it from then on.

    In transcripts that `process` wrote the name stands once it is run again, which repeats
    nothing costly.
    """
    from formats.view import one_line

    with _holdings(data_dir) as held:
        id_, given = _id(episode), {speaker: one_line(called)}
        if not given[speaker]:
            raise typer.BadParameter("A name has letters.", param_hint="NAME")
        if held.library.get(id_) is None:
            held.roster.name_alone(id_, speaker, given[speaker])
        else:
            held.library.edit(id_, lambda entry: _named(entry, given, held))


@app.command()
def rename(
    who: Who,
    called: Annotated[str, typer.Argument(metavar="NAME", help="What they are called now.")],
    data_dir: options.DataDir = None,
) -> None:
    """Give a person another name, in every episode."""
    from formats.view import one_line

    with _holdings(data_dir) as held:
        people = held.roster.people
        people.rename(_person(who, people).id, one_line(called))


@app.command()
def merge(
    who: Who,
    into: Annotated[str, typer.Argument(help="Who stays, with the prints of both.")],
    data_dir: options.DataDir = None,
) -> None:
    """Make two people of a show one."""
    with _holdings(data_dir) as held:
        people = held.roster.people
        people.merge(_person(who, people).id, _person(into, people).id)


@app.command()
def merge_voices(
    episode: Of,
    speaker: Annotated[str, typer.Argument(help='A voice, such as "Speaker 3".')],
    into: Annotated[str, typer.Argument(help="The voice that it is one with, which stays.")],
    data_dir: options.DataDir = None,
) -> None:
    """Make two voices of an episode of the service one."""
    from pipeline.edits import merging

    _move(episode, data_dir, lambda edits, found: merging(edits, found, speaker, into))


@app.command()
def split_voice(
    episode: Of,
    speaker: Annotated[str, typer.Argument(help='Whose words, such as "Speaker 2".')],
    start: Annotated[str, typer.Argument(help="From when, such as 2:05 or 125.5.")],
    end: Annotated[str, typer.Argument(help="Until when.")],
    into: Annotated[
        str | None, typer.Option(help="The voice that they are. Default: a new one.")
    ] = None,
    data_dir: options.DataDir = None,
) -> None:
    """Give what a voice of an episode of the service says between two times to another one."""
    from episodes.spans import Span
    from pipeline.edits import splitting

    first, last = _seconds(start, "START"), _seconds(end, "END")
    if first >= last:
        raise typer.BadParameter(f"{end} is not after {start}.", param_hint="END")
    if into is not None and not re.fullmatch(r"Speaker [1-9]\d*", into):
        raise typer.BadParameter('A voice is called such as "Speaker 2".', param_hint="--into")
    span = Span(first, last)
    _move(episode, data_dir, lambda edits, found: splitting(edits, found, speaker, span, into))


@app.command()
def undo(episode: Of, data_dir: options.DataDir = None) -> None:
    """Take back what was merged or split last of an episode's voices."""
    from pipeline.edits import undoing

    _move(episode, data_dir, undoing)


@app.command()
def forget(who: Who, data_dir: options.DataDir = None) -> None:
    """Forget a person: their prints, their name, their voice in what is kept of episodes."""
    with _holdings(data_dir) as held:
        held.roster.forget(_person(who, held.roster.people))


@app.command()
def suggest(show: Show = None, data_dir: options.DataDir = None) -> None:
    """List voices that may be somebody's: episode, speaker, name, likeness, title.

    `name` confirms one, `refuse` says that it is not so.
    """
    with _holdings(data_dir) as held:
        for id_, (title, perhaps) in held.roster.offers(held.library.several, show).items():
            for one in perhaps:
                row = (id_, one.label, one.name, f"{one.likeness:.2f}", title)
                typer.echo("\t".join(row))


@app.command()
def refuse(episode: Of, who: Who, data_dir: options.DataDir = None) -> None:
    """Say that a person is not heard in an episode: neither named nor suggested there."""
    with _holdings(data_dir) as held:
        people = held.roster.people
        people.refuse(_person(who, people).id, _id(episode))


@contextmanager
def _holdings(data_dir: Path | None) -> Iterator[Holdings]:
    from pipeline.holdings import open_holdings

    held = open_holdings(options.settings_at(data_dir))
    try:
        yield held
    finally:
        held.close()


def _id(episode: str) -> str:
    """The id of the episode that a file or an id means."""
    from pipeline.identity import identify

    path = Path(episode)
    return identify(path).id if path.exists() else episode


def _person(who: str, people: People) -> Person:
    """Who is meant. Raises BadInput."""
    from episodes.errors import BadInput

    found = [one for one in people.all() if who in (one.id, one.name)]
    if not found:
        raise BadInput(f"There is no {who}: `cleancast people list` shows everybody.")
    if len(found) > 1:
        ids = ", ".join(f"{one.id} ({one.show or 'no show'})" for one in found)
        raise BadInput(f"There are several {who}: say which by id, {ids}.")
    return found[0]


def _named(entry: Entry, given: dict[str, str], held: Holdings) -> Edits:
    """The edits of an episode in which a voice is named. Raises BadInput."""
    from pipeline.edits import naming

    return naming(entry.edits, _found(entry, held), given)


def _move(
    episode: str, data_dir: Path | None, change: Callable[[Edits, Transcript], Edits]
) -> None:
    """Change whose words are whose in an episode of the service, and list its voices.

    `change` makes of its edits, and of what was found without them, the edits to be.
    Raises BadInput.
    """
    from episodes.errors import BadInput
    from pipeline.edits import edited

    with _holdings(data_dir) as held:
        id_ = _id(episode)
        entry = held.library.edit(id_, lambda now: change(now.edits, _found(now, held)))
        if entry is None:
            raise BadInput(
                f"The service has no {episode}: voices are merged and split of the episodes "
                "that were sent to it; others say --speakers when they are processed."
            )
        # What is searched is made anew, as after the same change over HTTP.
        held.library.restart(id_, from_=frozenset({"done"}))
        recognised = held.roster.heard([entry])[id_].speakers
        changed = edited(_found(entry, held), entry.edits, recognised)
        for one in changed.speakers:
            talk_s = sum(t.duration_s for t in changed.turns if t.speaker == one.label)
            typer.echo(f"{one.label}\t{one.name or '-'}\t{short_time(talk_s)}")


def _found(entry: Entry, held: Holdings) -> Transcript:
    """The transcript of an episode without edits. Raises BadInput."""
    from episodes.errors import BadInput
    from pipeline.stagework import read_transcript

    found = read_transcript(entry.transcript, held.blobs)
    if found is None:
        raise BadInput("There is no transcript of this episode yet.")
    return found


def _seconds(time: str, hint: str) -> float:
    """The seconds that a time such as "1:02:05", "2:05.5" or "125.5" means."""
    parts = time.split(":")
    if len(parts) > 3 or not re.fullmatch(r"(\d+:)*\d+(\.\d+)?", time):
        raise typer.BadParameter(
            f"{time} is no time: give 125.5, 2:05 or 1:02:05.", param_hint=hint
        )
    return sum(float(part) * 60.0**place for place, part in enumerate(reversed(parts)))
