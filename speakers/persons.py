"""Names of persons in text: where they stand.

A name is a run of words with capitals; where a text has none, only names that the notes
tell are seen. Knows English titles and months, no list of given names. Does not know who
speaks, or whom a sentence is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from speakers.mentions import Marked, Mention, Noted
from speakers.sentences import ends_sentence
from speakers.sounds import first_word
from speakers.wordlists import (
    LAST_TOO,
    MONTHS,
    NEVER,
    NO_LAST,
    NO_START,
    OFTEN_FIRST,
    PARTICLES,
    SHOWS,
    TITLES,
)

_TOKEN = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)
_THING = re.compile(
    r"\d|\w\.\w{2,}|^\w-[a-z]|^(?!(?:Ma?c|De|Di|La|Le|Van|O'|D'|J)[A-Z]).*[a-z][A-Z]"
)
"""Digits, addresses and capitals inside are of products, not of persons."""

MOST_WORDS = 5
"""Words of a person's name at most; longer runs of capitals are titles of something."""


@dataclass(slots=True)
class Lexicon:
    """Which words are names in this episode, told from where they bear capitals.

    In small letters: `inner` bear a capital inside a sentence too, or make a name with the
    next word, `told` are of the names that the notes tell, `small` are said without a capital.
    `bare` says that no word has a capital at all.
    """

    noted: Noted
    inner: set[str] = field(default_factory=set)
    small: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    bare: bool = False

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]], noted: Noted) -> Lexicon:
        """Of all sentences, as words with their marks."""
        own, capitals, count = cls(noted), 0, 0
        for sentence in sentences:
            for at, token in enumerate(sentence):
                core = _core(token)
                if not core:
                    continue
                count += 1
                if not core[0].isupper():
                    own.small.add(core)
                elif core.lower() not in NEVER:
                    capitals += 1
                    if at and re.fullmatch(r"[\w,.'’-]*[\w,]", sentence[at - 1]):  # noqa: RUF001
                        own.inner.add(core.lower())
            own.inner |= _at_start(sentence)
        own.bare = capitals == 0 and count > 0
        own.told = {word.lower() for one in noted.persons for word in one.split()}
        own.inner |= own.told
        return own

    def mark(self, tokens: Sequence[str]) -> Marked:
        """The sentence with its names found."""
        found: list[Mention] = []
        text: list[str] = []
        at = 0
        while at < len(tokens):
            end = self._known(tokens, at) if self.bare else self._run(tokens, at)
            mention = self._mention(tokens, at, end)
            if mention is None:
                thing = end - at > 1 and self._titles_thing(tokens, at)
                skipped = end if thing else at + 1
                text += map(_plain, tokens[at:skipped])
                at = skipped
                continue
            before = _TOKEN.fullmatch(tokens[at])
            after = _TOKEN.fullmatch(tokens[end - 1])
            assert before is not None
            assert after is not None
            own = " 's" if mention.possessive else ""
            marks = after[3][1:] if _is_initials(tokens[end - 1]) else after[3]
            text.append(f"{before[1]} <{len(found)}>{own} {marks}")
            found.append(mention)
            at = end
        return Marked(" ".join(" ".join(text).split()), tuple(found))

    def _titles_thing(self, tokens: Sequence[str], at: int) -> bool:
        """Whether a run of capitals is what something is called: "The Long Wet Walk"."""
        second = _core(tokens[at + 1]).lower().rstrip(".")
        return _core(tokens[at]).lower() in ("the", "a", "an") and second not in TITLES

    def _mention(self, tokens: Sequence[str], start: int, end: int) -> Mention | None:
        if end <= start:
            return None
        words = [_core(token) for token in tokens[start:end]]
        words = [
            token.strip("\"'“”‘’(),;:!?") if _is_initials(token) else word  # noqa: RUF001
            for token, word in zip(tokens[start:end], words, strict=True)
        ]
        possessive = bool(re.search(r"['’][sS]$", words[-1]))  # noqa: RUF001
        words[-1] = re.sub(r"['’][sS]$", "", words[-1])  # noqa: RUF001
        if len(words) == 3 and words[-1].lower() in SHOWS:
            words, possessive = words[:2], True  # "the Gordon Pym Show" tells of Gordon Pym
        title = ""
        while len(words) > 1 and _before_names(words[0]):
            title = f"{title} {_title(tokens[end - len(words)])}".strip()
            words = words[1:]
        if len(words) == 1 and not title:
            words[0] = re.sub(r"^(\w)\.$", r"\1", words[0])
        name = " ".join(words)
        if self.bare:
            known = next((p for p in self.noted.persons if p.lower() == name.lower()), None)
            first = next((p for p in self.noted.persons if _first(p) == name.lower()), None)
            name = known or (first_word(first) if first else name)
        own = start > 0 and _core(tokens[start - 1]).lower() in ("i'm", "am")
        if not self._is_person(words, own):
            return None
        common = not self.bare and name.lower() in self.small
        return Mention(name, title, possessive, common)

    def _is_person(self, words: Sequence[str], own: bool) -> bool:
        """Whether words with capitals are a person's name; `own` after "I'm"."""
        plain = " ".join(words).lower()
        if len(words) > MOST_WORDS or plain == re.sub(r"^the ", "", self.noted.show.lower()):
            return False
        if any(_THING.search(word) for word in words):
            return False
        last_too = own and len(words) == 2 and words[-1].lower() in LAST_TOO
        if (words[-1].lower() in NO_LAST and not last_too) or words[0].lower() in (
            "the",
            "a",
            "an",
        ):
            return False
        if len(words) == 1:
            return len(plain) > 1 and plain.rstrip(".") not in TITLES and not _acronym(words[0])
        return not all(map(_acronym, words))

    def _known(self, tokens: Sequence[str], at: int) -> int:
        """The end of a name that the notes know, in a text without capitals."""
        for person in sorted(self.noted.persons, key=len, reverse=True):
            words = person.lower().split()
            if [_core(token) for token in tokens[at : at + len(words)]] == words:
                return at + len(words)
        first = _core(tokens[at])
        known = len(first) > 2 and first not in NO_START and len(self.noted.called(first)) == 1
        return at + 1 if known else at

    def _run(self, tokens: Sequence[str], at: int) -> int:
        """The end of the run of capitals that begins here; `at` itself where none does."""
        if not _capital(tokens[at]):
            return at
        if at == 0 and not self._begins(tokens):
            return at
        end = at + 1
        while end < len(tokens) and _goes_on(tokens[end - 1]):
            ahead = end
            while (
                ahead < len(tokens) - 1
                and tokens[ahead].lower() in PARTICLES
                and ahead < end + 3
            ):
                ahead += 1
            if not _capital(tokens[ahead]) or re.match(r"[^\w'’]", tokens[ahead]):  # noqa: RUF001
                break
            end = ahead + 1
        if end == at + 1 and _core(tokens[at]).lower() in MONTHS:
            return at
        if at == 0 and end == 1:
            word = re.sub(r"'s$", "", _core(tokens[0]).lower())
            announced = [_core(token).lower() for token in tokens[1:2]] == ["here"]
            plain = word in self.small or word in OFTEN_FIRST
            announced |= _calls(tokens) and not plain
            known = word in self.inner and (word not in self.small or word in self.told)
            return end if known or announced else at
        return end

    def _begins(self, tokens: Sequence[str]) -> bool:
        """Whether the first word's capital is more than that of a sentence's beginning."""
        word = _core(tokens[0]).lower()
        if word in TITLES or word in self.inner:
            return word not in NO_START
        third = len(tokens) > 2 and all(map(_capital, tokens[1:3])) and _goes_on(tokens[1])
        # As in "Economist Beth Arden said".
        occupation = third and len(tokens) > 3 and _goes_on(tokens[0])
        return word not in NO_START and word not in self.small and not occupation


def _calls(tokens: Sequence[str]) -> bool:
    """Whether the first word may call somebody: "Tanvi, is it as bad as it looks?"."""
    word = _core(tokens[0]).lower()
    turned = {"you", "your", "you're", "you've", "let's", "go", "tell", "come"} & {
        _core(t).lower() for t in tokens
    }
    marked = tokens[0].endswith(",") and len(word) > 2 and not word.endswith("ly")
    return marked and bool(turned or tokens[-1].endswith("?"))


def _at_start(tokens: Sequence[str]) -> set[str]:
    """The first word, where the second alone makes a whole name of it."""
    if len(tokens) < 2 or not all(map(_capital, tokens[:2])) or not _goes_on(tokens[0]):
        return set()
    if len(tokens) > 2 and _goes_on(tokens[1]) and _capital(tokens[2]):
        return set()  # it may be an occupation, as in "Economist Beth Arden"
    word = _core(tokens[0]).lower()
    return set() if word in NO_START or word in TITLES else {word}


def _core(token: str) -> str:
    match = _TOKEN.fullmatch(token)
    assert match is not None
    return match[2].replace("’", "'")  # noqa: RUF001


def _plain(token: str) -> str:
    """A word in small letters, its marks apart; none of it reads like a name's number."""
    match = _TOKEN.fullmatch(token)
    assert match is not None
    return f"{match[1]} {_core(token).lower().replace('<', ' ')} {match[3]}"


def _capital(token: str) -> bool:
    core = _core(token)
    return bool(core) and core[0].isupper() and core.lower() not in NEVER


def _before_names(word: str) -> bool:
    """Whether a word is a title, or an acronym as in "CEO Jane Doe"."""
    return word.lower().rstrip(".") in TITLES or (_acronym(word) and len(word) > 2)


def _title(token: str) -> str:
    """A title as it is written, its full stop kept."""
    return re.sub(r"^\W+|[^\w.]+$", "", token) if token.strip(".").lower() in TITLES else ""


def _acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper() and "." not in word


def _is_initials(token: str) -> bool:
    return bool(re.fullmatch(r"\W*(?:[A-Z]\.)+\W*", token))


def _goes_on(token: str) -> bool:
    """Whether a name may go on after this word: no mark but that of an initial or a title."""
    mark = _TOKEN.fullmatch(token)
    assert mark is not None
    if mark[3] in ("", '"'):
        return not re.search(r"['’][sS]$", token)  # noqa: RUF001
    if mark[3] != ".":
        return False
    return not ends_sentence(token) or bool(re.fullmatch(r"\W*[A-Z]\.", token))


def _first(name: str) -> str:
    return first_word(name).lower()
