"""The page a reader opens: the same one as plain text, Markdown and HTML.

Title, runtime, description, then paragraphs, each under its speaker. The HTML follows the
Podcasting 2.0 transcript (cite, time, p), holds everything it needs and links each
paragraph by the original clock. What is worth checking stands at the foot: all of it in the
HTML, folded away; in the others only what is serious, since they are published as they are.
This file does not know how words became paragraphs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from html import escape

from episodes.clock import runtime, short_time
from episodes.quality import Concern
from episodes.types import AdSpan, Utterance
from formats.paragraphs import omitted, paragraphs
from formats.view import View, one_line, removed, whole_ms

_INLINE = re.compile(r"[\\`*_\[\]<~]|&(?=#?\w+;)|#(?=#*$)")
_LINE_START = re.compile(r"^(\d*)([-+=>#.)])")

_CHECK = "Worth checking"

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
details, footer { margin-top: 3em; font-size: 0.9em; opacity: 0.8; }
p:target { background: color-mix(in srgb, gold 25%, transparent); }
.ad { color: gray; font-style: italic; }"""


def txt(view: View) -> str:
    """Plain text, paragraphs parted by blank lines: "Speaker 1 Last week, ..."."""
    top = "\n".join([runtime(view.transcript.duration_s), *_description(view)])
    blocks = [view.title, top, *_notes(view), "Transcript"]
    for entry in paragraphs(view):
        if isinstance(entry, AdSpan):
            blocks.append(removed(entry))
        else:
            name = view.name(entry.utterance.speaker)
            blocks.append(f"{name or ''} {entry.text}".lstrip())
    if checks := [f"- {line}" for line in _serious(view)]:
        blocks += [_CHECK, "\n".join(checks)]
    return "\n\n".join(blocks) + "\n"


def md(view: View) -> str:
    """Markdown (CommonMark): speakers in bold, whatever was said or named escaped."""
    blocks = [f"# {_md(view.title)}", runtime(view.transcript.duration_s)]
    lines = [_md(line) for line in _description(view)]
    blocks += [re.sub(r"(?<=\S)\n(?=\S)", "  \n", "\n".join(lines))] if lines else []
    blocks += [*map(_md, _notes(view)), "## Transcript"]
    for entry in paragraphs(view):
        if isinstance(entry, AdSpan):
            blocks.append(f"*{_md(removed(entry))}*")
        else:
            name = view.name(entry.utterance.speaker)
            label = f"**{_md(name)}** " if name else ""
            blocks.append(label + _md(entry.text))
    if checks := [f"- {_md(line)}" for line in _serious(view)]:
        blocks += [f"## {_CHECK}", "\n".join(checks)]
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
            "</main>",
            *_html_foot(view),
            "</body>\n</html>\n",
        ]
    )


def _html_paragraphs(view: View) -> Iterator[str]:
    linked = set()
    for entry in paragraphs(view):
        if isinstance(entry, AdSpan):
            yield f'<p class="ad">{escape(removed(entry))}</p>'
            continue
        utterance = entry.utterance
        start = whole_ms(utterance.start)
        anchor = "" if start in linked else f' id="t={start}"'
        linked.add(start)
        name = view.name(utterance.speaker)
        cite = f"<cite>{escape(name)}:</cite>\n" if name else ""
        yield (
            f'{cite}<time datetime="PT{start:.3f}S">'
            f'<a href="#t={start}">{short_time(start)}</a></time>\n'
            f"<p{anchor}{_ad_class(view, utterance)}>{escape(entry.text)}</p>"
        )


def _html_foot(view: View) -> Iterator[str]:
    """What is worth checking, each with a link to the paragraph it begins in."""
    starts = [u.start for u in view.entries() if isinstance(u, Utterance) and not u.backchannel]
    quality, left_out = view.transcript.quality, omitted(view)
    if quality.concerns:
        yield f"<details>\n<summary>{_CHECK} ({len(quality.concerns)})</summary>\n<ul>"
        for concern in quality.concerns:
            time = short_time(concern.start)
            if at := bisect_right(starts, concern.start):
                time = f'<a href="#t={whole_ms(starts[at - 1])}">{time}</a>'
            yield f"<li>{time} {escape(_said(view, concern))}</li>"
        yield "</ul>"
        if quality.further:
            yield f"<p>And {quality.further} more of less weight.</p>"
        yield "</details>"
    if left_out:
        yield f"<footer><p>Short replies of listeners left out: {left_out}.</p></footer>"


def _serious(view: View) -> list[str]:
    """The serious concerns in order of time, a line each, by the clock asked for."""
    serious = [concern for concern in view.transcript.quality.concerns if concern.serious]
    serious.sort(key=lambda concern: concern.start)
    return [f"{short_time(view.at(one.start))} {_said(view, one)}" for one in serious]


def _said(view: View, concern: Concern) -> str:
    name = view.name(concern.speaker)
    return f"{name}: {one_line(concern.text)}" if name else one_line(concern.text)


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
