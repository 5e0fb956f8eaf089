"""Which voice is who: names for labels, out of what is said and what the notes tell.

Clues are gathered for every voice and name and weighed against each other; of all ways to
give each voice at most one name and each name at most one voice the best counts, and of
that only what is likely enough: a wrong name is worse than none. Knows English alone, and
no audio.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from episodes.spans import Span, inside, merge
from episodes.types import Speaker, Word
from speakers.clues import clues
from speakers.heard import Clue, Said
from speakers.noted import noted
from speakers.persons import Lexicon, Noted
from speakers.sentences import ends_sentence
from speakers.sounds import same_name, same_word
from speakers.voices import best_pairs, best_sum

LEAST = 2.2
"""Log-odds from which a name is given: a confidence of 0.9."""

_MOST = 5.0
_MOST_ADDRESSED = 3.5
_MOST_AGAINST = -3.0
_IN_NOTES, _TAKES_PART = 0.6, 1.2
_SPOKEN_OF, _OFTEN = 0.7, 2
"""What a name that is only called loses for each of the first times it is spoken of."""
_CLEAR = 0.8
"""The share of the calls by a name from which on it is clear which voice they mean."""
_RIVAL = 2.0
"""A voice that bears another name as well by so much, as others tell, bears none for sure."""
_FEW = 1.2
"""What one call is worth more where hardly more names are said than there are voices."""
_LEFT_OVER = 0.9
"""How sure it is who is left when all others who take part are named."""
_TALKS = 2
"""Words from which on a voice is more than a sound."""
_FAINT = 1.0
"""What speaks for a name by less than this is no rival to others."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What speaks for one voice bearing one name; `own` is what the voice says of itself."""

    label: str
    name: str
    score: float
    own: float
    evidence: str


def name_voices(
    words: Sequence[Word],
    ads: Sequence[Span] = (),
    notes: Sequence[str] = (),
    show: str = "",
    language: str = "en",
) -> Mapping[str, Speaker]:
    """The voices whose names are told, by label, each with its evidence and confidence.

    `words` bear their speakers. What lies in `ads` tells nothing, and a voice heard only
    there gets no name. `notes` are the description and whatever else tells of the episode.
    Empty for any language but English.
    """
    if language != "en":
        return {}
    told = noted(notes, show)
    said = _said(words, ads, told)
    lasting = _lasting(said)
    cases = _cases(list(clues(said, lasting)), told, _room(said))
    named = {}
    chosen = [*_chosen(cases)]
    chosen += _left_over(chosen, said, told)
    for case, confidence in chosen:
        named[case.label] = Speaker(
            case.label, _whole(case, cases, said), case.evidence, name_confidence=confidence
        )
    return named


def _said(words: Sequence[Word], ads: Sequence[Span], told: Noted) -> list[Said]:
    """The sentences outside the ads, by voice."""
    cuts = merge(ads)
    rows: list[tuple[str, list[str]]] = []
    ended = True
    for word in words:
        if word.speaker is None or inside(word.middle, cuts):
            ended = True
            continue
        if ended or rows[-1][0] != word.speaker:
            rows.append((word.speaker, []))
        rows[-1][1].append(word.text.strip())
        ended = ends_sentence(word.text)
    lexicon = Lexicon.of((tokens for _, tokens in rows), told)
    marked = [(speaker, " ".join(some), lexicon.mark(some)) for speaker, some in rows if some]
    whole = {m.name for *_, one in marked for m in one.mentions if m.full} | {*told.persons}
    return [Said(speaker, text, one.resolved(whole)) for speaker, text, one in marked]


def _whole(case: _Case, cases: Sequence[_Case], said: Sequence[Said]) -> str:
    """A name of one word with its title if it mostly bears one, as "Auntie Jo" does.

    Who is called "Professor Ntuli" and says "Call me Thandeka" is Thandeka Ntuli.
    """
    if " " in case.name:
        return case.name
    for other in cases:
        if other.label == case.label and " " in other.name and other.score > _RIVAL:
            if _akin(_first(other.name), case.name):
                return other.name
    titles: dict[str, Counter[str]] = defaultdict(Counter)
    for mention in (m for one in said for m in one.marked.mentions):
        titles[mention.name][mention.title] += 1
    mostly = {name: count.most_common(1)[0][0] for name, count in titles.items()}
    title = mostly.get(case.name, "")
    if not title and case.own:
        for other in cases:
            if other.label == case.label and other.name != case.name and mostly.get(other.name):
                return f"{case.name} {other.name}"
    return f"{title} {case.name}".lstrip()


def _lasting(said: Sequence[Said]) -> frozenset[str]:
    """The voices that take part in the talk: more than a sound between others' sentences."""
    words: dict[str, int] = defaultdict(int)
    for sentence in said:
        words[sentence.speaker] += len(sentence.text.split())
    return frozenset(label for label, count in words.items() if count >= _TALKS)


def _room(said: Sequence[Said]) -> float:
    """Voices for each name that is said at all: 1.0 where there are as many as names."""
    firsts = {_first(m.name) for one in said for m in one.marked.mentions}
    return math.sqrt(min(1.0, len({one.speaker for one in said}) / max(1, len(firsts))))


def _cases(found: Sequence[Clue], told: Noted, room: float) -> list[_Case]:
    """For each voice and first name with anything for it, the best name and its score."""
    cases = []
    shares = _shares(found)
    for label in dict.fromkeys(clue.label for clue in found):
        own = [clue for clue in found if clue.label == label]
        firsts: list[str] = []
        for clue in own:
            if clue.weight > 0 and not any(same_word(_first(clue.name), f) for f in firsts):
                firsts.append(_first(clue.name))
        for first in firsts:
            cases += list(_case(label, first, found, told, shares, room))
    return cases


def _shares(found: Sequence[Clue]) -> Mapping[tuple[str, str], float]:
    """For a voice and a first name, the share that is its of all that is so addressed."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for clue in found:
        if clue.kind == "addressed":
            sums[clue.label, _first(clue.name)] += clue.weight
    whole: dict[str, float] = defaultdict(float)
    for (_, first), value in sums.items():
        whole[first] += max(0.0, value)
    return {key: max(0.0, value) / max(whole[key[1]], 1e-9) for key, value in sums.items()}


def _case(
    label: str,
    first: str,
    found: Sequence[Clue],
    told: Noted,
    shares: Mapping[tuple[str, str], float],
    room: float,
) -> Iterator[_Case]:
    everywhere = [clue for clue in found if same_word(_first(clue.name), first)]
    about = [clue for clue in everywhere if clue.label == label]
    name = _full(first, about, everywhere, told)
    if name is None:
        return
    name = _as_claimed(name, about)
    if told.nearly(name):
        return
    about = [
        c for c in about if " " not in c.name or " " not in name or same_name(c.name, name)
    ]
    positive = [clue for clue in about if clue.weight > 0]
    if not positive:
        return
    of_self = min(_MOST, sum(c.weight for c in positive if c.kind == "self"))
    introduced = max((c.weight for c in positive if c.kind == "introduced"), default=0.0)
    share = shares.get((label, first), 0.0)
    addressed = sum(c.weight for c in positive if c.kind == "addressed")
    addressed *= min(1.0, max(0.0, (share - 0.5) / (_CLEAR - 0.5)))
    against = sum(c.weight for c in about if c.weight < 0)
    if addressed > 0:
        addressed += _FEW * room
    if not of_self and not introduced:
        spoken = sum(c.kind == "mentioned" for c in everywhere)
        addressed -= _SPOKEN_OF * min(spoken, _OFTEN)
    score = (
        of_self
        + introduced
        + min(_MOST_ADDRESSED, addressed)
        + max(_MOST_AGAINST if of_self < 3 else _MOST_AGAINST / 3, against)
        + _prior(told, name)
    )
    strongest = max(positive, key=lambda clue: clue.weight)
    yield _Case(label, told.spelled(name), score, of_self, strongest.sentence)


def _as_claimed(name: str, about: Sequence[Clue]) -> str:
    """The name with its first word as its bearer says it."""
    first, *rest = name.split()
    own = [one.name.split()[0] for one in about if one.kind == "self" and one.weight > 0]
    return " ".join([next((o for o in own if same_word(o, first)), first), *rest])


def _prior(told: Noted, name: str) -> float:
    spelled = told.spelled(name)
    if spelled in told.taking_part:
        return _TAKES_PART
    return _IN_NOTES if spelled in told.persons else 0.0


def _full(
    first: str, about: Sequence[Clue], everywhere: Sequence[Clue], told: Noted
) -> str | None:
    """The longest name that the clues bear out; None where they contradict each other.

    A whole name that is only spoken of counts where it is how the first name first comes up.
    """
    direct: dict[str, float] = {}
    for clue in sorted(about, key=lambda one: one.kind != "self"):
        if clue.weight > 0 and " " in clue.name:
            key = next((one for one in direct if same_name(one, clue.name)), clue.name)
            direct[key] = direct.get(key, 0.0) + clue.weight
    ranked = sorted(direct, key=lambda name: -direct[name])
    if ranked and (len(ranked) == 1 or direct[ranked[0]] >= direct[ranked[1]] + 1.0):
        return ranked[0]
    if ranked:
        return first
    in_notes = told.called(first)
    spoken = list(dict.fromkeys(c.name for c in everywhere if " " in c.name))
    if len(in_notes) == 1 and all(same_name(name, in_notes[0]) for name in spoken):
        return in_notes[0] if in_notes[0] in told.taking_part or not spoken else first
    if len(spoken) == 1 and everywhere[0].name == spoken[0] and not in_notes:
        return spoken[0]
    return first


def _chosen(cases: Sequence[_Case]) -> Iterator[tuple[_Case, float]]:
    """The best assignment's cases that are sure enough, with their confidence."""
    cases = [case for case in cases if case.score > _FAINT]
    labels = list(dict.fromkeys(case.label for case in cases))
    names: list[str] = list(dict.fromkeys(case.name for case in cases))
    gain = np.zeros((len(labels), len(names)), np.float32)
    by_place = {}
    for case in cases:
        place = labels.index(case.label), names.index(case.name)
        gain[place] = max(gain[place], case.score - _FAINT)
        by_place[place] = case
    if not by_place:
        return
    best = best_sum(gain)
    for row, column in best_pairs(gain):
        case = by_place[row, column]
        if any(
            other.label == case.label
            and (other.own == 0 or case.own == 0)
            and other.score > _RIVAL
            and not _akin(_first(other.name), _first(case.name))
            for other in cases
        ):
            continue
        without = gain.copy()
        without[row, column] = 0
        if case.own >= LEAST:
            # Two voices may both say that they are this person, and be one told apart.
            without[:, column] = 0
            alone = gain.copy()
            alone[np.arange(len(labels)) != row, column] = 0
            sure = _FAINT + best_sum(alone) - best_sum(without)
        else:
            sure = _FAINT + best - best_sum(without)
        if sure >= LEAST - 1e-4:  # gains are rounded to float32
            yield case, round(1 / (1 + math.exp(-min(sure, _MOST))), 2)


def _left_over(
    chosen: Sequence[tuple[_Case, float]], said: Sequence[Said], told: Noted
) -> list[tuple[_Case, float]]:
    """The last voice, if all others and only they bear the other names of who takes part."""
    voices = {one.speaker for one in said} - {case.label for case, _ in chosen}
    bear = {case.name for case, _ in chosen}
    left = [{*some} - bear for some in (told.persons, told.taking_part) if bear <= {*some}]
    names = next((some for some in left if len(some) == 1), set[str]())
    if len(voices) != 1 or not names:
        return []
    (label,), (name,) = voices, names
    if (
        not chosen
        or name not in told.taking_part
        or any(one.speaker == label and _first(name) in one.text for one in said)
    ):
        return []
    evidence = next(one.text for one in said if one.speaker == label)
    return [(_Case(label, name, LEAST, 0.0, evidence), _LEFT_OVER)]


def _akin(one: str, other: str) -> bool:
    """Whether two first names may be one person's: alike, or one short for the other."""
    return same_word(one, other) or one[:3].casefold() == other[:3].casefold()


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0]
