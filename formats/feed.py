"""A show's private feed, and what an episode adds to its publisher's own one.

RSS 2.0 with the namespaces of Apple and of Podcasting 2.0, as their specifications and the
RSS Advisory Board's profile have it. This file does not know where anything can be fetched,
nor what an episode is.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as ET

from formats.listing import Listing, Show
from formats.view import one_line

MEDIA_TYPE = "application/rss+xml"
CHAPTERS_TYPE = "application/json+chapters"
PODCAST = "https://podcastindex.org/namespace/1.0"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
ATOM = "http://www.w3.org/2005/Atom"

_SHOWS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no character of XML 1.0."""


def feed(show: Show, listings: Iterable[Listing]) -> str:
    """The feed as XML, to be sent as UTF-8, newest episode first.

    It is for apps that were told its address, and asks directories to stay away. Episodes
    without an enclosure, of which an app could play nothing, are left out. Raises ValueError
    where two have the same guid.
    """
    listed = [one for one in listings if one.enclosure]
    if len({one.guid for one in listed}) < len(listed):
        raise ValueError("a feed lists an episode once")
    listed.sort(key=lambda one: (one.published, one.guid), reverse=True)
    # Names are written with their prefixes: ElementTree's own are known to all of a process.
    spaces = {"xmlns:atom": ATOM, "xmlns:itunes": ITUNES, "xmlns:podcast": PODCAST}
    root = ET.Element("rss", {"version": "2.0", **spaces})
    channel = ET.SubElement(root, "channel")
    _about(channel, show)
    if listed:
        _add(channel, "pubDate", _date(listed[0].published))
    for one in listed:
        _episode(ET.SubElement(channel, "item"), one)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_written(root)}'


def snippet(one: Listing) -> str:
    """What an episode's item in its publisher's own feed gains, as XML.

    Title and guid only tell which episode it is about: those of the own feed stay.
    """
    item = ET.Element("item", {"xmlns:podcast": PODCAST})
    _named(item, one)
    _podcasting(item, one)
    return _written(item)


def guid_of(address: str) -> str:
    """The podcast:guid of the feed at an address: UUIDv5, as its specification has it."""
    return str(uuid.uuid5(_SHOWS, re.sub(r"^[a-z]+://", "", address).rstrip("/")))


def _about(channel: ET.Element, show: Show) -> None:
    title = _line(show.title) or "Podcast"
    _add(channel, "title", title)
    _add(channel, "link", show.page)
    _add(channel, "description", _paragraphs(show.description) or escape(title, quote=False))
    _add(channel, "language", show.language)
    own = {"href": show.address, "rel": "self", "type": MEDIA_TYPE}
    _add(channel, "atom:link", **own)
    _add(channel, "generator", "cleancast")
    _add(channel, "itunes:explicit", str(show.explicit).lower())
    _add(channel, "itunes:block", "Yes")
    if author := _line(show.author):
        _add(channel, "itunes:author", author)
    if show.email:
        owner = _add(channel, "itunes:owner")
        _add(owner, "itunes:name", author or title)
        _add(owner, "itunes:email", show.email)
    if show.image:
        _add(channel, "itunes:image", href=show.image)
    within = channel
    for category in show.category:
        within = _add(within, "itunes:category", text=_line(category))
    _add(channel, "podcast:guid", show.guid or guid_of(show.address))
    _add(channel, "podcast:locked", "yes", **({"owner": show.email} if show.email else {}))
    _add(channel, "podcast:block", "yes")
    _add(channel, "podcast:medium", "podcast")


def _episode(item: ET.Element, one: Listing) -> None:
    _named(item, one)
    if description := _paragraphs(one.description):
        _add(item, "description", description)
    _add(item, "pubDate", _date(one.published))
    if audio := one.enclosure:
        length = str(audio.size_bytes)
        _add(item, "enclosure", url=audio.url, length=length, type=audio.media_type)
    _add(item, "itunes:duration", str(max(1, round(one.duration_s))))
    _podcasting(item, one)


def _named(item: ET.Element, one: Listing) -> None:
    _add(item, "title", _line(one.title) or one.guid)
    _add(item, "guid", one.guid, isPermaLink="false")


def _podcasting(item: ET.Element, one: Listing) -> None:
    for link in one.transcripts:
        told = {"url": link.url, "type": link.media_type, "language": one.language}
        rel = {"rel": "captions"} if link.captions else {}
        _add(item, "podcast:transcript", **told, **rel)
    if one.chapters:
        _add(item, "podcast:chapters", url=one.chapters, type=CHAPTERS_TYPE)
    for name in one.people:
        # Without a role, since which one is theirs is nobody's to guess.
        _add(item, "podcast:person", _line(name))


def _add(parent: ET.Element, tag: str, content: str = "", /, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, {k: _writable(v) for k, v in attributes.items()})
    element.text = _writable(content) or None
    return element


def _date(moment: datetime) -> str:
    """RFC 2822, such as "Thu, 11 Dec 2025 00:00:00 GMT"."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _line(text: str | None) -> str:
    return one_line(_UNWRITABLE.sub(" ", text or ""))


def _paragraphs(text: str) -> str:
    """Plain text as the HTML that apps take a description for, its lines kept."""
    lines = [_line(line) for line in text.splitlines()]
    return escape("\n".join(lines).strip(), quote=False).replace("\n", "<br>\n")


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _written(root: ET.Element) -> str:
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"
