"""Words for made-up shows: talk that never repeats, and adverts for things there are not.

Everything is drawn from small grammars with a seeded generator. This file does not know how
words become sound.
"""

from __future__ import annotations

from random import Random

_WHO = (
    *("a retired ferry captain", "the youngest beekeeper in the valley", "my neighbour Ines"),
    *("a night baker", "two geologists", "the choir director", "an old lighthouse painter"),
    *("a tram driver from Porto", "the museum's only carpenter", "a student of knots"),
    *("the woman who tunes the organ", "a map collector", "my great uncle", "a mountain nurse"),
)
_DID = (
    *("spent a whole winter counting", "tried to photograph", "wrote a long letter about"),
    *("carefully catalogued", "kept arguing over", "once rowed across the bay with"),
    *("learned to repair", "quietly collected", "drew a hundred pictures of"),
    *("was asked to explain", "nearly forgot about", "dreamed for years of finding"),
)
_WHAT = (
    *("brass telescopes", "the migration of storks", "frozen waterfalls", "wooden bicycles"),
    *("a forgotten railway tunnel", "the smell of rain", "antique door locks", "wild garlic"),
    *("the echoes in a quarry", "paper lanterns", "a comet from the last century"),
    *("the oldest pear tree in town", "ice on the canal", "blue pottery", "snow crickets"),
)
_WHERE = (
    *("behind the old sawmill", "on an island without roads", "in the north of Finland"),
    *("under the railway bridge", "at the edge of a salt marsh", "near the border"),
    *("in a cellar full of maps", "on the third floor of a library", "along the river"),
    *("between two quiet villages", "at four in the morning", "during a very wet autumn"),
)
_THEN = (
    *("and nobody believed it at first", "which surprised the whole village"),
    *("although the weather was dreadful", "and it took almost eleven years"),
    *("because the archive had burned down", "before anyone thought of asking why"),
    *("and the recordings still exist", "with nothing but a pencil and a torch"),
    *("while the rest of us were asleep", "and that changed how I think about time"),
    *("so we drove there to have a look", "and the notebook is still in a drawer"),
)
_OPEN = (
    *("Well,", "You know,", "So,", "I remember that", "They say that", "It turns out that"),
    *("And then", "Apparently", "What I love is that", "Back then", "In the end"),
)
_BRAND = (
    *("Larkspur", "Tindle", "Quillmark", "Ovenbird", "Brightpail", "Fennimore", "Nestwick"),
    *("Copperleaf", "Marlowe and Finch", "Sundial", "Plumbline", "Hazelway", "Voltari"),
    *("Kestrel", "Saltbox", "Everpine", "Moonharbor", "Tallgrass", "Junipero", "Bramblewood"),
)
_GOODS = (
    *("the mattress that remembers how you sleep", "payroll software for small companies"),
    *("fresh coffee that is roasted the day it ships", "boots that last for ten winters"),
    *("a bank account without any hidden fees", "meal boxes that cook in fifteen minutes"),
    *("the simplest way to build a website", "toothbrushes that dentists recommend"),
    *("insurance for people who love their dogs", "headphones made for long train rides"),
    *("an app that teaches you a language in a month", "glasses delivered to your door"),
)
_PITCH = (
    *("Thousands of customers have already made the switch, and they are not going back.",),
    *("It takes two minutes to sign up, and you can cancel whenever you like.",),
    *("Every order ships for free, and returns are easy.",),
    *("Our experts are there for you every day of the week, at no extra cost.",),
    *("There is nothing to install, nothing to learn, and nothing to worry about.",),
    *("Made from better materials, tested for years, and guaranteed for life.",),
    *("It is rated five stars by more than twenty thousand people.",),
)
_OFFER = (
    *("Go to {url} dot com and use the code {code} for {n} percent off your first order.",),
    *("Try it free for thirty days at {url} dot com slash {code}. Terms apply.",),
    *("Right now listeners save {n} percent. Visit {url} dot com and enter {code}.",),
    *("Learn more at {url} dot com today, and mention {code} to save {n} percent.",),
)
_CALL = (
    *("This episode is brought to you by {brand}, {goods}.",),
    *("Meet {brand}, {goods}.",),
    *("Are you still looking for the right one? {brand} is {goods}.",),
    *("Support for this podcast comes from {brand}, {goods}.",),
)
_SHOW = ("Slow Harbours", "The Long Table", "Small Hours", "North of Here", "Ordinary Wonders")


def talk(random: Random, said: set[str]) -> str:
    """A sentence that is not in `said`, to which it is added."""
    while True:
        parts = [random.choice(_WHO), random.choice(_DID), random.choice(_WHAT)]
        parts += [random.choice(_WHERE)] if random.random() < 0.8 else []
        text = f"{random.choice(_OPEN)} {' '.join(parts)}"
        if random.random() < 0.6:
            text += f", {random.choice(_THEN)}"
        if text not in said:
            said.add(text)
            return f"{text}."


def adverts(random: Random, count: int) -> tuple[tuple[str, str], ...]:
    """So many adverts, each for another brand: its name, and what is said."""
    brands = random.sample(_BRAND, count)
    return tuple((brand, _advert(random, brand)) for brand in brands)


def _advert(random: Random, brand: str) -> str:
    given = {
        "brand": brand,
        "goods": random.choice(_GOODS),
        "url": brand.lower().replace(" ", ""),
        "code": random.choice(_SHOW).split()[-1].lower(),
        "n": str(random.choice((10, 15, 20, 25, 30))),
    }
    pitch = random.sample(_PITCH, random.randint(1, 3))
    return " ".join((random.choice(_CALL), *pitch, random.choice(_OFFER))).format(**given)


def opening(random: Random) -> tuple[str, str, str]:
    """A show's name, how it always begins, and how it always ends."""
    show = random.choice(_SHOW)
    host = random.choice(("Mara Ellison", "Jonas Ferry", "Priya Lund", "Tom Alder"))
    first = (
        f"Hello and welcome to {show}, the show about the quiet things that people do when "
        f"nobody is watching. I am your host, {host}."
    )
    last = (
        f"That was {show}. Thank you for listening, the music is our own, and we will be back "
        "next week with another story. Until then, take good care of yourselves."
    )
    return show, first, last
