"""A person's edits laid over a transcript, which itself stays as it was found.

Knows the edits' meaning; does not know who made them or where they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from episodes.edits import Decision, Edits, Naming, settled
from episodes.errors import BadInput
from episodes.people import by_trust
from episodes.spans import Span, merge, overlap, subtract
from episodes.types import AdSpan, Speaker, Transcript, Turn, in_time
from pipeline.moves import bound, joined, moved, parted, voice_of
from pipeline.wording import corrected
from speakers.quality import quality
from speakers.utterances import group

MEANT = 0.5
"""A decision is about an ad where they share more than this of the shorter one."""

LEFT_S = 5.0
"""Less than this of an ad beside a decision is an error of its edge."""


def edited(
    transcript: Transcript, edits: Edits, heard: Mapping[str, Speaker] | None = None
) -> Transcript:
    """The transcript as the person wants it. Labels stay, so that no link breaks.

    `heard` are those whom the show's roster knows, by the labels that hold after the moves.
    """
    laid = moved(transcript, edits.moves)
    ads = decided(laid.ads, edits.ads, laid.duration_s)
    speakers = named(laid.speakers, given(edits.names, laid.turns), heard or {})
    changed = replace(laid, ads=ads, speakers=speakers)
    if not any(ad.review == "held back" for ad in ads):  # a person has been through all
        told = tuple(one for one in laid.warnings if one != laid.held_back)
        changed = replace(changed, warnings=told, held_back=None)
    said = laid.utterances
    if changed.cuts != laid.cuts:
        said = group(in_time(said), changed.cuts)
    said = corrected(said, edits.corrections, changed.cuts)
    if laid is transcript and said is laid.utterances:
        return changed
    report = quality(said, changed.turns, changed.cuts)
    return replace(changed, utterances=said, quality=report)


def named(
    speakers: Sequence[Speaker], given: Mapping[str, Speaker], heard: Mapping[str, Speaker]
) -> tuple[Speaker, ...]:
    """The speakers as who is trusted most names them.

    That is a person, then a clip, then the roster, then words.
    """
    clips = {s.label: s for s in speakers if s.named_by == "clip"}
    words = {s.label: s for s in speakers if s.name is not None}
    told = by_trust(given, clips, heard, words)
    return tuple(told.get(s.label, Speaker(s.label)) for s in speakers)


class NoVoice(BadInput):
    """Nobody bears the label; `label` says which."""

    def __init__(self, label: str) -> None:
        super().__init__(f"There is no {label} in this episode.")
        self.label = label


class NothingMoved(BadInput):
    """A merge, split or undo that would change nothing."""


def naming(edits: Edits, found: Transcript, changes: Mapping[str, str | None]) -> Edits:
    """The edits with voices named, by the labels that they have after the moves.

    `found` is the transcript without edits; None takes a name back. Raises NoVoice.
    """
    laid = _laid(edits, found, *changes)
    return replace(edits, names=renamed(edits.names, laid, changes))


def merging(edits: Edits, found: Transcript, label: str, into: str) -> Edits:
    """The edits with a voice made one with another, by their labels after earlier moves.

    `found` is the transcript without edits. Raises NoVoice, and NothingMoved for one voice.
    """
    if label == into:
        raise NothingMoved("A voice is merged with another one.")
    if _again(edits, label, into):
        return edits
    _laid(edits, found, label, into)
    return replace(edits, moves=(*edits.moves, joined(found, label, into)))


def splitting(
    edits: Edits, found: Transcript, label: str | None, span: Span, into: str | None
) -> Edits:
    """The edits with what `label`, or anybody, says in `span` given to another voice.

    Without `into` to a new one. `found` is the transcript without edits. Raises NoVoice for
    `label`, and NothingMoved.
    """
    if _again(edits, label, into, span):
        return edits
    laid = _laid(edits, found, *filter(None, [label]))
    moves = (*edits.moves, parted(found, edits.moves, label, span, into))
    if moved(found, moves).utterances == laid.utterances:
        raise NothingMoved("Nothing is said then that is not theirs already.")
    return replace(edits, moves=moves)


def undoing(edits: Edits, found: Transcript) -> Edits:
    """The edits without the last merge or split, and without names of what it made.

    `found` is the transcript without edits. Raises NothingMoved.
    """
    if not edits.moves:
        raise NothingMoved("Nothing was merged or split, or all is taken back.")
    moves = edits.moves[:-1]
    gone = _labels(moved(found, edits.moves)) - _labels(moved(found, moves))
    names = tuple(one for one in edits.names if one.label not in gone)
    return replace(edits, moves=moves, names=names)


def _again(edits: Edits, label: str | None, into: str | None, span: Span | None = None) -> bool:
    """Whether the last move is that one: who asked has perhaps not heard the answer."""
    if not edits.moves:
        return False
    last = edits.moves[-1]
    told = (label, None, None) if span is None else (label, span.start, span.end)
    return (last.label, last.start, last.end) == told and into in (None, last.into)


def _laid(edits: Edits, found: Transcript, *labels: str) -> Transcript:
    """The transcript after the moves, in which there are these voices. Raises NoVoice."""
    laid = moved(found, edits.moves)
    for label in labels:
        if label not in _labels(laid):
            raise NoVoice(label)
    return laid


def _labels(transcript: Transcript) -> set[str]:
    return {speaker.label for speaker in transcript.speakers}


def renamed(
    names: Sequence[Naming], transcript: Transcript, changes: Mapping[str, str | None]
) -> tuple[Naming, ...]:
    """The names, changed for the voices that the transcript now calls by these labels.

    None takes a name back.
    """
    kept = [one for one in names if voice_of(one.turns, transcript.turns) not in changes]
    fresh = [
        Naming(label, name, merge(t for t in transcript.turns if t.speaker == label))
        for label, name in changes.items()
        if name is not None
    ]
    return (*kept, *fresh)


def decided(
    ads: Sequence[AdSpan], decisions: Sequence[Decision], duration_s: float
) -> tuple[AdSpan, ...]:
    """The ads found, but inside of decisions what was decided; sorted, disjoint if they were.

    Of an ad that a decision is about in part, the rest stays as it was found.
    """
    holding = settled(decisions)
    keeps = [one for one in holding if one.action == "keep"]
    laid = [part for ad in ads for part in _beside(ad, holding)]
    laid += [part for ad in ads for part in _kept(ad, keeps)]
    laid += [_cut(one, duration_s) for one in holding if one not in keeps]
    return tuple(sorted((ad for ad in laid if ad.duration_s > 0), key=lambda ad: ad.start))


def completed(decision: Decision, ads: Sequence[AdSpan]) -> Decision:
    """The decision, and what it leaves to be seen from the ads found.

    A cut of most of an ad `replaces` it: it is that ad with other edges. Whose ad it is was
    perhaps found.
    """
    if decision.action == "keep":
        return decision
    before = decision.replaces or decision
    about = [ad for ad in ads if overlap(before, ad) > MEANT * ad.duration_s]
    if not about:
        return decision
    alike = [ad for ad in about if ad.kind == decision.kind]
    longest = max(alike, key=lambda ad: ad.duration_s, default=None)
    return replace(
        decision,
        sponsor=decision.sponsor or (longest.sponsor if longest else None),
        replaces=decision.replaces
        or Span(min(ad.start for ad in about), max(ad.end for ad in about)),
    )


def _beside(ad: AdSpan, decisions: Sequence[Decision]) -> list[AdSpan]:
    parts = subtract([ad], decisions)
    return [_part(ad, part) for part in parts if _counts(part, ad)]


def _kept(ad: AdSpan, keeps: Sequence[Decision]) -> list[AdSpan]:
    """What of an ad a person keeps: it is still marked."""
    why = ("kept by a person",)
    return [
        replace(_part(ad, part), stripped=False, review=None, evidence=why)
        for part in subtract([ad], subtract([ad], keeps))
        if _counts(part, ad)
    ]


def _part(ad: AdSpan, part: Span) -> AdSpan:
    return replace(ad, start=part.start, end=part.end)


def _counts(part: Span, ad: AdSpan) -> bool:
    return part.duration_s >= min(LEFT_S, MEANT * ad.duration_s)


def _cut(decision: Decision, duration_s: float) -> AdSpan:
    start, end = min(decision.start, duration_s), min(decision.end, duration_s)
    why = ("cut by a person",)
    return AdSpan(start, end, decision.kind, 1.0, decision.sponsor, why, stripped=True)


def given(names: Sequence[Naming], turns: Sequence[Turn]) -> dict[str, Speaker]:
    """Who a person named, by label.

    Each name goes to the voice that speaks most while the one that was named did.
    """
    found = {}
    for one in names:
        label = voice_of(one.turns, turns)
        # Of two voices that are one by now, the name of the one that the other went to.
        if label is not None and (label not in found or one.label == label):
            found[label] = Speaker(label, one.name, "named by a person", "person")
    return found


def relabelled(edits: Edits, found: Transcript) -> Edits:
    """The edits with each voice under the label that it bears now, as found."""
    moves = bound(edits.moves, found.turns)
    turns = moved(found, moves).turns
    left = {turn.speaker for turn in turns}

    def label(one: Naming) -> str:
        own = voice_of(one.turns, found.turns)
        if own is not None and own not in left:  # it is merged, and may be parted again
            return own
        return voice_of(one.turns, turns) or one.label

    names = tuple(replace(one, label=label(one)) for one in edits.names)
    return replace(edits, names=names, moves=moves)
