import pytest

from ads.cues import Role, find
from ads.phrases import tokens


def roles(text: str) -> set[Role]:
    return {found.value for found in find(tokens(text))}


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("This episode is brought to you by Acme.", "opener"),
        ("Support for this podcast comes from Acme.", "opener"),
        ("This portion of Night Talk is sponsored by Acme.", "opener"),
        ("Funding for this program is provided by Acme.", "opener"),
        ("Additional support comes from Acme.", "opener"),
        ("And thanks to Acme for sponsoring the show.", "thanks"),
        ("Learn more at acme.com.", "action"),
        ("Find it at your local grocery store.", "action"),
        ("Acme .com", "address"),
        ("Get 20 percent off your first order.", "offer"),
        ("Acme Bank, member FDIC.", "legal"),
        ("Restrictions apply.", "legal"),
        ("Listen wherever you get your podcasts.", "trailer"),
        ("You are hearing a podcast on the Acme network.", "trailer"),
        ("It makes it easy to find you a better bed.", "pitch"),
        ("I think he was right.", "talk"),
        ("The company said that in a lawsuit.", "news"),
        ("In 1950 the ad said so.", "aside"),
        ("I'm just kidding.", "jest"),
        ("This show is brought to you by my terrible ideas.", "jest"),
        ("We'll be right back.", "handoff"),
        ("That's next.", "handoff"),
        ("Welcome back to the show.", "return"),
        ("This podcast is supported by listeners like you.", "listeners"),
        ("Leave us a review and tell a friend.", "selfpromo"),
        ("Hello and welcome to Night Talk.", "intro"),
        ("Coming up on the show, a flood.", "preview"),
        ("That's all for today.", "outro"),
        ("Our show is produced by Ann Lee.", "credits"),
    ],
)
def test_every_role_is_heard(text: str, role: Role) -> None:
    assert role in roles(text)


@pytest.mark.parametrize(
    "text",
    [
        "The river was high, and the bridge was closed.",
        "Harmon Foods opened a factory in the valley.",
        "Nobody has crossed it since 1990.",
    ],
)
def test_plain_telling_holds_no_sign_of_a_spot(text: str) -> None:
    assert not roles(text) & {
        "opener",
        "thanks",
        "action",
        "address",
        "offer",
        "legal",
        "pitch",
    }


def test_one_place_counts_once_for_a_role() -> None:
    found = find(tokens("listen to the night bakers wherever you get your podcasts"))
    assert len(found) == len(set(found))
