"""Hand-written traps, words alone: what must be cut stands in [[double brackets]]."""

import re

import pytest

from ads.detect import detect
from ads.strip import decide
from episodes.spans import inside, merge
from episodes.types import Word

CHAT = """
So I spent the whole weekend in the garden and my back is killing me. Yeah, I heard you were
digging. I was, and then it rained, which I guess was kind of the point. Did you plant the
tomatoes? I did, and I think they were dead by Sunday. Oh no. That's what happened to mine last
year, and I never found out why.
"""
TALK = """
I think what people forget is how slow it was at the time. We had one machine, and if somebody
was using it you just waited. He told me once that he slept under the desk. Really? Yeah, and
I don't think he was joking. You know, it was a different world, and I was the youngest one
there by ten years.
"""

KEPT = {
    "fake ad in jest": """
        This podcast is brought to you by my terrible decisions. Are you tired of sleeping well?
        Then try saying yes to everything. Stop it, you can't do that. I'm just kidding, we don't
        have sponsors. Nobody pays us for this.
    """,
    "fake ad for the letter": """
        Today's episode is brought to you by the fact that I forgot my charger. Oh my god, again?
        Yeah, I know. I was on the train and I thought, well, this is going to be a short one.
    """,
    "brand in the news": """
        Harmon Foods said on Tuesday that it would close four factories. The company's shares fell
        eight percent. According to the chief executive, customers were buying cheaper brands. The
        company announced a new subscription in March for nine dollars a month, and analysts said
        it did not help.
    """,
    "talk about sponsoring": """
        We used to have a mattress company as a sponsor, and they wanted us to say the episode is
        brought to you by them three times. I said no. You turned down the ad money? I did. I think
        sponsorship changes how you talk about things, you know? The ad read was longer than the
        interview.
    """,
    "a guest's book": """
        Where can people find you? My new book is called The Long Field, and it's out now, you can
        get it wherever you buy books. And I'm at janefielding.com, and I write a newsletter there.
        We'll put a link in the show notes. Thank you for coming on. It was such a pleasure.
    """,
    "advert quoted in a report": """
        In 1952 the ad ran in every paper in the state. The ad said, more doctors smoke this brand
        than any other cigarette. Try it today, it read, and taste the difference. Regulators said
        the campaign was misleading, and the company paid a fine. She was ten when she saw that
        advertisement.
    """,
    "product review": """
        So I've been using this vacuum for three weeks, and I bought it with my own money. It costs
        two hundred ninety nine dollars. The battery was pretty good, I got about forty minutes. My
        main complaint is the noise. I'd give it seven out of ten. I think my old one was better.
    """,
    "supported by listeners": """
        This podcast is supported by listeners like you. If you want to support the show, go to
        patreon.com/fieldnotes and become a member. Members get bonus episodes and an ad free feed.
    """,
}
CUT = {
    "network ident": """
        [[This message comes from Orvale. Orvale helps you file your taxes in minutes. Learn more at
        orvale.com.]]
    """,
    "bare inserted spot": """
        [[Mornings are hard. Your coffee shouldn't be. Discover Bellmore cold brew, made with organic
        beans and ready when you are. Smooth, rich, and never bitter. Find Bellmore in the
        refrigerated aisle at your favorite grocery store, or visit bellmore.com today.]]
    """,
    "host-read after a hand-off": """
        We'll be right back. [[This episode is brought to you by Tandem Ledger. I've been using Tandem
        Ledger for my own books, and it saves me hours. It sends your invoices, tracks your
        expenses and gets you ready for tax day. Go to tandemledger.com/field and use code FIELD for
        20% off your first three months.]] Welcome back.
    """,
}


def timed(text: str) -> tuple[list[Word], list[bool]]:
    """Words at an even pace, with short pauses between sentences, and which are an ad's."""
    words: list[Word] = []
    marks: list[bool] = []
    t, in_ad = 0.0, False
    for token in text.split():
        in_ad = in_ad or token.startswith("[[")
        plain = token.strip("[]")
        words.append(Word(start=t, end=t + 0.3, text=f" {plain}"))
        marks.append(in_ad)
        t += 0.33 + 0.3 * bool(re.search(r"[.?!]$", plain))
        in_ad = in_ad and not token.endswith("]]")
    return words, marks


def cut_words(words: list[Word], *, drop_stops: bool = False) -> list[bool]:
    """Which words the default settings would strip."""
    duration_s = words[-1].end
    ads, _ = decide(detect(words, duration_s), duration_s, ("sponsor",))
    cuts = merge(ad for ad in ads if ad.stripped)
    return [inside(word.middle, cuts) for word in words]


@pytest.mark.parametrize("trap", KEPT)
@pytest.mark.parametrize("around", [CHAT, TALK], ids=["chat", "talk"])
def test_nothing_is_cut_from(trap: str, around: str) -> None:
    words, _ = timed(around + KEPT[trap] + around)
    cut = cut_words(words)
    assert not any(cut), "".join(w.text for w, c in zip(words, cut, strict=True) if c)


@pytest.mark.parametrize("spot", CUT)
@pytest.mark.parametrize("around", [CHAT, TALK], ids=["chat", "talk"])
def test_exactly_the_spot_is_cut(spot: str, around: str) -> None:
    words, marks = timed(around + CUT[spot] + around)
    cut = cut_words(words)
    assert "".join(w.text for w, c in zip(words, cut, strict=True) if c) == "".join(
        w.text for w, m in zip(words, marks, strict=True) if m
    )
