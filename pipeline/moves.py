"""What a person said of whose words are whose, laid over a transcript: voices joined or parted.

Every word and every turn keeps its time and has one speaker. Knows no names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from episodes.edits import Move
from episodes.spans import Span, merge, overlap
from episodes.types import Speaker, Transcript, Turn, Word, in_time
from speakers.utterances import group


def moved(transcript: Transcript, moves: Sequence[Move]) -> Transcript:
    """The transcript after the moves, one after the other; labels of the others stay."""
    if not moves:
        return transcript
    moves = bound(moves, transcript.turns)
    said = list(in_time(transcript.utterances))
    words, turns = said, transcript.turns
    for move in moves:
        words = [_word(word, move) for word in words]
        turns = tuple(piece for turn in turns for piece in _turn(turn, move))
    labels = {word.speaker for word in words} | {turn.speaker for turn in turns}
    known = {speaker.label: speaker for speaker in transcript.speakers}
    ordered = sorted(filter(None, labels), key=_number)
    return replace(
        transcript,
        speakers=tuple(known.get(label, Speaker(label)) for label in ordered),
        turns=tuple(sorted(turns, key=lambda turn: (turn.start, turn.end))),
        utterances=transcript.utterances if words == said else group(words, transcript.cuts),
    )


def joined(found: Transcript, label: str, into: str) -> Move:
    """The move that makes a voice one with another, by their labels after earlier moves."""
    return Move(into, label, None, None, _spoke(found, label), _spoke(found, into))


def parted(
    found: Transcript,
    moves: Sequence[Move],
    label: str | None,
    span: Span,
    into: str | None,
) -> Move:
    """The move that gives what `label`, or anybody, says in `span` to another voice.

    Without `into` that is a new one. `moves` are the earlier ones.
    """
    spoke = () if label is None else _spoke(found, label)
    if into is None:
        known = {turn.speaker for turn in found.turns} | {move.into for move in moves}
        into = f"Speaker {max(map(_number, known), default=0) + 1}"
    return Move(into, label, span.start, span.end, spoke, _spoke(found, into))


def _spoke(found: Transcript, label: str) -> tuple[Span, ...]:
    return merge(turn for turn in found.turns if turn.speaker == label)


def bound(moves: Sequence[Move], turns: Sequence[Turn]) -> tuple[Move, ...]:
    """The moves under the labels that their voices bear in `turns`, which nobody moved yet.

    A move from a voice that is not heard any more is left out; new voices get numbers that
    nobody else has.
    """
    taken = {turn.speaker for turn in turns}
    fresh: dict[str, str] = {}
    found = []
    for move in moves:
        label = move.label
        if label is not None:
            label = voice_of(move.turns, turns) if move.turns else fresh.get(label)
            if label is None:
                continue
        into = voice_of(move.into_turns, turns)
        if into is None:
            into = fresh.setdefault(move.into, _free(move.into, taken | {*fresh.values()}))
        found.append(replace(move, label=label, into=into))
    return tuple(found)


def voice_of(spoke: Sequence[Span], turns: Sequence[Turn]) -> str | None:
    """The label of the voice that spoke then; None where it is not heard any more."""
    shared = {
        label: _shared(spoke, [turn for turn in turns if turn.speaker == label])
        for label in dict.fromkeys(turn.speaker for turn in turns)
    }
    label = max(shared, key=lambda key: shared[key], default=None)
    return label if label is not None and shared[label] > 0 else None


def _word(word: Word, move: Move) -> Word:
    meant = move.label is None or word.speaker == move.label
    if not meant or not move.span.start <= word.middle < move.span.end:
        return word
    # A person said so: no doubt is left.
    return replace(word, speaker=move.into, speaker_confidence=1.0)


def _turn(turn: Turn, move: Move) -> Iterator[Turn]:
    """A turn in the pieces into which a move parts it."""
    if move.label not in (None, turn.speaker) or overlap(turn, move.span) <= 0:
        yield turn
        return
    start, end = max(turn.start, move.span.start), min(turn.end, move.span.end)
    if turn.start < start:
        yield replace(turn, end=start)
    yield Turn(start, end, move.into)
    if end < turn.end:
        yield replace(turn, start=end)


def _free(label: str, taken: set[str]) -> str:
    if label not in taken:
        return label
    return f"Speaker {max(map(_number, taken)) + 1}"


def _number(label: str) -> int:
    return int(label.rsplit(maxsplit=1)[-1])


def _shared(a: Sequence[Span], b: Sequence[Span]) -> float:
    """Seconds that both cover."""
    return (
        sum(s.duration_s for s in merge(a))
        + sum(s.duration_s for s in merge(b))
        - sum(s.duration_s for s in merge([*a, *b]))
    )
