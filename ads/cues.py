"""What advertising and talk sound like: phrases of the trade, no brands.

Phrases, in the language of phrases.py, parted by semicolons; each stands for a role. What a
show says of itself stands in house.py. This
file does not know what a role weighs, or where in an episode a phrase stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Literal

from ads.house import HOUSE
from ads.phrases import Found, Phrases

Role = Literal[
    "opener", "thanks", "action", "address", "offer", "legal", "trailer", "pitch", "you",
    "talk", "news", "aside", "jest", "handoff", "return", "listeners", "selfpromo", "intro",
    "outro", "credits", "preview",
]  # fmt: skip
"""opener ... you speak for a paid spot; talk (conversation), news (reporting), aside (an
advert that is quoted or talked about) and jest (a made-up one) speak against it."""

Roles = Sequence[frozenset[Role]]
"""Of each sentence those that are in it."""

LAST_WORDS: frozenset[Role] = frozenset(("address", "legal", "thanks", "trailer"))
CLOSERS: frozenset[Role] = LAST_WORDS | {"action", "offer"}
"""Roles that usually end a spot; hardly anything of it follows the first four."""
_SHOW = "episode|podcast|show|portion|program|programme|broadcast|segment|hour|part|edition"
_THIS = "this|today's|our|the|tonight's|every|my"

_PHRASES: Mapping[Role, str] = MappingProxyType(
    {
        "opener": f"""
        is|are|was brought to you today|in? part? by|from; brought to you by;
        {_SHOW} brought to you today? by|from;
        {_SHOW} is|are sponsored|supported|presented|underwritten|powered by;
        {_SHOW} is|are made possible by;
        {_THIS} {_SHOW} of * *? *? is|are brought|sponsored|presented|supported;
        {_THIS} {_SHOW} sponsored by; support for {_THIS} {_SHOW} * *? *? comes|come from;
        support for * *? *? *? comes|come from;
        funding for {_THIS} {_SHOW} * *? *? comes|come from;
        support|funding for {_THIS} {_SHOW} is provided by;
        major|additional|corporate funding|support is? provided|comes by|from;
        support comes from; this|following message comes|come from; following message is;
        a? word|message|messages from our|today's sponsor|sponsors|partners;
        today's|this|our|next|first|second|final sponsor|sponsors is|are|today;
        our sponsor|sponsors for today|this; this is an ad by|for|from; a * ad;
        time for sponsored; moment|minute|second to tell you about;
        want|wanna|like to? tell you about our|a friends|sponsor|partner; sorry to interrupt;
        first|now a? quick? word|message about|from; a quick|brief word about|from;
        help|helps make this show possible
        """,
        "thanks": f"""
        thanks|thank you? to? our|the? * *? *? for sponsoring|supporting;
        thanks|thank you? to? our|today's|this sponsor|sponsors|partners|friends;
        for sponsoring {_THIS}|us; our friends at|over; our sponsor|sponsors at|over;
        proud sponsor|partner of; in partnership with; check out our sponsors;
        sponsoring us|this|our|today's; sponsor|sponsors of this|our|today's;
        our sponsor|sponsors this|today|tonight; our|today's|this sponsor|sponsors is|are|was;
        kindly|generously|proudly supporting|sponsoring|support|sponsor|supported|sponsored;
        come|came on board to|as|for; partnered|partnering|teamed up? with us|me
        """,
        "action": """
        visit|head|go|log|logon over? on? to? @url; visit|at|on|to @url; at|visit * @url;
        learn|find|discover|read|hear|see|out more|out? at|about|on @url; see * * at @url;
        learn|find out? more at|today|by|online|now; to learn more;
        see * for full? details|terms|offer; sign up for? at|today|now|free;
        get started today|now|at|for|with|free; to get started; try it free|today|now;
        try * free|today|for; download the|our|* app|free; the * app today;
        shop|order|book|call|apply|enroll|switch|join|start|hire now|today|online;
        start your free|trial|journey; your free? trial|quote|consultation;
        use|enter|with|using promo|our|the|my|coupon|offer code; enter|using|use code;
        promo|coupon|discount|offer code; at checkout; click the link|on;
        link|links in|is in? the|your episode|show|podcast notes|description;
        link in the description; link in the|your description|notes|newsletter;
        find yours at|near|wherever;
        talk|ask|tell to? your doctor|pharmacist|physician|provider;
        find * *? *? in|at the|your|a local|nearest|favorite|refrigerated|store|stores;
        at your local|nearest|favorite *; your nearest *; wherever * * *? are? sold; near you;
        available|sold now? wherever|at|in|online * *? retailer|retailers|stores|sold;
        in stores|store and|or online;
        schedule|book|reserve|request your|a|an at|free|visit|stay; tickets at; hire the right;
        slash * to|for|and|today; @url slash|forward;
        com slash|forward; that's|again @url; call @number; call 1; text * to @number;
        search for|slash|* for|on your|the|*; so|and just? visit|go|head over? to|on|@url;
        just|simply go|head|visit to|over|@url; check out * *? at @url;
        find your *? *? wherever|near|in|at;
        call|text|dial|at *? @phone; that's|again|number @phone; @phone now|today|for|or|again;
        donate|give today|now|at|online; visit|call us; stop by|in today|this; open late|daily;
        ask your doctor|dentist|vet; dot com|org|net; see|visit * *? dealer; aisle near|at;
        only|now in|on theaters|theatres|cinemas; stream it|now|on; tickets start at|from;
        tickets on sale
        """,
        "offer": """
        @percent off; @percent cash back; @money off|credit|bonus; cash back; on sale at;
        save|savings of|up|over|on? to|over? @money|@percent; save big;
        get up? to? an? @money|@percent;
        off your|their first|next|new|entire|order|purchase|plan|subscription;
        free gift|estimate;
        free shipping|returns|trial|quote|delivery|months|month|installation|consultation;
        first @number? month|months|order|purchase|box|year free|for?; money back guarantee;
        risk free trial?; limited time offer|only|deal; for a? limited time;
        for|from|at just|only? @money; for as little|low as; as low as @money|@percent;
        starting at just|only? @money; plans start|starting at|from;
        @money a|per month|week|day|line;
        no hidden|long|annual|monthly? term? fees|contract|contracts|interest|strings;
        no commitment|obligation;
        special|exclusive|limited|best|great offer|deal|deals|discount|savings|price;
        price guarantee; your free; free app; for free today; absolutely|completely free;
        listeners|listener of|get|can|of * *? get|@percent|@money; exclusive to listeners|our;
        percent|dollars off; percent cash|apr; buy one|two|three get; kids eat free; half off;
        no credit|interest|appointment|payments|deductible|cost|charge; free delivery|pickup;
        first * *? is|are? free|half; dollars a month|week; percent interest|financing;
        pay nothing
        """,
        "legal": """
        terms|conditions|restrictions|exclusions|limitations|fees and? * *? apply;
        terms|conditions|restrictions|exclusions|limitations|limits|rules|fees may? apply;
        service|services|offer|product|products|coverage is|are not available;
        not available in all|every|some|select; not all applicants|areas|customers|users;
        coverage|savings|rates|results|prices|availability|benefits may|will|* vary;
        may|will vary; rates may change; change without notice;
        member of? sipc|finra|fdic|fdi|f.d.i.c|cdic; sipc|fdic|finra|nmls;
        equal housing lender|opportunity;
        subject to credit|approval|eligibility|availability|underwriting;
        see * *? *? for full|complete|important? details|terms|rules|information;
        all rights reserved; copyright @number; trademark|trademarks of; taxes and|or fees|fee;
        fees|taxes extra; upfront payment; void where prohibited; no purchase necessary;
        offer|promotion|sale valid|ends|expires|good; offer expires|void;
        valid|expires|ends through|until|on? @number; for new customers|members only?;
        new customer|customers|member offer|only; not been evaluated; not intended to diagnose;
        side effects may|include|are|can; do not|don't take|start|use * if;
        serious allergic|infections; important safety information; contains nicotine;
        is an addictive chemical; drink|gamble|play|bet|enjoy responsibly; gambling problem;
        must be @number; @number and|plus|or over|older|up; insurance company and|or;
        and its? affiliates; underwritten by; paid for by; past performance is|does;
        investing|investment|investments|trading involves|involve|subject; while supplies last;
        participating locations|stores|retailers|restaurants|dealers;
        required|prohibited by law; eligible items|purchases only?; select items|plans only;
        prescription required; message|msg and data; data rates may; not an offer;
        plan required|renews; auto renews; terms at;
        membership required; insured by; licensed and insured|bonded; rated r|pg|pg-13;
        message from the * *? *? *? department|council|association|foundation|commission;
        may be inappropriate; see store|site|dealer for; exclusions|limits|conditions apply
        """,
        "trailer": """
        wherever you get|listen|find|stream your|to? podcasts|podcast; wherever * get podcasts;
        available|listen|free? on * podcasts; on * podcasts;
        your favorite podcast app|player|platform; favorite podcast app|player;
        new|original|award-winning podcast|series|season from|about|with|hosted|called|of|where;
        new episodes every|drop|weekly|each|out|on;
        host|hosts|creator of the|a? * *? *? podcast|show;
        a? show|podcast that? we|you recommend|might|love|think; we think you might|will|may;
        tune in|into to|* on|every|for|wherever|from?; each|every week|episode i|we|join;
        listen to * *? *? *? *? *? wherever|on; follow|subscribe * *? *? *? *? wherever;
        my|our new podcast|show; i'm * * *? from the * *? *? podcast|network;
        the podcast where|about; production of * in partnership; * of * wherever you;
        podcast|podcasting|audio network|collective; a podcast from|by;
        part|member of the * *? *? *? network|family|collective;
        podcast|show|series|production on|from the * *? *? network;
        for more information; privacy for|policy; more shows|podcasts like|at|from;
        home of * *? *? and; original|podcasts from
        """,
        "pitch": """
        whether it's|you're|your|you; designed|built|made|crafted|engineered for|to|with;
        help|helps|helping|lets|gives|keeps|allows|letting|giving you|your; can help you|your;
        makes|make it easy|easier|simple; easy to use|get|find|see|switch|save; number one|1;
        award-winning; trusted|rated|loved by; join|over|trusted millions|thousands of|and;
        say goodbye|hello to; peace of mind; no more *; no matter what|how|where; no brainer;
        that's why|where|how we|you|*;
        favorite|premium|affordable|delicious|seamless|effortless;
        personalized|convenient|reliable|trusted|licensed|flexible;
        stylish|hassle|luxury|customizable; all in one; everything you need; one stop shop;
        one simple|easy|place|platform|app; up and running; high|top quality|rated|notch;
        top-rated|high-quality; experience|discover|explore|enjoy the|our|your|more; and more;
        plus; in|within minutes|seconds; @percent; @money; with confidence; free;
        save|saving|savings; shop|shopping;
        insurance|mortgage|checking|skincare|mattress|subscription|wireless;
        customers|businesses|entrepreneurs|experts|professionals|retailers; what if you|your;
        your business|team|home; to help|make|get you|your; you deserve;
        your next|first|own|favorite|new|everyday; today;
        over @number years|varieties|locations; years of? experience; all we can; introducing;
        get the most|best|help|support|care; designed; for every; it's time to;
        you'll get|love|find|have|be; recommended by; trust
        """,
        "you": "you|you're|you'll|you've|your|yours",
        "talk": """
        i|i'm|i've|i'd; i think|mean|guess|remember|wonder|don't|feel|was|had|would|thought;
        he|she|he's|she's|him; was|were|said|thought|went|came|told|asked|wasn't|didn't;
        you know; kind|sort|bit|lot of;
        yeah|yes|yep|okay|ok|oh|wow|um|uh|hmm|huh|haha|exactly|absolutely;
        interesting|basically|actually|obviously|probably|maybe|literally|pretty|very;
        what|how do|did|does|about you|he|she|they|that|it; something|stuff|thing like|or|that;
        and then|so|i; but i|it|the|he|she|they|then; so i|yeah|that|then; if i|we|they;
        because|cause i|it|they; was like; going to be; which is|was; would|could be|have;
        talking|talked about; all right; let's
        """,
        "news": """
        according to; said|says that|in|on|it|he|she|they|its;
        announced|reported|sued|unveiled|acquired;
        the company|company's|firm|agency|government|court|carriers|regulators|analysts;
        spokesperson|spokesman|spokeswoman|lawsuit|investigation|antitrust|officials;
        shares|stock fell|rose|dropped|jumped;
        quarterly|quarter earnings|profit|revenue|results; chief executive;
        billion|million in|deal; on monday|tuesday|wednesday|thursday|friday
        """,
        "aside": """
        the|that|their|those|its|old|tv ad|advert|ads|commercial|commercials|slogan|jingle;
        ad|commercial|advert|spot|campaign|slogan says|said|goes|went|read|reads|ran|promised;
        advertisement|advertisements|advertising|advertiser|advertisers;
        ad|sponsor read|reads|agency|revenue|money; sponsorship|sponsorships;
        do|did|make|made|write|wrote a|an|some|their? fake? ad|ads|advert|commercial;
        as|no|any|have|get|find|had|become|potential|lose|their a? sponsor|sponsors;
        sponsor|sponsors us|me|them|him;
        where can people|listeners|folks|they|we find|follow|get|buy;
        my|her|his new|latest|first? book|novel|album|memoir|newsletter;
        find me|him|her at|on|online; i'm|i|am at|on twitter|instagram|mastodon|bluesky|@url;
        review unit; out of five|ten|10|5;
        my|only|biggest|main complaint|complaints|gripe|downside
        """,
        "jest": """
        brought|sponsored|supported to? you? by my|his|her|their|your|whoever|nobody|absolutely;
        brought|sponsored to? you? by the fact|letter|number|word|concept|idea|power|color;
        brought|sponsored to? you? by a|an lack|total|complete|fear;
        fake|pretend|imaginary|terrible|great|real|actual ad|sponsor|sponsors|commercial|advert;
        not a|an|our real|actual|paid sponsor|ad; isn't|not sponsored|sponsoring;
        just|only|totally kidding|joking; we|i wish; made * *? up;
        not|never|weren't|wasn't paid by|anybody|us; do the|that|your voice;
        should|could do voiceover|voiceovers|commercials|ads;
        nobody|no one pays|paid|sponsors us|me|this; don't|didn't have|pay any? sponsors|us|me
        """,
    }
)


def _lines() -> Iterator[tuple[str, Role]]:
    blocks: Iterator[tuple[Role, str]] = chain(_PHRASES.items(), HOUSE.items())
    for role, block in blocks:
        yield from ((" ".join(phrase.split()), role) for phrase in block.split(";"))
    yield "@url|@phone", "address"


_FINDER: Phrases[Role] = Phrases(_lines())


def find(text: Sequence[str]) -> tuple[Found[Role], ...]:
    """Every cue in a sentence's tokens, in order; cues may overlap."""
    return tuple(dict.fromkeys(_FINDER.find(text)))
