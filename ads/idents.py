"""Idents: a sentence or two that name who pays for a show, or the network it comes from.

They are told by their form: a title or a word for the show, a verb of paying, and a name:
"Hidden Hours is supported by the Ansel Trust." This file does not know what that weighs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ads.cues import CLOSERS, Role, Roles
from ads.phrases import Phrases, tokens
from ads.sentences import Sentence

LONGEST = 40
"""An ident's first sentence has at most this many words."""

FURTHER = 2
"""So many sentences may follow it."""

SLOGAN = 9
"""What follows and names the payer again has at most this many words."""

NEAR = 6
"""The name begins within this many words."""

_SHOW = (
    "episode|podcast|show|program|programme|programming|broadcast|segment|hour|series|edition|"
    "coverage|reporting|message|weather|news|sports|traffic"
)
_PAID = "supported|sponsored|underwritten|presented|powered|funded"
_PAYS = f"""
    {_PAID} today|proudly? in? part? by; made possible today? in? part? by|with;
    brought to you today? in? part? by|in|from|with; comes|come to you with|from;
    support|funding|funds|underwriting for * *? *? *? *? *? comes|come|is from|provided|by;
    additional|major|corporate|financial|further|generous support|funding is|comes|provided|for;
    support|funding comes|is|provided from|by; receives|gets|has support|funding from;
    with support|funding|underwriting from;
    with the? generous|kind? assistance|support|help|backing of|from;
    is|are produced|made with the? *? support|help|assistance; in association|partnership with;
    message comes|come from; following message is brought;
    hosted on *; ad free on|with; more podcasts|shows like this one? at|from
"""
"""A name follows."""

_BELONGS = """
    on the * *? *? *? network|platform; from|part of? the * *? *? network|collective|family;
    listening to a * *? *? podcast|production|show|original; a|an * *? *? original|production;
    listening to * *? *? *? *? from|on * *? radio|studios|podcasts|media|audio
"""
"""A name stands within."""

_FORMS = Phrases[bool](
    (" ".join(phrase.split()), within)
    for block, within in ((_PAYS, False), (_BELONGS, True))
    for phrase in block.split(";")
)
"""The forms, and whether a name stands within."""

_PLAIN = frozenset(
    f"""
    the a an of on in with at from for and by to is are was be been this that these our every
    today's tonight's today tonight it's you're you've you listening watching hearing heard
    following my proudly morning evening week's month's also comes come support funding
    additional major financial corporate underwriting {_SHOW.replace("|", " ")}
    """.split()
)
"""What stands before the form, beside a title."""

_NO_TITLE = frozenset(
    ("i", "he", "she", "they", "we", "it", "her", "his", "their", "he's", "they're", "we're")
)
"""What is no title, though a sentence begins with it."""

_AGAINST: frozenset[Role] = frozenset(("aside", "jest", "credits"))
_BACK: frozenset[Role] = frozenset(
    ("talk", "news", "jest", "aside", "return", "handoff", "intro")
)


@dataclass(frozen=True, slots=True)
class Ident:
    """Sentences [first, last) that have the form, and what of it was `said`."""

    first: int
    last: int
    said: str


def idents(sentences: Sequence[Sentence], roles: Roles) -> tuple[Ident, ...]:
    """All that has the form of an ident, in order; they share no sentence.

    `roles` is from features.heard. None in a text without capitals, where a title and a name
    look like any other word.
    """
    cased = sum(sentence.text[:1].isupper() for sentence in sentences)
    return tuple(_idents(sentences, roles)) if cased > len(sentences) / 2 else ()


def _idents(sentences: Sequence[Sentence], roles: Roles) -> Iterator[Ident]:
    at = 0
    while at < len(sentences):
        said, last = _form(sentences[at], roles[at]), at + 1
        if said is not None:
            most = min(len(sentences), last + FURTHER)
            while last < most and _goes_on(sentences[at:last], sentences[last], roles[last]):
                last += 1
            yield Ident(at, last, said)
        at = last


def _form(sentence: Sentence, roles: frozenset[Role]) -> str | None:
    """What of the sentence is an ident's form; None where it has none."""
    own = sentence.tokens
    form = next(iter(_FORMS.find(own)), None) if len(own) <= LONGEST else None
    if form is None or roles & _AGAINST:
        return None
    words = [word for word in sentence.text.split() if tokens(word)]  # no loose dashes
    names = {_bare(word) for word in words if _is_name(word)} - _NO_TITLE
    titled = all(t in _PLAIN or t.removesuffix("'s") in names for t in own[: form.first])
    begins = form.first + 1 if form.value else min(form.last, len(words) - 1)
    named = any(map(_is_name, words[begins : form.last + NEAR]))
    return " ".join(own[form.first : form.last]) if titled and named else None


def _goes_on(ident: Sequence[Sentence], after: Sentence, roles: frozenset[Role]) -> bool:
    """Whether the sentence after an ident still belongs to it."""
    if roles & _BACK:
        return False
    if after.tokens[:1] == ("by",) or after.tokens[:2] in (("and", "by"), ("and", "from")):
        return True
    said = {token for sentence in ident for token in sentence.tokens if len(token) > 3}
    names = {_bare(word) for word in after.text.split() if _is_name(word)}
    return bool(roles & CLOSERS or (len(after.tokens) <= SLOGAN and said & names))


def _is_name(word: str) -> bool:
    return word[:1].isupper() or word[:1].isdigit()


def _bare(word: str) -> str:
    return word.strip(".,'\"!?:;").lower().removesuffix("'s")
