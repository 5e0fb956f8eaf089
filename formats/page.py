"""The page a reader opens: the same one as plain text, Markdown and HTML.

Title, runtime, description, then paragraphs, each under its speaker. The HTML follows the
Podcasting 2.0 transcript (cite, time, p), holds everything it needs and links each
paragraph by the original clock. This file does not know how words became paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from episodes.clock import runtime, short_time
from episodes.types import AdSpan, Utterance
from formats.view import View, one_line, removed, whole_ms

_INLINE = re.compile(r"[\\`*_\[\]<~]|&(?=#?\w+;)|#(?=#*$)")
_LINE_START = re.compile(r"^(\d*)([-+=>#.)])")

_STYLE = """\
:root { color-scheme: light dark; }
body { max-width: 40em; margin: 3em auto; padding: 0 1.2em; }
body { font: 1.05em/1.6 system-ui, sans-serif; }
h1 { line-height: 1.2; margin-bottom: 0.3em; }
h2 { font-size: 1.1em; margin: 2em 0 1em; }
header p { white-space: pre-line; margin: 0 0 0.8em; opacity: 0.8; }
cite { font-style: normal; font-weight: 600; }
time a { color: gray; text-decoration: none; font-size: 0.8em; }
p { margin: 0.1em 0 1.1em; }
p:target { background: color-mix(in srgb, gold 25%, transparent); }
.ad { color: gray; font-style: italic; }"""


def txt(view: View) -> str:
    """Plain text, paragraphs parted by blank lines: "Speaker 1 Last week, ..."."""
    top = "\n".join([runtime(view.transcript.duration_s), *_description(view)])
    blocks = [view.title, top, *_notes(view), "Transcript"]
    for entry in view.entries():
        if isinstance(entry, AdSpan):
            blocks.append(removed(entry))
        else:
            name = view.name(entry.speaker)
            blocks.append(f"{name or ''} {one_line(entry.text)}".lstrip())
    return "\n\n".join(blocks) + "\n"


def md(view: View) -> str:
    """Markdown (CommonMark): speakers in bold, whatever was said or named escaped."""
    blocks = [f"# {_md(view.title)}", runtime(view.transcript.duration_s)]
    lines = [_md(line) for line in _description(view)]
    blocks += [re.sub(r"(?<=\S)\n(?=\S)", "  \n", "\n".join(lines))] if lines else []
    blocks += [*map(_md, _notes(view)), "## Transcript"]
    for entry in view.entries():
        if isinstance(entry, AdSpan):
            blocks.append(f"*{_md(removed(entry))}*")
        else:
            name = view.name(entry.speaker)
            label = f"**{_md(name)}** " if name else ""
            blocks.append(label + _md(one_line(entry.text)))
    return "\n\n".join(blocks) + "\n"


def html(view: View) -> str:
    """One valid page without scripts or anything from elsewhere, all text escaped.

    The link and the id of a paragraph are "t=" and its start in original seconds.
    """
    language = escape(one_line(view.transcript.language))
    title = escape(view.title)
    header = [f"<p>{runtime(view.transcript.duration_s)}</p>"]
    if description := _description(view):
        header.append(f"<p>{escape(chr(10).join(description))}</p>")
    header += [f"<p>{escape(note)}</p>" for note in _notes(view)]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}">',
            '<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>",
            f"<h1>{title}</h1>\n<header>",
            *header,
            "</header>\n<main>\n<h2>Transcript</h2>",
            *_html_paragraphs(view),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _html_paragraphs(view: View) -> Iterator[str]:
    linked = set()
    for entry in view.entries():
        if isinstance(entry, AdSpan):
            yield f'<p class="ad">{escape(removed(entry))}</p>'
            continue
        start = whole_ms(entry.start)
        anchor = "" if start in linked else f' id="t={start}"'
        linked.add(start)
        name = view.name(entry.speaker)
        cite = f"<cite>{escape(name)}:</cite>\n" if name else ""
        yield (
            f'{cite}<time datetime="PT{start:.3f}S">'
            f'<a href="#t={start}">{short_time(start)}</a></time>\n'
            f"<p{anchor}{_ad_class(view, entry)}>{escape(one_line(entry.text))}</p>"
        )


def _ad_class(view: View, utterance: Utterance) -> str:
    return ' class="ad"' if view.is_cut(utterance.words[0].middle) else ""


def _description(view: View) -> list[str]:
    """The description's lines, outer blank ones gone."""
    text = (view.episode.description or "").strip()
    return [one_line(line) for line in text.splitlines()]


def _notes(view: View) -> list[str]:
    """What the reader is warned of, a sentence each."""
    return [f"Note: {one_line(warning)}" for warning in view.transcript.warnings]


def _md(line: str) -> str:
    """A line that Markdown shows as it stands, at a line's start or elsewhere."""
    return _LINE_START.sub(r"\1\\\2", _INLINE.sub(r"\\\g<0>", line))
