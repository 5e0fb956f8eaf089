"""Feeds by the rules of the W3C's feed validator and of Apple, and as apps read them."""

from __future__ import annotations

import re
from calendar import timegm
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.feed import ATOM, ITUNES, PODCAST, feed, guid_of, snippet
from formats.listing import Enclosure, Listing, Show, TranscriptLink
from formats.view import one_line

SPACES = {"atom": ATOM, "itunes": ITUNES, "podcast": PODCAST}
BASE = "https://pods.example.org"
SHOW = Show(
    "Second Trades & <Co>",
    f"{BASE}/feeds/ab12.xml",
    f"{BASE}/",
    "en",
    description="What people do\nwhen they <stop>.",
    author="Ana Berg",
    email="ana@example.org",
    image=f"{BASE}/cover.jpg",
    category=("Society & Culture", "Documentary"),
)
EPISODE = Listing(
    guid="ab" * 32,
    title="The Keeper of Gannet Point",
    published=datetime(2025, 12, 11, 8, tzinfo=timezone(timedelta(hours=2))),
    duration_s=1154.6,
    language="de",
    description="A <lighthouse> & its keeper.\n\nSecond part.",
    enclosure=Enclosure(f"{BASE}/a.mp3?sig=1&clock=clean", "audio/mpeg", 12_345),
    transcripts=(
        TranscriptLink(f"{BASE}/t.vtt?sig=1&x=2", "text/vtt", captions=True),
        TranscriptLink(f"{BASE}/t.html", "text/html"),
    ),
    chapters=f"{BASE}/c.json",
    people=("Ana Berg", "Bo <& Co>"),
)

anything = st.text(st.characters(codec=None), max_size=30)
"""Half characters, control characters and all."""
plain = st.text(st.characters(codec="utf-8", exclude_characters="<&\ufffe\uffff"), max_size=40)


def later(days: int) -> Listing:
    moved = EPISODE.published + timedelta(days=days)
    return replace(EPISODE, guid=f"{days}", published=moved)


def read(text: str) -> ET.Element:
    return ET.fromstring(text.encode())


def said(element: ET.Element, path: str) -> str:
    (found,) = element.findall(path, SPACES)
    assert found.text
    return found.text


def check(text: str) -> None:
    """The rules that apply: RSS 2.0, the validator's messages, Apple's requirements."""
    root = read(text)
    assert (root.tag, root.attrib) == ("rss", {"version": "2.0"})
    (channel,) = root
    for name in ("title", "link", "description", "language"):
        assert said(channel, name) == said(channel, name).strip()
    assert re.fullmatch(r"[a-z]{2,3}(-[a-z]{2})?", said(channel, "language"), re.IGNORECASE)
    (own,) = channel.findall("atom:link", SPACES)
    assert own.attrib == {"href": SHOW.address, "rel": "self", "type": "application/rss+xml"}
    assert said(channel, "itunes:explicit") in ("true", "false")
    assert said(channel, "itunes:block") == "Yes"
    assert said(channel, "podcast:locked") == said(channel, "podcast:block") == "yes"
    assert re.fullmatch(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", said(channel, "podcast:guid")
    )
    for image in channel.findall("itunes:image", SPACES):
        assert re.search(r"\.(jpg|png)$", image.attrib["href"])
    for item in channel.findall("item"):
        check_item(item)
    guids = [guid.text for guid in channel.iter("guid")]
    assert len(set(guids)) == len(guids)
    dates = [parsedate_to_datetime(said(i, "pubDate")) for i in channel.findall("item")]
    assert dates == sorted(dates, reverse=True)
    for element in root.iter():
        check_attributes(element)
        once = [child.tag for child in element if child.tag not in MANY]
        assert len(set(once)) == len(once)


MANY = {"item", *(f"{{{PODCAST}}}{name}" for name in ("transcript", "person"))}


def check_item(item: ET.Element) -> None:
    assert said(item, "title")
    (guid,) = item.findall("guid")
    assert guid.attrib == {"isPermaLink": "false"}
    (enclosure,) = item.findall("enclosure")
    assert set(enclosure.attrib) == {"url", "length", "type"}
    assert int(enclosure.attrib["length"]) > 0
    assert re.fullmatch(r"(audio|video)/[\w.+-]+", enclosure.attrib["type"])
    assert parsedate_to_datetime(said(item, "pubDate")).utcoffset() == timedelta()
    assert int(said(item, "itunes:duration")) > 0
    for link in item.findall("podcast:transcript", SPACES):
        assert {"url", "type"} <= set(link.attrib)
        assert link.attrib.get("rel", "captions") == "captions"
    for chapters in item.findall("podcast:chapters", SPACES):
        assert chapters.attrib["type"] == "application/json+chapters"
    for person in item.findall("podcast:person", SPACES):
        assert person.text


def check_attributes(element: ET.Element) -> None:
    for name, value in element.attrib.items():
        assert value
        if name in ("url", "href"):
            parts = urlsplit(value)
            assert parts.scheme in ("http", "https")
            assert parts.netloc


def test_a_feed_keeps_the_rules() -> None:
    check(feed(SHOW, [later(1), EPISODE, later(2)]))
    bare = Show("", SHOW.address, SHOW.page, "en")
    check(feed(bare, [replace(EPISODE, title="", description="", duration_s=0.2, people=())]))
    check(feed(bare, []))


def test_apps_read_what_was_written() -> None:
    # As it stands: what makes HTML harmless for a browser would change it.
    told = feedparser.parse(feed(SHOW, [EPISODE]).encode(), sanitize_html=False)
    assert not told.bozo
    assert told.version == "rss20"
    assert told.feed.title == SHOW.title
    assert told.feed.link == SHOW.page
    assert told.feed.language == "en"
    assert told.feed.author_detail == {"name": "Ana Berg", "email": SHOW.email}
    assert told.feed.image.href == SHOW.image
    assert told.feed.itunes_block == 1
    assert told.feed.podcast_locked["owner"] == SHOW.email
    assert [tag.term for tag in told.feed.tags] == [*SHOW.category]
    (entry,) = told.entries
    assert entry.title == EPISODE.title
    assert (entry.id, entry.guidislink) == (EPISODE.guid, False)
    assert timegm(entry.published_parsed) == EPISODE.published.timestamp()
    assert EPISODE.enclosure
    (enclosure,) = entry.enclosures
    assert (enclosure.href, enclosure.type) == (EPISODE.enclosure.url, "audio/mpeg")
    assert enclosure.length == "12345"
    assert entry.itunes_duration == "1155"
    assert entry.summary == "A &lt;lighthouse&gt; &amp; its keeper.<br />\n<br />\nSecond part."
    assert entry.podcast_chapters["url"] == EPISODE.chapters


def test_transcripts_and_people_are_as_the_namespace_has_them() -> None:
    (item,) = read(feed(SHOW, [EPISODE])).iter("item")
    links = [link.attrib for link in item.findall("podcast:transcript", SPACES)]
    assert links == [
        {
            "url": f"{BASE}/t.vtt?sig=1&x=2",
            "type": "text/vtt",
            "language": "de",
            "rel": "captions",
        },
        {"url": f"{BASE}/t.html", "type": "text/html", "language": "de"},
    ]
    people = item.findall("podcast:person", SPACES)
    assert [(person.text, person.attrib) for person in people] == [
        ("Ana Berg", {}),
        ("Bo <& Co>", {}),
    ]


def test_the_newest_comes_first_and_what_cannot_be_played_not_at_all() -> None:
    silent = replace(later(9), enclosure=None)
    told = feedparser.parse(feed(SHOW, [EPISODE, silent, later(2), later(1)]).encode())
    assert [entry.id for entry in told.entries] == ["2", "1", EPISODE.guid]
    assert told.feed.published == told.entries[0].published


def test_an_episode_is_listed_once() -> None:
    with pytest.raises(ValueError, match="once"):
        feed(SHOW, [EPISODE, replace(later(1), guid=EPISODE.guid)])


@pytest.mark.parametrize(
    ("address", "guid"),
    [
        ("https://mp3s.nashownotes.com/pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
        ("http://podnews.net/rss/", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
    ],
)
def test_a_shows_guid_is_as_in_the_specification(address: str, guid: str) -> None:
    assert guid_of(address) == guid
    assert said(read(feed(replace(SHOW, address=address), [])), "*/podcast:guid") == guid
    assert said(read(feed(replace(SHOW, guid=guid), [])), "*/podcast:guid") == guid


def test_a_snippet_has_what_the_own_feed_lacks() -> None:
    item = read(snippet(EPISODE))
    (whole,) = read(feed(SHOW, [EPISODE])).iter("item")
    kept = [
        e for e in whole if e.tag in ("title", "guid") or e.tag.startswith(f"{{{PODCAST}}}")
    ]
    assert [(e.tag, e.attrib, e.text) for e in item] == [
        (e.tag, e.attrib, e.text) for e in kept
    ]
    assert snippet(replace(EPISODE, enclosure=None)) == snippet(EPISODE)
    assert ITUNES not in snippet(EPISODE)


@given(title=anything, description=anything, name=anything)
def test_whatever_is_in_the_texts_the_feed_can_be_read(
    title: str, description: str, name: str
) -> None:
    show = replace(
        SHOW,
        title=title,
        description=description,
        author=name,
        category=(name,) if name.isalpha() else (),
    )
    one = replace(EPISODE, title=title, description=description, people=(f"x{name}",))
    text = feed(show, [one])
    check(text)
    written = one_line(re.sub("[\ud800-\udfff\ufffe\uffff]", " ", title)) or EPISODE.guid
    assert said(read(text), "*/item/title") == written
    assert said(read(snippet(one)), "title") == written


@given(title=plain)
def test_titles_come_back_from_an_app(title: str) -> None:
    # Those without what some apps, this one too, take for HTML, and with a sign that no old
    # character set has: this one takes "Â¡" for a "¡" that somebody spoilt.
    given = f"№{title}"
    told = feedparser.parse(feed(SHOW, [replace(EPISODE, title=given)]).encode())
    assert not told.bozo
    assert told.entries[0].title == one_line(given)
