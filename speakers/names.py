"""Which voice is who: names for labels, out of what is said and what the notes tell.

Clues are gathered for every voice and name and weighed against each other; of all ways to
give each voice at most one name and each name at most one voice the best counts, and of
that only what is likely enough: a wrong name is worse than none. Knows English alone, and
no audio.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from episodes.spans import Span, inside, merge
from episodes.types import Speaker, Word
from speakers.choosing import MOST, RIVAL, Case, akin, chosen, left_over
from speakers.clues import clues
from speakers.heard import Clue, Said
from speakers.mentions import Noted
from speakers.noted import noted
from speakers.persons import Lexicon
from speakers.sentences import ends_sentence
from speakers.sounds import first_word, same_first, same_name, same_word

_MOST_ADDRESSED, _MOST_AGAINST = 3.5, -3.0
"""What all calls by a name are worth together at most, and all that speaks against it."""
_IN_NOTES, _TAKES_PART = 0.6, 1.2
"""What a name is worth more that the notes tell, and whose bearer they give a part."""
_SPOKEN_OF, _OFTEN = 0.7, 2
"""What a name that is only called loses for each of the first times it is spoken of."""
_CLEAR = 0.8
"""The share of the calls by a name from which on it is clear which voice they mean."""
_FEW = 1.2
"""What one call is worth more where hardly more names are said than there are voices."""
_LONGEST = 300
"""Words after which a sentence ends though no mark says so: the recogniser left marks out."""
_TALKS = 2
"""Words from which on a voice is more than a sound."""


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
    given = [*chosen(cases)]
    given += left_over(given, said, told)
    for case, confidence in given:
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
        ended = ends_sentence(word.text) or len(rows[-1][1]) == _LONGEST
    lexicon = Lexicon.of((tokens for _, tokens in rows), told)
    marked = [(speaker, " ".join(some), lexicon.mark(some)) for speaker, some in rows if some]
    whole = {m.name for *_, one in marked for m in one.mentions if m.full} | {*told.persons}
    return [Said(speaker, text, one.resolved(whole)) for speaker, text, one in marked]


def _whole(case: Case, cases: Sequence[Case], said: Sequence[Said]) -> str:
    """A name of one word with its title if it mostly bears one, as "Auntie Jo" does.

    Who is called "Professor Ntuli" and says "Call me Thandeka" is Thandeka Ntuli.
    """
    if " " in case.name:
        return case.name
    rest = [one for one in cases if one.label == case.label and one.name != case.name]
    for other in rest:
        if " " in other.name and other.score > RIVAL and akin(other.name, case.name):
            return other.name
    titles: dict[str, Counter[str]] = defaultdict(Counter)
    for mention in (m for one in said for m in one.marked.mentions):
        titles[mention.name][mention.title] += 1
    mostly = {name: count.most_common(1)[0][0] for name, count in titles.items()}
    title = mostly.get(case.name, "")
    likely = (one.name for one in rest if one.score > 0 and " " not in one.name)
    last = next((name for name in likely if mostly.get(name)), "")
    if last and case.own and not title:
        return f"{case.name} {last}"
    return f"{title} {case.name}".lstrip()


def _lasting(said: Sequence[Said]) -> frozenset[str]:
    """The voices that take part in the talk: more than a sound between others' sentences."""
    words: dict[str, int] = defaultdict(int)
    for sentence in said:
        words[sentence.speaker] += len(sentence.text.split())
    return frozenset(label for label, count in words.items() if count >= _TALKS)


def _room(said: Sequence[Said]) -> float:
    """The root of voices for each name that is said at all: 1.0 where there are as many."""
    firsts = {first_word(m.name) for one in said for m in one.marked.mentions}
    return math.sqrt(min(1.0, len({one.speaker for one in said}) / max(1, len(firsts))))


def _cases(found: Sequence[Clue], told: Noted, room: float) -> list[Case]:
    """For each voice and first name with anything for it, the best name and its score."""
    cases = []
    for label in dict.fromkeys(clue.label for clue in found):
        own = [clue for clue in found if clue.label == label]
        firsts: list[str] = []
        for clue in own:
            if clue.weight > 0 and not any(same_first(clue.name, f) for f in firsts):
                firsts.append(first_word(clue.name))
        found_for = (_case(label, first, found, told, room) for first in firsts)
        cases += [case for case in found_for if case is not None]
    return cases


def _share(label: str, about: Sequence[Clue]) -> float:
    """The share in [0, 1] that is a voice's of all that is so addressed, however spelled."""
    sums: dict[str, float] = defaultdict(float)
    for clue in about:
        if clue.kind == "addressed":
            sums[clue.label] += clue.weight
    whole = sum(value for value in sums.values() if value > 0)
    return max(0.0, sums[label]) / whole if whole else 0.0


def _case(
    label: str,
    first: str,
    found: Sequence[Clue],
    told: Noted,
    room: float,
) -> Case | None:
    """The best name that begins so, with what speaks for the voice's bearing it."""
    everywhere = [clue for clue in found if same_first(clue.name, first)]
    about = [clue for clue in everywhere if clue.label == label]
    name = _full(first, about, everywhere, told)
    if name is None:
        return None
    name = _as_claimed(name, about)
    if told.nearly(name):
        return None
    about = [
        c for c in about if " " not in c.name or " " not in name or same_name(c.name, name)
    ]
    positive = [clue for clue in about if clue.weight > 0]
    if not positive:
        return None
    of_self = min(MOST, sum(c.weight for c in positive if c.kind == "self"))
    introduced = max((c.weight for c in positive if c.kind == "introduced"), default=0.0)
    addressed = sum(c.weight for c in positive if c.kind == "addressed")
    addressed *= min(1.0, max(0.0, (_share(label, everywhere) - 0.5) / (_CLEAR - 0.5)))
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
    return Case(label, told.spelled(name), score, of_self, strongest.sentence)


def _as_claimed(name: str, about: Sequence[Clue]) -> str:
    """The name with its first word as its bearer says it."""
    first, *rest = name.split()
    own = [first_word(one.name) for one in about if one.kind == "self" and one.weight > 0]
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
