"""Hand-written traps, words alone: what must be cut stands in [[double brackets]].

Half of them were written before the weights were set, half after.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

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
        This podcast is brought to you by my terrible decisions. Are you tired of sleeping
        well? Then try saying yes to everything. Stop it, you can't do that. I'm just kidding,
        we don't have sponsors. Nobody pays us for this.
    """,
    "fake ad with a payer's name": """
        This podcast is brought to you by Crocodile Airlines. Stop it, you can't do that. I'm
        just kidding, we don't have sponsors.
    """,
    "fake ad for the letter": """
        Today's episode is brought to you by the fact that I forgot my charger. Oh my god,
        again? Yeah, I know. I was on the train and I thought, well, this is going to be a
        short one.
    """,
    "brand in the news": """
        Harmon Foods said on Tuesday that it would close four factories. The company's shares
        fell eight percent. According to the chief executive, customers were buying cheaper
        brands. The company announced a new subscription in March for nine dollars a month,
        and analysts said it did not help.
    """,
    "talk about sponsoring": """
        We used to have a mattress company as a sponsor, and they wanted us to say the episode
        is brought to you by them three times. I said no. You turned down the ad money? I did.
        I think sponsorship changes how you talk about things, you know? The ad read was
        longer than the interview.
    """,
    "a guest's book": """
        Where can people find you? My new book is called The Long Field, and it's out now, you
        can get it wherever you buy books. And I'm at janefielding.com, and I write a
        newsletter there. We'll put a link in the show notes. Thank you for coming on. It was
        such a pleasure.
    """,
    "advert quoted in a report": """
        In 1952 the ad ran in every paper in the state. The ad said, more doctors smoke this
        brand than any other cigarette. Try it today, it read, and taste the difference.
        Regulators said the campaign was misleading, and the company paid a fine. She was ten
        when she saw that advertisement.
    """,
    "product review": """
        So I've been using this vacuum for three weeks, and I bought it with my own money. It
        costs two hundred ninety nine dollars. The battery was pretty good, I got about forty
        minutes. My main complaint is the noise. I'd give it seven out of ten. I think my old
        one was better.
    """,
    "supported by listeners": """
        This podcast is supported by listeners like you. If you want to support the show, go
        to patreon.com/fieldnotes and become a member. Members get bonus episodes and an ad
        free feed.
    """,
    "jest with a fake product": """
        Okay but imagine if we did ads for it. Introducing Sadness, the only emotion you can
        take anywhere. Side effects may include staring out of the window. Ask your doctor if
        Sadness is right for you. Oh my god. You should do voiceover work. I really should, I
        was so good in that school play.
    """,
    "jest in the third person": """
        And she just turns to the camera and goes, this episode is brought to you by bad
        decisions. We were crying. I mean the whole room was gone. I still quote it to her
        every time I see her.
    """,
    "news of a launch": """
        The carmaker announced a new electric van on Thursday. It starts at forty thousand
        dollars and comes with a free charger for the first year. The company said it would be
        available in stores in the spring. Analysts are not convinced. The chief executive
        told reporters that sales had doubled.
    """,
    "news of a sale": """
        Regulators are looking into the deal. The bank offers customers up to five percent
        cash back, according to the complaint, but hides the fees. A spokesperson said that
        terms and conditions apply to every account. The lawsuit was filed on Monday in
        federal court.
    """,
    "who pays for this show": """
        A listener asked how we make money. So we have ads, obviously, and I want to be honest
        about how that works. A sponsor pays us per thousand downloads, and we read whatever
        they send, within reason. We turned down a betting company last year. I think people
        deserve to know that.
    """,
    "a guest's company": """
        So tell me about the company. Yeah, so we started in my kitchen in 2014, and we make
        software for dentists. It helps them see which patients didn't come back. How many
        customers do you have now? About nine hundred. And I was the only engineer for three
        years, which was a nightmare.
    """,
    "a guest's album and tour": """
        The record is called Low Water and it's out on Friday. I'm so happy with it. And
        you're going on tour? Yeah, we start in Leeds in March, tickets are on our website. I
        can't wait to see it. Thank you for talking to me today. Thanks for having me, it was
        great.
    """,
    "a radio advert from the archive": """
        This is how the commercial went. Hurry down to Miller's, where prices have never been
        lower. Call now and get a free radio. My grandfather wrote that commercial. He was
        twenty two, and he hated it. I found the tape in his desk after he died.
    """,
    "how to get started": """
        If you want to try this at home, start with flour and water. You can use any jar you
        have. You'll see bubbles after two days, and then you feed it. I think most people
        give up on day three. Don't. It smells, but that means that it works.
    """,
    "appeal for reviews": """
        If you like the show, please leave us a review on Apple Podcasts, and tell a friend.
        You can email us at hello@fieldnotes.fm, and you can find us on Instagram. We read
        everything.
    """,
}
CUT = {
    "network ident": """
        [[This message comes from Orvale. Orvale helps you file your taxes in minutes. Learn
        more at orvale.com.]]
    """,
    "bare inserted spot": """
        [[Mornings are hard. Your coffee shouldn't be. Discover Bellmore cold brew, made with
        organic beans and ready when you are. Smooth, rich, and never bitter. Find Bellmore in
        the refrigerated aisle at your favorite grocery store, or visit bellmore.com today.]]
    """,
    "host-read after a hand-off": """
        We'll be right back. [[This episode is brought to you by Tandem Ledger. I've been
        using Tandem Ledger for my own books, and it saves me hours. It sends your invoices,
        tracks your expenses and gets you ready for tax day. Go to tandemledger.com/field and
        use code FIELD for 20% off your first three months.]] Welcome back.
    """,
    "bank, bare": """
        [[Your first home. Your first business. Your first real vacation. Whatever comes next,
        Corwin Bank has an account for it. No monthly fees, no minimum balance, and more than
        nine thousand ATMs. Open your account in minutes at corwinbank.com. Corwin Bank,
        member FDIC.]]
    """,
    "medicine, bare": """
        [[Living with eczema means planning your day around your skin. Talk to your doctor
        about Relvanta, a once daily cream for adults with moderate eczema. Do not use
        Relvanta if you are allergic to its ingredients. Serious side effects can occur. Learn
        more at relvanta.com.]]
    """,
    "trailer for another show": """
        [[Hi, I'm Dana Reyes, host of Small Hours, the podcast about the people who work while
        you sleep. Each week I follow one of them through a single night. Nurses, bakers, a
        man who winds the clocks. Listen to Small Hours wherever you get your podcasts.]]
    """,
    "two spots in a row": """
        [[Support for this podcast comes from Halden, makers of quiet dishwashers. Halden,
        hear yourself think. This message comes from Brightwell Insurance. Switching is easy
        and you could save up to $600 a year. Get a quote at brightwell.com. Terms apply.]]
    """,
    "host-read, personal": """
        [[Today's show is sponsored by Mealwise. I don't know about you, but by Wednesday I'm
        out of ideas. With Mealwise I pick three dinners on Sunday and they show up at my
        door. My kids love the tacos. Go to mealwise.com/small and get 50% off your first box.
        That's mealwise.com/small.]]
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


def bare(words: list[Word]) -> list[Word]:
    """The same words as a recogniser without punctuation and capitals gives them."""
    return [replace(word, text=re.sub(r"[.,?!]$", "", word.text).lower()) for word in words]


def cut_words(words: list[Word]) -> list[bool]:
    """Which words the default settings would strip, with more of the episode around them."""
    duration_s = words[-1].end + 60.0  # what would leave nothing is held back
    ads, _ = decide(detect(words, duration_s), duration_s, {"sponsor"})
    cuts = merge(ad for ad in ads if ad.stripped)
    return [inside(word.middle, cuts) for word in words]


def chosen(words: list[Word], marks: list[bool]) -> str:
    return "".join(word.text for word, mark in zip(words, marks, strict=True) if mark)


as_recognised = pytest.mark.parametrize("spelling", [list, bare], ids=["written", "bare"])
in_company = pytest.mark.parametrize("around", [CHAT, TALK, ""], ids=["chat", "talk", "alone"])


@as_recognised
@in_company
@pytest.mark.parametrize("trap", KEPT)
def test_nothing_is_cut_from(
    trap: str, around: str, spelling: Callable[[list[Word]], list[Word]]
) -> None:
    words = spelling(timed(around + KEPT[trap] + around)[0])
    assert chosen(words, cut_words(words)) == ""


@as_recognised
@in_company
@pytest.mark.parametrize("spot", CUT)
def test_exactly_the_spot_is_cut(
    spot: str, around: str, spelling: Callable[[list[Word]], list[Word]]
) -> None:
    words, marks = timed(around + CUT[spot] + around)
    words = spelling(words)
    assert chosen(words, cut_words(words)) == chosen(words, marks)


def test_adjoining_spots_are_separate_spans_that_share_their_edge() -> None:
    words, _ = timed(CHAT + CUT["two spots in a row"] + CHAT)
    first, second = (ad for ad in detect(words) if ad.kind == "sponsor")
    assert (first.sponsor, second.sponsor) == ("Halden", "Brightwell Insurance")
    assert first.end == second.start


def test_an_appeal_for_the_show_itself_is_marked_as_that() -> None:
    words, _ = timed(CHAT + KEPT["supported by listeners"] + CHAT)
    assert "selfpromo" in {ad.kind for ad in detect(words)}


FILES = ("traps.txt", "fresh.txt", "blind.txt", "later.txt", "usual.txt")


def passages(file: str = "traps.txt") -> list[tuple[str, str]]:
    """The sorts and texts of a file."""
    lines = (Path(__file__).parent / file).read_text("utf-8").splitlines()
    rows = [line.split(" | ", 1) for line in lines if line and not line.startswith("#")]
    return [(sort, text) for sort, text in rows]


LOOKALIKES = [text for _, text in (*passages(), *passages("fresh.txt")) if "[[" not in text]


@as_recognised
@pytest.mark.parametrize("trap", LOOKALIKES)
def test_nothing_is_cut_from_what_only_looks_like_an_advert(
    trap: str, spelling: Callable[[list[Word]], list[Word]]
) -> None:
    words = spelling(timed(CHAT + trap + TALK)[0])
    assert chosen(words, cut_words(words)) == ""


@pytest.mark.parametrize(
    ("file", "share", "most"),
    [("blind.txt", 0.6, 4), ("later.txt", 0.5, 5), ("usual.txt", 0.65, 14)],
)
def test_of_unseen_passages_much_is_found_and_little_cut_falsely(
    file: str, share: float, most: int
) -> None:
    found = spots = false = 0
    for _, text in passages(file):
        words, marks = timed(text)
        cut = cut_words(words)
        both = sum(c and m for c, m in zip(cut, marks, strict=True))
        either = sum(c or m for c, m in zip(cut, marks, strict=True))
        spots += any(marks)
        found += 2 * both >= either > 0
        false += any(cut) and not both
    assert found >= share * spots
    assert false <= most


def test_no_word_of_the_programme_is_cut_around_short_spots() -> None:
    lost = total = 0
    every = (row for name in FILES for row in passages(name) if "[[" in row[1])
    for k, (_, text) in enumerate(every):
        words, marks = timed(CHAT + text + TALK if k % 2 else TALK + text + CHAT)
        cut = cut_words(words)
        lost += sum(c and not m for c, m in zip(cut, marks, strict=True))
        total += sum(not m for m in marks)
    assert lost < 0.01 * total
