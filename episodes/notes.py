"""Show notes as plain text: many files and feeds keep them as HTML. Standard library alone.

This file does not know where notes are kept or shown.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_TAG = re.compile(
    r"</?(a|abbr|b|blockquote|br|center|code|div|em|figure|font|h[1-6]|hr|html|body|i|img|li|ol|p|pre"
    r"|s|section|small|span|strong|sub|sup|table|tbody|td|th|tr|u|ul)(\s[^<>]*)?/?>",
    re.IGNORECASE,
)
"""What makes a text HTML; "a < b > c" and "<3" do not."""
_ENTITY = re.compile(
    r"&(amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[nm]dash|hellip|#\d{1,6}|#x[0-9a-f]{1,5});",
    re.IGNORECASE,
)
_PARAGRAPHS = frozenset(
    ("blockquote", "div", "figure", "ol", "p", "pre", "section", "table", "ul")
) | {f"h{level}" for level in range(1, 7)}
_LINES = frozenset(["br", "hr", "li", "tr"])
_UNSEEN = frozenset(("script", "style", "head", "title"))


def plain_notes(text: str) -> str:
    """Return notes without markup: paragraphs apart, a list's items on lines, links kept.

    A link's address follows its text in brackets, unless the text is the address. Plain
    text stays as it is.
    """
    if not _TAG.search(text):
        if not _ENTITY.search(text):
            return text
        text = unescape(text)
        if not _TAG.search(text):  # else it was escaped once too often
            return text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Collects the parts of the text that a page would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._link: tuple[str, int] | None = None
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph, a line or a link."""
        self._unseen += tag in _UNSEEN
        self._break(tag)
        if tag == "li":
            self.parts.append("- ")
        if tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        """End a paragraph or a link."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag in _PARAGRAPHS:
            self._break(tag)
        if tag == "a" and self._link is not None:
            address, begun = self._link
            shown = "".join(self.parts[begun:]).strip()
            web = address.startswith(("http://", "https://", "mailto:"))
            if web and shown not in (address, address.split(":", 1)[1].strip("/")):
                self.parts.append(f" ({address})" if shown else address)
            self._link = None

    def handle_data(self, data: str) -> None:
        """Take text; its own line breaks are blanks."""
        if not self._unseen:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag in _LINES:
            self.parts.append("\n")
