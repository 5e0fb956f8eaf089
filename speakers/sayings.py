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
PLAIN = 2.0
"""The weight of a bare "I'm X", which what stands around it must make up for."""
ITS_ONE = 2.9
"""That of "Hi, it's X", of which a name of several words is mostly a show's."""
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
        (rf"\b(?:i'm|i am) (?:just )?{_N}{_END}", PLAIN),
        (
            r"\b(?:(?:everybody|everyone|people|they all|you can|just|please)(?: ,)?"
            rf" (?:just )?calls? me|i go by|i'm known as) {_N}{_END}",
            3.0,
        ),
        (rf"\byou're with {_N}(?= (?:on|here|at|and|for)\b| ?[.,])", 2.5),
        (rf"^(?:and )?(?:hi|hiya|hello|hey)\b[^<]{{0,30}}\bthis is {_N}{_END}", 3.0),
        (
            rf"^(?:hi|hiya|hello|hey) (?:, )?(?:there |everyone |all )?(?:, )?it's {_N}{_END}",
            ITS_ONE,
        ),
        (rf"(?<!is )\bi , {_N} ,", 3.5),
        (
            rf"\b(?:listening|watching|welcome|tuned|this is|it's)\b.*\bwith me ,? ?{_N}{_END}",
            3.5,
        ),
        (rf"\b(?:i'm|i am) (?:the|its|his|her|their|an?) (?:[\w'-]+ ){{1,4}}, {_N}{_END}", 3.0),
        (rf"^(?:this is|it's) {_N} (?:, )?(?:calling(?! <)|from|in|reporting)\b", PLAIN),
        (rf"\bthis is {_N} (?:, )?(?:(?:filling|sitting|standing) )?in (?:again )?for\b", 4.0),
        (
            rf"\b(?:all|it|goodbye|good night|goodnight|bye)(?: \w+){{0,3}}? from me ,? ?{_N}",
            3.5,
        ),
        (rf"^(?:and )?(?:(?:hey|hi|hello)(?: \w+)? )?(?:, )?{_N} here(?: ,| \.| !|$)", 3.0),
        (
            r"\b(?:it's|by|got|and|(?:listening to|watching) <\d+>|you're)(?: ,)?(?: with)? me"
            rf" ,? ?{_N}{_END}",
            3.5,
        ),
    )
)
GREETING = re.compile(
    r"\b(?:hi|hello|hey|welcome|good (?:morning|evening|afternoon)|and i'm <|from (?:the )?<"
    r"|reporting from|this is|it's)\b"
)
GIVEN = re.compile(r"\b(?:your|his|her|their) name(?:'s| is)\b|\b(?:remember|called|named) <")
"""A name given to somebody else, whom a voice may then play."""
_SAYING = (
    r"(?:say|says|said|saying|goes|going|went|told|tells|asks|asked|(?<!who )wrote|writes"
    r"|shouts?|yelled|like|think|thinks|thought|pretend)"
)
QUOTED = re.compile(
    rf"(?<!like you )(?<!as you )(?<!as i )\b{_SAYING}\b(?! than)(?: [\w'-]+){{0,3}} , "
    rf"|\b(?:{_SAYING}|if|not|named|called|as though|sounds?|playing)\b[^,]*$"
    r"|\b(?:signed|dear|pretend|role)\b|[\"“‘(]"  # noqa: RUF001
)
"""Before a name: words that make what follows somebody else's, or nobody's."""
SAID_AFTER = re.compile(r"^ ?,? ?(?:[\"”] ?)?(?:i|he|she|they|we) (?:say|says|said|goes|go)\b")
PLAY = re.compile(
    r"\b(?:got a letter|a letter|an e-?mail|wrote in|writes in|pretend|role play|do the voice"
    r"|(?:give us|do|let's hear|that's) your <|let's say|say it (?:like|as)"
    r"|(?:what's|do) the line|(?:that|the) accent|suppose|imagine"
    r"|you be the|and scene|i'll be <\d"
    r"|the voice|impression|impersonat\w+|dear|my character"
    r"|(?:a|my|that|the best) line from|you're playing"
    r"|(?:is|of) fiction|dramati[sz]\w+|re-?enact\w*|diary|diaries|repeat after me"
    r"|read(?:s|ing)? (?:to us )?from|an excerpt|chapter one"
    r"|do you (?:read|copy)(?= [?.]| me))\b"
)
PLAY_OVER = re.compile(r"^(?:and )?(?:that was|you (?:just )?heard|we're back|and scene)\b")
"""After this a voice speaks for itself again."""
SPOKEN_BY = re.compile(
    r"\b(?:read|spoken|voiced|played|performed|translated)"
    r"(?: (?:here|aloud|for us|as (?:ever|always)))? by\b"
    r"|\b(?:an|our|the|his|her|their) (?:interpreter|translator)\b"
)
"""What is heard from here on is said by another voice than whose words they are."""
AT_FIRST = re.compile(
    r"\b(?:thanks|thank you)(?: so much| very much)? for (?:joining|coming|being|having|taking"
    r"|making|doing|agreeing|sitting|your time)\b"
)
"""For this somebody may be thanked before they have spoken."""
LATER = re.compile(
    r"\b(?:meant|supposed|going|hoping|due|scheduled|wanted|hoped) to\b|"
    r"\b(?:next|last|this coming) (?:week|month|time|year|episode|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday)\b|\b(?:tomorrow|yesterday|soon|later)\b"
)
"""Who comes then is not heard now."""
ABSENT = re.compile(
    r"\bif (?:you're|you are) (?:listening|out there|hearing)\b|\bif you (?:can )?hear\b"
    r"|\bwherever you are\b"
)
"""Who is spoken to so is not there."""
ANSWER = re.compile(
    r"^(?:oh |no |and )?(?:, )?(?:cheers|thanks|thank you|any time|bye|you too)\b"
)
"""What somebody says to thanks."""
ASKED = re.compile(
    r"\b(?:your (?:full )?name|who are you|who you are|introduce yourself|who's (?:this|there"
    r"|calling|speaking)|who is (?:this|it|speaking)|who am i (?:speaking|talking) (?:to|with)"
    r"|who (?:do|have) we (?:have|got)|(?:shall|should|do|can|may) (?:i|we) call you"
    r"|and you are)\b"
)
_UM = r"(?:(?:um|uh|er|well|oh|ah|no|yes|yeah|sorry|actually|please|it's)(?: ,)? )*"
ITS = re.compile(
    rf"^(?:(?:hi|hiya|hey|hello)(?: ,)? )?{_UM}(?:it's|this is) (?:actually |just )?{_N}{_END}"
    rf"|\bcall me {_N}{_END}"
)
ONLY = re.compile(rf"^(?:and (?:, )?)?{_UM}{_N} ?(?:[.!,]|and\b|here\b|$)")
"""Said of oneself: by who is asked for a name, or was called by another's."""
SIGNED = re.compile(
    rf"^{_N} (?:, )?(?:(?:for|in|at|from|with|reporting)\b[^<]*<|(?:for|in|at|from|reporting)\b"
    rf"|<\d+> ?[.,])|^(?:for\b[^<]*(?:<\d+>[^<]*)?, )?this is {_N} (?:, )?(?:in|at|for|from"
    r"|outside|reporting)\b"
)
"""How reports end: "Ada Quist, for the Evening Brief, Port Sable."."""
_BEFORE_NAME = (
    r"(?:(?!what|how|why|where|when|because|about|not)[\w'-]+ (?:, )?){0,6}?(?<!\ba )(?<!\ban )"
)
AHEAD = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bguests?\b(?: \w+){{0,4}}? (?:is|are|was)(?: ,)? {_BEFORE_NAME}{_N}",
        rf"\b(?:joining|with) (?:me|us)\b(?: (?:\w+|<\d+>)){{0,5}}? (?:is|are)(?: ,)? "
        rf"{_BEFORE_NAME}{_N}",
        rf"\bjoined\b[^.]{{0,50}}? by(?: ,)? {_BEFORE_NAME}{_N}",
        r"\b(?:i'm|i am|we're|we are|i've been|here|today|now) (?:here |now |today |back )*"
        r"(?:talking|speaking|chatting|here|sitting|sat|sitting down|back|live)(?: \w+){0,3}? "
        rf"(?:with|to)(?: ,)? {_BEFORE_NAME}{_N}(?! through)",
        r"\b(?:our|my) (?:\w+ ){0,4}?(?:colleague|reporter|correspondent|editor|co-?host|critic"
        rf"|columnist|analyst|guest)(?: at \w+)?(?: ,)? {_N}",
        rf"\bhere's {_N}(?= (?:with|to|on|again|now)\b)",
        r"\b(?:let's|let me|we|we'll|i'll|to) (?:now )?(?:go|turn|cross|hand|throw|pass)"
        r"(?: (?!back)\w+){0,3} to"
        rf"(?: ,)? {_BEFORE_NAME}{_N}",
        rf"\b(?:please welcome|let's welcome|^over to|let's bring in|up next|up now)(?: ,)? "
        rf"{_BEFORE_NAME}{_N}",
        rf"\byour name(?:'s| is) (?:really |actually |in fact )?{_N}",
        rf"{_N} (?:is|are) (?:here|with us|with me|also here|in the studio|on the line)\b",
    )
)
SHOWN = re.compile(
    r"(?!.*(?:\b(?:i'm|i am|my name|your name|this is|not|by|thanks|thank|music|produced|was"
    r"|were|news)\b|me ,))(?:(?:and )?with|.*\b(?:give it up|(?:hand|hands together)) for"
    r"|.*(?:^|, |\b(?:is|are|it's|here's) )"
    r"(?:(?:the|our|my|an?|[a-z-]+'s) (?:[\w'-]+ (?:, )?){0,4})?"
    r"(?<!with )(?<!from )(?<!in )(?<!of )(?<!at )(?<!to )(?<!for )(?<!on )) ?"
)
SHOWN_THEN = re.compile(r" ?[.!?]?|(?: ,)? (?:who|the|our|an?|from|of|at|in)\b[^<]*")
"""What stands before and after a name at a sentence's end of who is shown, and then speaks."""
EARLIER = re.compile(
    r"\b(?:spoke|talked|sat down|chatted|caught up|i called|then called)(?: \w+){0,2}?"
    rf"(?: with| to)?(?: ,)? (?:[a-z'-]+ ){{0,4}}?{_N}(?! (?:about|a lot|and))"
)
"""What a narrator says before a recorded talk; or of a talk that is not heard here."""
CLIP = re.compile(
    r"^ ?,? ?(?:speaking|talking|testifying|addressing|back in|in an interview|at a)\b"
)
BEHIND = re.compile(
    r"^(?:and )?(?:that's|that was|that is|you (?:just )?heard|(?:that's )?the voice of)"
    r"(?: from)?(?: ,)? "
    rf"(?:(?:(?:our|my) |(?:the|an?) [\w'-]+ )(?:, )?(?:[\w'-]+ (?:, )?){{0,4}}?)?{_N}"
    r"(?= ?(?:[.,]|$|who|from|at|there))"
)
OVER = re.compile(r"^(?:and )?(?:that was|you)\b")
"""Of these who has spoken already; "that's" may also be said before."""
QUOTES_NEXT = re.compile(r"^ ?,? ?(?:who )?(?:says|said|writes|wrote|asks|asked)\b")
TOLD_OF = re.compile(
    rf"^{_N} (?:, [^<]{{1,60}} , )?(?:was|is|were|has been|had been|ran|runs|lived|lives|works"
    r"|worked|grew|owns|owned|keeps|kept|makes|made|teaches|taught)\b(?! not)"
)
"""What a narrator says of who was just heard for the first time, and goes on after it."""
THERE = re.compile(rf"^{_N} there(?: ,| \.|$)")
LIST_OF_NAMES = re.compile(r"<\d+> (?:, )?(?:and|&) <\d+>|(?<!in )<\d+> , <\d+>")
PLACE = re.compile(r"\b(?:in|from|of|at|near|to) <$")
"""Before the name of a place, which ends like a name called: "Ann in Leeds, hello"."""
OPENING = re.compile(
    r"(?:(?:so|and|but|well|now|okay|ok|yeah|yes|no|nope|right|fine|alright|all right|oh|ooh|ah"
    r"|look|listen|then|sure|hey|hi|hello|hiya|great|good|exactly|true|wow|um|uh|er|hmm|sorry"
    r"|please|morning|evening|afternoon|anyway|first|finally|go ahead|go on|over to you|back to"
    r" you|thank you|thanks|bye|goodbye|indeed|absolutely) (?:, )?){0,4}"
)
"""What may stand before a name at a sentence's beginning that is called."""
UNEXPLAINED = re.compile(
    r"\b(?:it|that|this|these|those|me|you|us|them|him|her|here|there|now|then|too|though|not"
    r"|again|is|are|was|were|am|be|been|do|does|did|don't|have|has|had|can|could|will|would"
    r"|should|know|say|said|think|mean|see|guess|so|yes|no|well|and|but|or|as|like|okay|right"
    r"|course|honest|honestly|in|on|up|down|out|off|over|back|along|sure|really|i'd|i'll|i'm"
    r"|it's|that's|let's|you're|one|way) , $"
)
"""A name between commas after such a word explains none, as in "our founder, Ada, has"."""
TURNED = re.compile(
    r"\b(?:you|your|yours|yourself|you're|you've|you'd|you'll|let's|go on|go ahead|come on"
    r"|tell|listen|look|please|sorry|hi|hello|hey|morning|evening|good (?:afternoon|night)"
    r"|be honest|help|wait|stop|over to|welcome|thanks|thank|congratulations)\b|[?]"
)
"""What is said to somebody there."""
QUESTION = re.compile(
    r"^ , (?:how|what|why|when|where|who|which|is|are|do|did|have|can|could|would|will|tell"
    r"|you|your|you're|you've|let's)\b.*(?:[?]|\byou(?:r|'re|'ve)?\b)"
)
"""What is asked of somebody by the whole name, mostly for others to hear."""
PARTING = re.compile(
    r"\b(?:thanks|thank you|pleasure|enjoyed|a joy|delight|good luck|goodbye)\b"
)
"""What is said at last to somebody, by the whole name."""
THIRD = re.compile(r"\b(?:he|she)(?:'s|'d|'ll)?\b")
"""Said of who is not the one spoken to."""
THEY = re.compile(r"^(?:(?:oh|well|no|yes|but|and) (?:, )?)*they\b")
CONFIRMED = re.compile(
    r"^(?:(?:oh|well|yes|yeah|hello) (?:, )?)*(?:speaking|it is|that's me|i am"
    r"|this is (?:he|she|him|her)|that is me|present|the same) ?(?:[.,!]|$)"
)
"""Said by who is asked for by name."""
THANKS = re.compile(r"\b(?:thanks|thank you)\b")
WELCOME = re.compile(r"\bwelcome\b")
CEREMONY = tuple(
    (re.compile(pattern), weight)
    for pattern, weight in (
        (
            rf"\b(?:welcome|welcome back)(?: ,)? (?:to [^<.]{{1,40}} , )?{_N}(?! (?:to|and)\b)",
            2.2,
        ),
        (
            r"\b(?:thanks|thank you)(?: so much| very much)? for (?:having|inviting) (?:me|us)"
            rf"(?: on| back| here| again){{0,2}} , {_N}(?= ?(?:[.,!?]|$))",
            2.4,
        ),
        (
            r"\b(?:thanks|thank you)(?: so much| very much| again)?(?: for [^<.,]{1,40})?"
            rf" (?:, )?{_N}(?= ?(?:[.,!?]|$|for))",
            1.4,
        ),
    )
)
"""Welcomes, thanks and greetings: by these somebody may be called by the whole name."""
