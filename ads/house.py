"""What a show says of itself: breaks, greetings, appeals, previews, leave-taking, credits.

Phrases as in cues.py, each standing for a role. This file does not know what a role weighs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

HouseRole = Literal[
    "handoff", "return", "listeners", "selfpromo", "intro", "outro", "credits", "preview"
]  # fmt: skip

HOUSE: Mapping[HouseRole, str] = MappingProxyType(
    {
        "handoff": """
        we'll|we|i'll|i|we're|will be? right back; be right|back back|in|after;
        back in a moment|minute|second|bit;
        after the|this|these|a short|quick? break|message|messages|ads; after these words;
        take|taking|for a quick|short|brief|little break|pause; take a break;
        stay tuned|with us?; stick around; don't go anywhere; that's next; coming up next|after;
        when we come|return|get back?; more|that in|after a|this moment|minute|break;
        pay|paying the|some bills
        """,
        "return": """
        welcome back; and|so|now|okay|alright we're|we back;
        we're|we are? back with|and|here|now|to; we're back;
        back to the|our|my|this show|episode|conversation|interview|story|program|guest;
        let's get|go|jump|dive back; let's get to|into the|our|it;
        let's|now get right? to the|our; now back to; returning to; you're listening to;
        on with the show; more we need to know
        """,
        "listeners": """
        by|from listeners|listener|viewers|readers|members|patrons|you|donors|subscribers;
        by|from our|the|generous|its? listeners|members|patrons|supporters|subscribers|audience;
        by|from people|donations|contributions like|from you|listeners;
        listener|reader|audience|viewer supported|funded; listener-supported; listener-funded;
        by|from us over|at|here; by ourselves
        """,
        "selfpromo": """
        patreon|patreon.com|patron|patrons;
        become|becoming a member|patron|supporter|subscriber;
        support|supporting us|our|this|the show|podcast|work|program|journalism?; support us;
        subscribe|follow to|us|the|this on|show|podcast|feed|channel?; like and subscribe;
        don't forget to subscribe|rate|follow|review;
        be|make sure to subscribe|follow|rate|like; rate and|us|the|this review|on|show|podcast;
        leave|give us|a|me a? review|rating|comment|voicemail;
        five|5 star|stars review|rating|on?; send us|me a|an|your; feedback at; drop us a line;
        email|write|tweet|dm us|me at|to|with|on;
        we|we'd would? want|love|like to hear from|your|it?; let us know what|if|in;
        tell a|your friend|friends about?; share this|the episode|show|podcast;
        join us|our|the on|discord|community|slack|newsletter;
        our newsletter|discord|merch|store|shop|patreon|courses;
        sign up for our|the|my newsletter|mailing; donate|donation|donations;
        our live show|tour|shows; our? other|sister show|shows|podcast|podcasts;
        bonus episodes|episode|content; ad free|ad-free; keep us in business;
        make this show possible; find|follow us on|at
        """,
        "intro": """
        hello|hi|hey|and everyone|everybody|friends|again? welcome to; welcome to;
        hello and welcome; good morning|evening|afternoon everyone|and|everybody|to;
        i'm|i am? your host; i'm * * *? and? i'm|it's|this|welcome|you're;
        i'm * it's|this|welcome; i'm * and i'm|this|it's|welcome;
        this is the *? *? *? podcast|show|for|with; from * * *? this is;
        our|a|the weekly? show|podcast about|where|supported; my|our|joining guest|me today|is;
        today i'm|we're joined|joining|talking by|to;
        it's monday|tuesday|wednesday|thursday|friday|saturday|sunday
        """,
        "preview": """
        coming up on|in the|this|today's|our show|episode|podcast|program|today?;
        coming up today|next|later; on|in this|today's|the episode|show we|you|i;
        on today's|tonight's show|episode|podcast|program;
        today|later on|in the|today's show|podcast|program|episode; on the next episode;
        next|coming time|week on|up?; in the next episode; tomorrow on
        """,
        "outro": """
        that's|that is? all|it for|from today|this|us|now|me|our;
        thanks|thank you? so? very? much? for listening|tuning|watching|joining; for listening;
        see|talk|catch to? you all? next|tomorrow|soon|later|then|again;
        until|till next time|week|then?; this|that has been; signing off;
        bye everyone|everybody; that|that's wraps|does|a concludes|it|up|wrap;
        we'll see you next|tomorrow|soon; hope|hopes you|you've have? enjoyed
        """,
        "credits": """
        produced|edited|hosted|mixed|engineered|mastered|reported|composed|written|directed by;
        is|was a|an co-production|production|coproduction of|from; created by the following;
        theme|original|our music|song is|was|by|from;
        music|artwork|mixing|art composed|design? by|from|provided;
        executive|senior|associate|supervising|contributing producer|producers|editor;
        additional reporting|production|editing|music|engineering;
        fact|fact-checking checking|checked|by by?;
        with help|editing|production from|by; special thanks to;
        host|co-host producer|writer;
        our producer|producers|editor|editors|engineer|team|staff is|are|includes;
        the|our|this show|episode|podcast is|was hosted|produced|edited;
        the|our|this show|episode|podcast is|was made by|in|at|with
        """,
    }
)
