"""What English speakers say when they name somebody: patterns, with log-odds set by hand.

They read sentences as persons.py marks them: small letters, marks apart, names as numbers
("i'm <0> , and this is <1> ."). This file does not know who speaks.
"""

from __future__ import annotations

import re

_N = r"<(\d+)>(?! 's)"
_END = (
    r"(?= ?(?:[.,;!?:—–-]|$|and|with|from|your|the|host|here|for|filling|in|at|coming|calling"  # noqa: RUF001
    r"|reporting|a|an|as|back|joined|along|again|today|this|it's|we're|welcome|on|speaking)"
    r"(?: |$|[.,]))"
)
SELF = tuple(
    (re.compile(pattern), weight)
    for pattern, weight in (
        (rf"\bmy name(?:'s| is|, is)(?: ,)? {_N}{_END}", 4.0),
        (
            r"\b(?:i'm|i am|this is|i've been) (?:, )?(?:once again |again |as always )?"
            r"(?:your|the|one of your|your guest|your co) ?-?(?:\w+ ){0,2}?(?:co-)?hosts?"
            rf"(?: of \w+)?(?: ,)? {_N}",
            4.0,
        ),
        (rf"\bi've been (?:your host ,? ?)?{_N}{_END}", 3.5),
        (rf"\b(?:i'm|i am) {_N}{_END}", 2.0),
        (rf"^(?:and )?(?:hi|hello|hey)\b[^<]{{0,30}}\bthis is {_N}{_END}", 3.0),
        (rf"^(?:this is|it's) {_N} (?:, )?(?:calling|from|in|reporting)\b", 2.0),
        (rf"^(?:and )?(?:hey |hi |hello )?(?:, )?{_N} here(?: ,| \.| !|$)", 3.0),
    )
)
GREETING = re.compile(
    r"\b(?:hi|hello|hey|welcome|good (?:morning|evening|afternoon)|and i'm <|from (?:the )?<"
    r"|reporting from|this is|it's)\b"
)
QUOTED = re.compile(
    r"\b(?:say|says|said|saying|goes|going|went|like|told|tells|called|asks|asked|wrote|writes|if"
    r"|pretend|think|thinks|thought|named|signed|dear|as though|not|shouts?|yelled)\b|[\"“‘(]"  # noqa: RUF001
)
SAID_AFTER = re.compile(r"^ ?,? ?(?:[\"”] ?)?(?:i|he|she|they|we) (?:say|says|said|goes|go)\b")
PLAY = re.compile(
    r"\b(?:got a letter|a letter|an e-?mail|wrote in|writes in|pretend|role play|do the voice"
    r"|the voice|impression|impersonat\w+|dear|my character|line from)\b"
)
ASKED = re.compile(r"\b(?:your name|who are you|who you are|introduce yourself)\b")
_BEFORE_NAME = r"(?:(?!what|how|why|where|when|because|about|not)[\w'-]+ (?:, )?){0,6}?"
AHEAD = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bguests?\b(?: \w+){{0,4}}? (?:is|are|was)(?: ,)? {_BEFORE_NAME}{_N}",
        rf"\b(?:joining|with) (?:me|us)\b(?: \w+){{0,5}}? (?:is|are)(?: ,)? {_BEFORE_NAME}{_N}",
        rf"\bjoined\b(?: \w+){{0,3}}? by(?: ,)? {_BEFORE_NAME}{_N}",
        r"\b(?:i'm|i am|we're|we are|i've been|here|today|now) (?:here |now |today |back )*"
        r"(?:talking|speaking|chatting|here|sitting|sat|sitting down|back|live)(?: \w+){0,3}? "
        rf"(?:with|to)(?: ,)? {_BEFORE_NAME}{_N}(?! (?:about|through))",
        r"\b(?:our|my) (?:\w+ ){0,4}?(?:colleague|reporter|correspondent|editor|co-?host|critic"
        rf"|columnist|analyst|guest)(?: at \w+)?(?: ,)? {_N}",
        rf"\b(?:please welcome|let's welcome|^over to|let's bring in|up next|up now)(?: ,)? "
        rf"{_BEFORE_NAME}{_N}",
        rf"{_N}(?: ,[^,<]{{1,60}},)? (?:joins|joined) (?:me|us)\b",
        rf"{_N} (?:is|are) (?:here|with us|with me|also here|in the studio|on the line|back)\b",
    )
)
EARLIER = re.compile(
    r"\b(?:spoke|talked|sat down|chatted|caught up|i called|then called)(?: \w+){0,2}?"
    rf"(?: with| to)?(?: ,)? (?:[a-z'-]+ ){{0,4}}?{_N}(?! (?:about|a lot|and))"
)
"""What a narrator says before a recorded talk; or of a talk that is not heard here."""
CLIP = re.compile(
    r"^ ?,? ?(?:speaking|talking|testifying|addressing|back in|in an interview|at a)\b"
)
BEHIND = re.compile(
    r"^(?:and )?(?:that's|that was|that is|you (?:just )?heard)(?: from)?(?: ,)? "
    rf"(?:(?:our|my) (?:[\w'-]+ (?:, )?){{0,4}}?)?{_N}"
    r"(?= ?(?:[.,]|$|who|from|at|there))"
)
QUOTES_NEXT = re.compile(r"^ ?,? ?(?:who )?(?:says|said|writes|wrote|asks|asked)\b")
THERE = re.compile(rf"^{_N} there(?: ,| \.|$)")
LIST_OF_NAMES = re.compile(r"<\d+> (?:, )?(?:and|&) <\d+>|<\d+> , <\d+>")
_OPENING = (
    r"^(?:(?:so|and|but|well|now|okay|ok|yeah|yes|no|right|fine|alright|all right|oh|look"
    r"|listen|then|sure|ah|hey|hi|hello|great|exactly|true|wow) (?:, )?){0,3}"
)
ADDRESSED = tuple(
    (re.compile(pattern), weight)
    for pattern, weight in (
        (
            rf"\b(?:welcome|welcome back)(?: ,)? (?:to [^<.]{{1,40}} , )?{_N}(?! (?:to|and)\b)",
            2.2,
        ),
        (rf"{_N} , (?:you're )?(?:welcome|hello|hi|good (?:morning|evening))\b", 2.2),
        (rf"{_N} (?:, )?(?:thanks|thank you|it's (?:so )?(?:good|great) to)\b", 2.0),
        (
            r"\b(?:thanks|thank you)(?: so much| very much| again)?(?: for [^<.,]{1,40})?"
            rf" (?:, )?{_N}(?= ?(?:[.,!?]|$|for))",
            1.4,
        ),
        (rf"\b(?:hi|hello|hey|good (?:morning|evening|afternoon))(?: ,| there,?)? {_N}", 1.6),
        (rf"{_OPENING}{_N} (?:,|\?)", 1.0),
        (rf"^{_N} (?:what|how|why|where|when|do you|did you|are you|is it|can you)\b", 1.0),
        (rf", {_N} (?:[.?!]|$)", 1.0),
        (rf", {_N} , (?=.*\b(?:you|your)\b)", 0.7),
    )
)
