"""Which sentences name which sponsor, and what follows from it.

A sponsor is named by an opener or an address; the same name in sentences around it ties
them to the spot. This file does not decide where a spot begins or ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ads import sponsors
from ads.cues import CLOSERS, LAST_WORDS, Role, Roles
from ads.sentences import Sentence

NEAR_S = 75.0
"""A sponsor's name counts this many seconds around an opener or an address."""

HOST_READ_S = 180.0
"""From a host's opener to the last word for the sponsor it takes no longer than this."""

JOKE_S = 60.0
"""A made-up advert is given away no later than this many seconds after its opener."""

BREAKS_OFF: frozenset[Role] = frozenset(
    ("opener", "return", "handoff", "jest", "aside", "outro")
)
"""Roles that end or deny a spot that was opened."""


def named(sentences: Sequence[Sentence], roles: Roles) -> list[frozenset[str]]:
    """For each sentence the sponsors it names, of those anchored near it."""
    anchors = [
        (s.middle, key)
        for s, own in zip(sentences, roles, strict=True)
        for key in _anchored(s, own)
    ]
    return [
        frozenset(k for t, k in anchors if abs(t - s.middle) <= NEAR_S) & sponsors.said(s)
        for s in sentences
    ]


def _anchored(sentence: Sentence, roles: frozenset[Role]) -> frozenset[str]:
    """The names that the sentence itself makes a sponsor's."""
    if not roles & {"opener", "thanks", "address"}:
        return frozenset()
    opened = sponsors.opened_by(sentence) if roles & {"opener", "thanks"} else None
    return frozenset(sponsors.address_stems(sentence)) | sponsors.keys(opened or "")


def host_reads(
    sentences: Sequence[Sentence], roles: Roles, names: Sequence[frozenset[str]]
) -> set[int]:
    """Sentences between an opener and an address, offer or thanks of the same sponsor.

    A host may chat in between; a host who came back to the show would have said so. A
    sponsor's name right after a hand-off opens as well. `names` is from `named`.
    """
    found: set[int] = set()
    for i, own in enumerate(roles):
        opened = "opener" in own or (i > 0 and "handoff" in roles[i - 1])
        if not opened or not names[i]:
            continue
        last = i
        for j in range(i + 1, len(roles)):
            if sentences[j].end - sentences[i].start > HOST_READ_S or roles[j] & BREAKS_OFF:
                break
            if names[i] & names[j] and roles[j] & CLOSERS:
                last = j
        found |= set(range(i, last + 1))
    return found


def jokes(sentences: Sequence[Sentence], roles: Roles) -> set[int]:
    """Sentences from an opener to a remark soon after it that gives it away as made up."""
    found: set[int] = set()
    for last, own in enumerate(roles):
        if "jest" not in own:
            continue
        for first in range(last, -1, -1):
            lasts_s = sentences[last].end - sentences[first].start
            if lasts_s > JOKE_S or "return" in roles[first]:
                break
            if "opener" in roles[first]:
                found |= set(range(first, last + 1))
                break
    return found


def changes(roles: Roles, names: Sequence[frozenset[str]]) -> Iterator[int]:
    """Sentences after the last words for one sponsor, if the next one named is another."""
    last = -1
    for i, own in enumerate(names):
        if not own:
            continue
        if last >= 0 and not own & names[last]:
            closed = [j for j in range(last, i) if roles[j] & LAST_WORDS]
            if closed:
                yield closed[-1] + 1
        last = i


def own_addresses(sentences: Sequence[Sentence], roles: Roles) -> Iterator[int]:
    """Sentences with an address named like the show, as its greetings and farewells say it."""
    show = " ".join(
        "".join(sentence.tokens)
        for sentence, own in zip(sentences, roles, strict=True)
        if own & {"intro", "outro", "credits"} and not own & {"opener", "trailer"}
    )
    for i, sentence in enumerate(sentences):
        if any(stem in show for stem in sponsors.address_stems(sentence) if len(stem) > 4):
            yield i
