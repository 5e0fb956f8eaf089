"""English words that tell names from what only bears a capital: plain sets, small letters.

Does not know in what order they are asked.
"""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _set(
    "dr doctor prof professor mr mrs ms miss mister madam madame sir dame lord lady senator "
    "congressman congresswoman representative governor mayor president chancellor minister "
    "judge justice general colonel captain major sergeant lieutenant officer detective "
    "reverend father sister brother rabbi pastor bishop chef coach uncle aunt auntie grandma "
    "imam deacon chair speaker councillor councilman councilwoman alderman private corporal "
    "commander inspector constable baron baroness nurse sheriff canon vicar archdeacon "
    "archbishop cardinal monsignor abbot abbess admiral brigadier superintendent sgt "
    "capt lt col gen rev viscount countess sheikh nana nan gran grandad doc marshal comrade "
    "headmaster headmistress grandpa granny chairman secretary ambassador attorney king queen "
    "prince princess saint"
)
"""Titles: they go before a name, and stay with it where only one word of it is told."""

MONTHS = _set(
    "january february march april may june july august september october november december"
)

NEVER = _set(
    "i i'm i've i'd i'll monday tuesday wednesday thursday friday saturday sunday mondays "
    "tuesdays wednesdays thursdays fridays saturdays sundays god jesus christ lord mom mum "
    "mama dad daddy papa mommy mummy internet english french german spanish italian chinese "
    "japanese russian american british irish scottish welsh canadian jewish muslim christian "
    "catholic ok okay alexa siri google cortana gemini chatgpt wikipedia youtube twitter "
    "facebook instagram tiktok reddit amazon netflix spotify apple microsoft linkedin "
    "christmas easter halloween latino latina mormon buddhist hindu black white asian african "
    "republican democrat libertarian liberal gosh thanksgiving covid america europe africa "
    "asia england britain mars earth team gen"
)
"""Words with a capital that are part of no person's name, or hardly ever."""

NO_LAST = _set(
    "show podcast podcasts daily news radio times journal post bank inc company co corp "
    "corporation university college school street road avenue hospital museum theater "
    "theatre festival award awards prize cup league club hour report review magazine network "
    "media studio studios productions records foundation institute center centre church act "
    "bill war day week night morning street city county island river lake mountain desk "
    "association council party house hall park square station airport hotel group labs lab "
    "capital ventures partners conference summit live fm tv"
)
"""Last words of things that are not persons."""

SHOWS = _set("show podcast programme program hour")
"""Of these what a show is called after its host."""

LAST_TOO = _set("park hall lake day house church street bank")
"""Of these what is a last name too, where somebody says "I'm Louise Park"."""

NO_START = _set(
    "a about after again ah alright all also always am an and another any anyway are as at "
    "nah away back be because been before both but by bye can clearly come coming could dear "
    "did do does don't each eh either else enough even every everybody everyone exactly "
    "excuse fair few fine first for from funny get give go goes going good goodbye got great "
    "guys ha had happy has have he he's hello here here's hey hi him his hold honestly how "
    "how's however i if in interesting interestingly is isn't it it's just kind last later "
    "let let's like listen look looks man many maybe me meanwhile more most mm much my never "
    "new next nice no nobody none nope not nothing now of off oh on once one only or other "
    "our out over people please pleasure poor probably quite ready really remember right said "
    "says second see seriously shall she she's should since so some somebody something "
    "sometimes sorry still stop such sure take tell than thank thanks that that's the their "
    "them then there there's these they they're thing things think this those though three to "
    "today together tomorrow tonight too true try two uh um under until up us use very wait "
    "was we we're welcome well were what what's whatever when where where's which while who "
    "who's why will with without wonderful wow yeah year years yep yes yesterday yet you "
    "you're your"
)
"""Words that begin sentences, and so bear a capital there."""

OFTEN_FIRST = _set(
    "besides instead congratulations congrats folks friends ladies gentlemen dude bro mate "
    "buddy darling honey sweetheart love sir madam kids children listeners everyone cheers "
    "spoiler question technically alternatively overall therefore thus furthermore moreover "
    "otherwise regardless nonetheless nevertheless likewise similarly consequently perhaps "
    "whoa gosh oops hmm yikes bingo boom blimey crikey correct wrong false welcome goodness "
    "honest ultimately imagine suppose remember picture professor doctor senator minister "
    "officer chef coach judge captain reverend father sister brother councillor grandma "
    "grandpa auntie uncle mister miss"
)
"""Words that with a comma begin a sentence to somebody, and are no names."""

FAMOUS = _set(
    "sherlock einstein romeo juliet picasso casanova shakespeare mozart batman superman "
    "watson spartacus"
)
"""Names that people are called in jest."""

PARTICLES = _set(
    "de da di do dos del della der den des du la le van von ter ten bin ibn al el y"
)
"""Small words inside names."""

PEOPLES = ("ian", "ean", "ese", "ish", "ican", "ist", "itarian")
"""Endings of what people are rather than are called: Australian, Danish."""

CALLED = _set(
    "adrian brian bryan ian julian damian vivian lillian lilian dorian fabian sebastian "
    "gillian jillian marian bastian cillian killian sean jean dean trish christian tristan "
    "evangelian damien hadrian kian kilian osian"
)
"""First names with such endings."""
