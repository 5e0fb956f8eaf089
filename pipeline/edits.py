"""A person's edits laid over a transcript, which itself stays as it was found.

Knows the edits' meaning; does not know who made them or where they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from episodes.edits import Decision, Edits, Naming
from episodes.spans import Span, merge, overlap
from episodes.types import AdSpan, Speaker, Transcript, Turn
from speakers.utterances import group

MEANT = 0.5
"""A decision is about an ad where they share more than this of the shorter one."""


def edited(transcript: Transcript, edits: Edits) -> Transcript:
    """The transcript as the person wants it. Labels stay, so that no link breaks."""
    ads = _decided(transcript.ads, edits.ads)
    changed = replace(
        transcript, ads=ads, speakers=_named(transcript.speakers, transcript.turns, edits.names)
    )
    if changed.cuts == transcript.cuts:
        return changed
    words = [word for utterance in transcript.utterances for word in utterance.words]
    return replace(changed, utterances=group(words, changed.cuts))


def renamed(
    names: Sequence[Naming], transcript: Transcript, changes: Mapping[str, str | None]
) -> tuple[Naming, ...]:
    """The names, changed for the voices that the transcript now calls by these labels.

    None takes a name back.
    """
    kept = [one for one in names if _voice(one, transcript.turns) not in changes]
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


def _named(
    speakers: Sequence[Speaker], turns: Sequence[Turn], names: Sequence[Naming]
) -> tuple[Speaker, ...]:
    """Each name goes to the voice that speaks most while the one that was named did."""
    given = {_voice(one, turns): one.name for one in names}
    return tuple(
        Speaker(s.label, given[s.label], "named by a person") if s.label in given else s
        for s in speakers
    )


def _voice(named: Naming, turns: Sequence[Turn]) -> str | None:
    """The label of the voice that a name is for; None where it is not heard any more."""
    shared = {
        label: _shared(named.turns, [turn for turn in turns if turn.speaker == label])
        for label in dict.fromkeys(turn.speaker for turn in turns)
    }
    label = max(shared, key=lambda key: shared[key], default=None)
    return label if label is not None and shared[label] > 0 else None


def _shared(a: Sequence[Span], b: Sequence[Span]) -> float:
    """Seconds that both cover."""
    return (
        sum(s.duration_s for s in merge(a))
        + sum(s.duration_s for s in merge(b))
        - sum(s.duration_s for s in merge([*a, *b]))
    )


def relabelled(edits: Edits, transcript: Transcript) -> Edits:
    """The edits with each name under the label that its voice bears now."""
    names = (replace(n, label=_voice(n, transcript.turns) or n.label) for n in edits.names)
    return replace(edits, names=tuple(names))
