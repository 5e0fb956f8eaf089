"""What repetition says: parts that many episodes have, told apart by their place.

    matches -> edges they share -> the parts between -> place and number -> kind

At the same place in most episodes is an intro or an outro; at other places, or in few, an
ad. What an episode has in common with itself alone is a teaser, what lasts too long a
re-run, what is very short a sting: none of these. This file does not know how the matches
were found, nor what is said in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from ads.decided import decided, unquestioned
from ads.parts import COVERS, Part, parts
from episodes.clock import short_time
from episodes.repeats import Match, Other, Repeat
from episodes.spans import Span, merge, overlap, subtract
from episodes.types import AdKind

SHORTEST_S, ONCE_S = 3.0, 6.0
"""Shorter is a sting; what only one other episode has must be longer, phrases come again."""

LONGEST_S = 180.0
"""Longer is a piece of programme that was used again."""

RERUN = 0.6
"""Two episodes that share more than this of the shorter are one, and say nothing."""

MOST = 0.6
"""What is in this share of the episodes is in most of them."""

FIXED_S, FIXED_SHARE = 45.0, 0.05
"""Places that differ by no more than this, in seconds or of the episode, are the same."""

FEW = 3
"""With fewer other episodes of the show its fixed parts are not told for sure."""

AGREED = 0.75
"""So many of the places must be the same."""

SURE = 0.6
"""What was found elsewhere with less confidence than this is not known yet."""

DOUBTFUL = 0.5
"""The confidence of what may as well be programme: it is marked, not cut."""

PAID: tuple[AdKind, ...] = ("sponsor", "selfpromo")
"""What is known once is known anywhere; the other kinds are told by their place."""

JINGLE_S = 8.0
"""Shorter parts that come several times an episode divide the programme."""

Place = Literal["intro", "outro"]


def judge(
    own: str, duration_s: float, matches: Sequence[Match], others: Mapping[str, Other]
) -> tuple[Repeat, ...]:
    """What the matches of the episode `own` say of it: sorted, disjoint.

    `others` are all episodes that were compared, by id, also those without a match;
    matches of episodes that are not among them are left out. What people decided about the
    same stretch of another episode goes before all else (decided.py).
    """
    reruns = {id_ for id_ in others if _is_rerun(matches, others[id_], duration_s)}
    kept = [m for m in matches if m.other == own or m.other in others.keys() - reruns]
    show = [o for id_, o in others.items() if o.same_show and id_ not in reruns]
    elsewhere = merge(m for m in kept if m.other != own)
    library = _Library(own, duration_s, elsewhere, others, len(show))
    heard = library.repeats([m for m in kept if m.by == "sound"])
    # Where the recording is the same its words are too, and its edges are known better.
    read = [m for m in kept if m.by == "words" and not _covered(m, heard)]
    said = decided([m for m in matches if m.other != own], others)
    beside = [part for r in (*heard, *library.repeats(read)) for part in _beside(r, said)]
    return tuple(sorted([*said, *beside], key=lambda r: r.start))


def _beside(repeat: Repeat, said: Sequence[Repeat]) -> list[Repeat]:
    """What of a repeat nobody decided about."""
    parts = subtract([repeat], said)
    return [
        replace(repeat, start=part.start, end=part.end)
        for part in parts
        if part.duration_s >= min(SHORTEST_S, repeat.duration_s)
    ]


def _covered(match: Match, heard: Sequence[Repeat]) -> bool:
    return any(overlap(match, repeat) > 0 for repeat in heard)


def _long_enough(part: Part, own: str) -> bool:
    once = len({m.other for m in part.matches} - {own}) == 1
    return part.duration_s >= (ONCE_S if once else SHORTEST_S)


def _is_rerun(matches: Sequence[Match], other: Other, duration_s: float) -> bool:
    shared = merge(m for m in matches if m.other == other.id and m.by == "sound")
    shorter_s = min(duration_s, other.duration_s)
    return sum(span.duration_s for span in shared) > RERUN * shorter_s


@dataclass(frozen=True, slots=True)
class _Library:
    """The episode `own` among others; `repeated` is all of it that is heard elsewhere."""

    own: str
    duration_s: float
    repeated: tuple[Span, ...]
    others: Mapping[str, Other]
    show: int

    def repeats(self, matches: Sequence[Match]) -> list[Repeat]:
        """What the matches make of the episode, in order."""
        judged = [(part, self.judged(part)) for part in parts(matches, self.own)]
        return [
            repeat
            for part, repeat in judged
            if repeat is not None
            and _long_enough(part, self.own)
            and part.duration_s <= LONGEST_S
        ]

    def judged(self, part: Part) -> Repeat | None:
        """What a part is; None for what belongs to the programme."""
        elsewhere = {m.other: m for m in part.matches if m.other != self.own}
        if not elsewhere or self._is_jingle(part):
            return None
        fixed, known = self._fixed(part, elsewhere), self._known(part, elsewhere)
        first = fixed or known if self.show >= FEW else known or fixed
        if first is not None:
            return first
        confidence = self._confidence(part, elsewhere)
        return part.repeat("sponsor", confidence, self._heard(part, elsewhere))

    def _is_jingle(self, part: Part) -> bool:
        """Short, and twice in this episode as well: it divides the programme."""
        again = any(m.other == self.own for m in part.matches)
        return again and part.duration_s < JINGLE_S

    def _known(self, part: Part, elsewhere: Mapping[str, Match]) -> Repeat | None:
        """What it was found to be elsewhere, by more than repetition."""
        places = [
            (known, self.others[id_], there)
            for id_, match in elsewhere.items()
            for there in [part.place_in(match)]
            for known in unquestioned(self.others[id_])
            if overlap(known, there) >= COVERS * part.duration_s
            and known.kind in PAID
            and known.confidence >= SURE
        ]
        if not places:
            return None
        known, other, there = max(places, key=lambda place: place[0].confidence)
        place = f'"{other.title}" at {short_time(there.start)}'
        why = f"known from {place}, where it is marked as {known.kind}"
        return part.repeat(known.kind, known.confidence, why, known.sponsor)

    def _fixed(self, part: Part, elsewhere: Mapping[str, Match]) -> Repeat | None:
        """An intro or outro, where most of the show's episodes have it at that place."""
        of_show = {id_: m for id_, m in elsewhere.items() if self.others[id_].same_show}
        if not of_show or len(of_show) < MOST * self.show:
            return None
        sure = 0.9 if self.show >= FEW else 0.6
        heard = f"heard in {len(of_show)} of {self.show} other episodes"
        if self._same(part, of_show, "intro"):
            why = f"{heard}, always near the beginning"
            return part.repeat("intro", sure, why)
        if self._same(part, of_show, "outro"):
            why = f"{heard}, always near the end"
            return part.repeat("outro", sure, why)
        return None

    def _same(self, part: Part, of_show: Mapping[str, Match], place: Place) -> bool:
        """Whether it comes about as soon after the beginning, or before the end, everywhere.

        Repeated parts before it, or after it, are not counted: adverts come and go there.
        """
        here_s = _programme_s(part, self.repeated, self.duration_s, place)
        away = [here_s]
        for id_, match in of_show.items():
            other = self.others[id_]
            there = part.place_in(match)
            away.append(_programme_s(there, other.repeated, other.duration_s, place))
        middle = median(away)
        most_s = max(FIXED_S, FIXED_SHARE * self.duration_s)
        near = sum(abs(one - middle) <= most_s / 2 for one in away)
        shortest_s = min([self.duration_s, *(self.others[id_].duration_s for id_ in of_show)])
        return near >= AGREED * len(away) and middle <= max(most_s, 0.1 * shortest_s)

    def _confidence(self, part: Part, elsewhere: Mapping[str, Match]) -> float:
        if all(match.by == "words" for match in part.matches):
            return DOUBTFUL  # a standing phrase of the host's is like that
        if len(elsewhere) > 1 or any(not self.others[id_].same_show for id_ in elsewhere):
            return 0.9
        # Once more only: an announcement of the next episode, or a look back, is like that.
        (match,) = elsewhere.values()
        there, other = part.place_in(match), self.others[match.other]
        return 0.65 if self._at_edge(part) == _at_edge(there, other.duration_s) else DOUBTFUL

    def _at_edge(self, part: Span) -> bool:
        return _at_edge(part, self.duration_s)

    def _heard(self, part: Part, elsewhere: Mapping[str, Match]) -> str:
        """In words a person can check."""
        last = list(elsewhere.values())[-1]
        by_words = all(m.by == "words" for m in elsewhere.values())
        said = "said in the same words" if by_words else "heard"
        episodes = (
            "another episode" if len(elsewhere) == 1 else f"{len(elsewhere)} other episodes"
        )
        title, at = self.others[last.other].title, short_time(part.place_in(last).start)
        return f'{said} in {episodes} (last: "{title}" at {at})'


def _programme_s(
    part: Span, repeated: Sequence[Span], duration_s: float, place: Place
) -> float:
    """Seconds of programme before the part, or after it, without what is repeated."""
    way = (
        Span(0.0, part.start) if place == "intro" else Span(part.end, max(part.end, duration_s))
    )
    return way.duration_s - sum(overlap(way, span) for span in repeated)


def _at_edge(part: Span, duration_s: float) -> bool:
    """Whether a part lies near the beginning or the end."""
    edge_s = max(20.0, 0.1 * duration_s)
    return part.start < edge_s or part.end > duration_s - edge_s
