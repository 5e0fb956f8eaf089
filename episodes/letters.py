"""Letters as a reader counts them: a base with its marks, how wide it is, where lines break.

The scripts that write without blanks are named here. This file does not know what texts
are divided for.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\uaa60-\uaa7f"
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u309f\u30a1-\u30fa"
    "\u30fc-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c"
    "\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Tai, kana, Bopomofo, Han and Yi, as ranges of a pattern."""


def _marks() -> str:
    """The combining marks of all scripts, as ranges of a pattern."""
    codes = [
        code
        for code in (*range(0x300, 0x20000), *range(0xE0020, 0xE01F0))
        if unicodedata.category(chr(code))[0] == "M" or 0xE0020 <= code <= 0xE007F
    ]
    # Thai and Lao AM, half-width voicing marks, Hangul vowels and finals, skin colours.
    codes += [0xE33, 0xEB3, 0xFF9E, 0xFF9F, *range(0x1160, 0x1200), *range(0x1F3FB, 0x1F400)]
    runs = groupby(enumerate(sorted(codes)), key=lambda pair: pair[1] - pair[0])
    ranges = [[code for _, code in run] for _, run in runs]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in ranges)


MARKS = _marks()
# A mark that joins the next consonant to the one before it.
_JOINING = (
    "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u17d2\u1a60\u1b44"
)
_CLUSTER = re.compile(
    "\r\n|[\U0001f1e6-\U0001f1ff]{2}"
    rf"|.(?:[{_JOINING}][\u200c\u200d]?\w|[{MARKS}]|\u200d[^\s\x00-\u02ff]?|\u200c)*",
    re.DOTALL,
)
_OWN = re.compile(rf"[{UNSPACED}\u3000-\u303f\uff01-\uff65]")
_NOT_FIRST = frozenset(
    "!%),.:;?]}\u00a2\u00b0\u2019\u201d\u2026\u2025\u2030\u203c\u2047\u2048\u2049"
    "\u3001\u3002\u3005\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301b\u301c\u301e"
    "\u301f\u303b\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e\u3095\u3096"
    "\u309b\u309c\u309d\u309e\u30a0\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7"
    "\u30ee\u30f5\u30f6\u30fb\u30fc\u30fd\u30fe\uff01\uff05\uff09\uff0c\uff0d\uff0e\uff1a"
    "\uff1b\uff1f\uff3d\uff5d\uff5e\uff60\uff61\uff63\uff64\uff65\uff70"
    "\uff67\uff68\uff69\uff6a\uff6b\uff6c\uff6d\uff6e\uff6f"
    "\u0e2f\u0e30\u0e32\u0e45\u0e46\u0eaf\u0eb0\u0eb2\u0ec6\u104a\u104b\u17d4\u17d5\u17d6"
) | {chr(code) for code in range(0x31F0, 0x3200)}
"""No line begins with these: closing marks, small kana, vowels that follow their letter."""
_NOT_LAST = frozenset(
    "([{\u00a3\u00a5\u2018\u201c\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\u301a\u301d"
    "\uff04\uff08\uff3b\uff5b\uff5f\uff62\u0e40\u0e41\u0e42\u0e43\u0e44"
    "\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4$"
)
"""No line ends with these: opening marks, vowels that precede their letter."""


def clusters(text: str) -> list[str]:
    """The text in pieces that are never parted."""
    return _CLUSTER.findall(text)


def columns(text: str) -> int:
    """How wide a text is, in half-width columns."""
    return len(text) if text.isascii() else sum(map(_width, clusters(text)))


def breaks(text: str) -> list[int]:
    """Where a line may break, as places in the text: at blanks, or in unspaced scripts."""
    found, at, before = [], 0, ""
    for cluster in clusters(text):
        if cluster == " " or (before and before != " " and parts(before, cluster)):
            found.append(at)
        at += len(cluster)
        before = cluster
    return found


@lru_cache(maxsize=65536)
def parts(before: str, after: str) -> bool:
    """Return whether a line may break between two clusters that no blank parts."""
    if after[0] in _NOT_FIRST or before[0] in _NOT_LAST or re.match(f"[{MARKS}]", after):
        return False
    return bool(_OWN.match(before) or _OWN.match(after))


@lru_cache(maxsize=65536)
def _width(cluster: str) -> int:
    if "\ufe0f" in cluster or ("\u200d" in cluster[1:] and ord(cluster[0]) > 0x2000):
        return 2
    if len(cluster) > 1 and re.search("[\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]", cluster):
        return 2
    return sum(map(_sign_width, cluster))


def _sign_width(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf") or "\u1160" <= sign <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
