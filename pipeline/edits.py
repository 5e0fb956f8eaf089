"""A person's edits laid over a transcript, which itself stays as it was found.

Knows the edits' meaning; does not know who made them or where they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from episodes.edits import Decision, Edits, Naming
from episodes.people import by_trust
from episodes.spans import merge, overlap
from episodes.types import AdSpan, Speaker, Transcript, Turn
from pipeline.moves import bound, moved, voice_of
from speakers.utterances import group

MEANT = 0.5
"""A decision is about an ad where they share more than this of the shorter one."""


def edited(
    transcript: Transcript, edits: Edits, heard: Mapping[str, Speaker] | None = None
) -> Transcript:
    """The transcript as the person wants it. Labels stay, so that no link breaks.

    `heard` are those whom the show's roster knows, by the labels that hold after the moves.
    """
    laid = moved(transcript, edits.moves)
    ads = _decided(laid.ads, edits.ads)
    speakers = named(laid.speakers, given(edits.names, laid.turns), heard or {})
    changed = replace(laid, ads=ads, speakers=speakers)
    if changed.cuts == laid.cuts:
        return changed
    words = [word for utterance in laid.utterances for word in utterance.words]
    return replace(changed, utterances=group(words, changed.cuts))


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


def _decided(ads: Sequence[AdSpan], decisions: Sequence[Decision]) -> tuple[AdSpan, ...]:
    """The ads found, but for those that a decision is about: there the decision holds."""
    decided = []
    for ad in ads:
        about = [d for d in decisions if _is_about(d, ad)]
        if not about:
            decided.append(ad)
        elif about[-1].action == "keep":
            decided.append(replace(ad, stripped=False, evidence=("kept by a person",)))
    decided += [
        AdSpan(d.start, d.end, d.kind, 1.0, d.sponsor, ("cut by a person",), stripped=True)
        for d in decisions
        if d.action == "cut"
    ]
    return tuple(sorted(decided, key=lambda ad: (ad.start, ad.end)))


def _is_about(decision: Decision, ad: AdSpan) -> bool:
    return overlap(decision, ad) > MEANT * min(decision.duration_s, ad.duration_s)


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
