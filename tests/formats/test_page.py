from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from episodes.quality import Concern, Quality
from episodes.types import AdSpan, Episode, Transcript
from formats import Ads, Clock, render

Transcripts = st.SearchStrategy[Transcript]
Talk = Callable[..., Transcript]


def squeezed(text: str) -> str:
    """Without white space, and without dashes and what a dash takes the place of."""
    return re.sub(r"[\s,;:\-\u2013\u2014]", "", text)


def paragraphs(transcript: Transcript, colon: str = "") -> list[str]:
    """What is kept but for backchannels, each with its speaker's shown name first."""
    names = {s.label: (s.name or s.label) + colon for s in transcript.speakers}
    shown = [u for u in transcript.kept if not u.backchannel]
    return [squeezed((names[u.speaker] if u.speaker else "") + u.text) for u in shown]


def body_of(page: str) -> list[str]:
    """The paragraphs of a text page."""
    body = page.split("\n\nTranscript", 1)[1].split("\n\nWorth checking\n\n", maxsplit=1)[0]
    return body.split("\n\n")[1:]


class Reader(HTMLParser):
    """Checks that tags nest, and gathers text by tag, attributes and ids."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: set[tuple[str, str]] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.body: list[str] = []
        self.title = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        for name, value in attrs:
            self.seen.add((tag, name))
            self.ids += [value or ""] if name == "id" else []
            self.links += [value or ""] if name == "href" else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = set(self.open)
        if "title" in inside:
            self.title += data
        if "main" in inside and not inside & {"time", "h2"}:
            self.body.append(data)


def test_reads_like_the_model_page(talk: Talk, episode: Episode) -> None:
    transcript = talk(
        ("Speaker 1", 0, 4, "Last week, something happened."),
        ("Speaker 2", 4, 6, "It's a typical Monday."),
        ("Speaker 1", 6, 7, "Monday."),
        names={"Speaker 2": "Ana Berg"},
    )
    episode = replace(episode, title="The Title", description="What it is about.\n\nMore.")
    assert render(transcript, episode, "txt") == (
        "The Title\n\n20m\nWhat it is about.\n\nMore.\n\nTranscript\n\n"
        "Speaker 1 Last week, something happened.\n\n"
        "Ana Berg It's a typical Monday.\n\n"
        "Speaker 1 Monday.\n"
    )


def test_untitled_episode_goes_by_its_file(talk: Talk, episode: Episode) -> None:
    bare = replace(episode, source="/a/show 12.mp3", title=None, description=None)
    page = render(talk((None, 0, 1, "Hello.")), bare, "txt")
    assert page == "show 12\n\n20m\n\nTranscript\n\nHello.\n"


def test_warnings_stand_above_the_transcript(talk: Talk, episode: Episode) -> None:
    cut_short = replace(talk(("Speaker 1", 0, 1, "Hello.")), warnings=("The file ends early.",))
    for form, heading in (("txt", "\n\nT"), ("md", "## T"), ("html", "<h2>T")):
        page = render(cut_short, episode, form)
        assert page.index("Note: The file ends early.") < page.index(f"{heading}ranscript")


def test_a_marked_ad_stands_in_its_place(talk: Talk, episode: Episode) -> None:
    ad = AdSpan(2, 47, "sponsor", 0.9, "Acme & Sons", (), stripped=True)
    transcript = talk(
        ("Speaker 1", 0, 2, "Before."),
        ("Speaker 2", 2, 47, "Buy it now."),
        ("Speaker 1", 47, 48, "After."),
        ads=(ad, AdSpan(47, 48, "outro", 0.9)),
    )
    lines = render(transcript, episode, "txt", ads="mark").split("\n\n")[-3:]
    assert lines == [
        "Speaker 1 Before.",
        "[Ad removed: Acme & Sons, 45 s]",
        "Speaker 1 After.\n",
    ]
    markdown = render(transcript, episode, "md", ads="mark")
    assert "\n\n*\\[Ad removed: Acme & Sons, 45 s\\]*\n\n" in markdown
    html = render(transcript, episode, "html", ads="mark")
    assert '<p class="ad">[Ad removed: Acme &amp; Sons, 45 s]</p>' in html
    assert "Buy it now" not in render(transcript, episode, "txt")
    assert "Speaker 2 Buy it now.\n" in render(transcript, episode, "txt", ads="keep")
    assert 'class="ad">Buy it now.' in render(transcript, episode, "html", ads="keep")


@given(data=st.data())
def test_text_page_holds_the_kept_and_nothing_else(
    data: st.DataObject, transcripts: Transcripts, episode: Episode
) -> None:
    transcript = data.draw(transcripts)
    page = render(transcript, episode, "txt")
    assert page.endswith("\n")
    body = body_of(page)
    assert [squeezed(paragraph) for paragraph in body] == paragraphs(transcript)
    assert not any("\n" in paragraph for paragraph in body[:-1])


@given(data=st.data())
def test_markdown_shows_the_same_page(
    data: st.DataObject, transcripts: Transcripts, episode: Episode
) -> None:
    transcript = replace(data.draw(transcripts), quality=Quality())
    blocks = MarkdownIt("commonmark").parse(render(transcript, episode, "md"))
    assert {block.type for block in blocks} <= {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline",
    }  # fmt: skip
    spans = [span for block in blocks for span in block.children or ()]
    assert {span.type for span in spans} <= {
        "text", "text_special", "strong_open", "strong_close", "softbreak", "hardbreak",
    }  # fmt: skip
    shown = [
        squeezed("".join(span.content for span in block.children or ()))
        for block in blocks
        if block.type == "inline"
    ]
    plain = render(transcript, episode, "txt").replace("\n20m", "").split("\n\n")
    assert shown[0] == squeezed(plain[0])
    assert shown[shown.index("Transcript") + 1 :] == paragraphs(transcript)


@given(data=st.data(), ads=st.sampled_from(get_args(Ads)))
def test_html_is_valid_safe_and_the_same_page(
    data: st.DataObject, ads: Ads, transcripts: Transcripts, episode: Episode
) -> None:
    transcript = data.draw(transcripts)
    page = render(transcript, episode, "html", ads=ads)
    read = Reader(page)
    assert read.title == episode.title
    assert read.seen <= {
        ("html", "lang"), ("meta", "charset"), ("meta", "name"), ("meta", "content"),
        ("time", "datetime"), ("a", "href"), ("p", "id"), ("p", "class"),
    }  # fmt: skip
    assert "<script" not in page
    assert len(read.ids) == len(set(read.ids))
    assert set(read.links) == {f"#{name}" for name in read.ids}
    if ads == "strip":
        assert squeezed("".join(read.body)) == "".join(paragraphs(transcript, ":"))


def test_html_links_by_the_original_clock(talk: Talk, episode: Episode) -> None:
    ad = AdSpan(0, 61.5, "sponsor", 0.9, stripped=True)
    transcript = talk(("Speaker 1", 61.5, 63, "After the ad."), ads=(ad,))
    clocks: tuple[Clock, ...] = get_args(Clock)
    for page in (render(transcript, episode, "html", clock) for clock in clocks):
        assert '<time datetime="PT61.500S"><a href="#t=61.5">1:01</a></time>' in page
        assert '<p id="t=61.5">After the ad.</p>' in page


def test_markdown_keeps_lines_and_escapes_their_starts(talk: Talk, episode: Episode) -> None:
    transcript = talk((None, 0, 1, "1. + is _not_ a list."))
    page = render(transcript, episode, "md")
    assert "\\# First line  \n\\- \\<b>second\\</b>\n\n1\\. third \\&amp; last\n\n" in page
    assert page.endswith("\n\n1\\. + is \\_not\\_ a list.\n")


def test_a_heading_keeps_its_closing_hashes(talk: Talk, episode: Episode) -> None:
    page = render(talk(), replace(episode, title="All about C ##"), "md")
    assert MarkdownIt("commonmark").render(page).startswith("<h1>All about C ##</h1>")


def test_what_is_worth_checking_stands_at_the_foot(talk: Talk, episode: Episode) -> None:
    transcript = talk(("Speaker 1", 60, 62, "Before."), ("Speaker 2", 62, 90, "After."))
    serious = Concern(64.0, 75.0, "unsure_words", "the words are *doubtful*")
    slight = Concern(62.0, 64.0, "brief_speaker", "talks for 2.0 s in all", "Speaker 2")
    transcript = replace(transcript, quality=Quality((serious, slight), further=3))
    text = render(transcript, episode, "txt")
    assert text.endswith("After.\n\nWorth checking\n\n- 1:04 the words are *doubtful*\n")
    markdown = render(transcript, episode, "md")
    assert markdown.endswith("\n\n## Worth checking\n\n- 1:04 the words are \\*doubtful\\*\n")
    page = render(transcript, episode, "html")
    assert (
        "</main>\n<details>\n<summary>Worth checking (2)</summary>\n<ul>\n"
        '<li><a href="#t=62.0">1:04</a> the words are *doubtful*</li>\n'
        '<li><a href="#t=62.0">1:02</a> Speaker 2: talks for 2.0 s in all</li>\n'
        "</ul>\n<p>And 3 more of less weight.</p>\n</details>\n</body>"
    ) in page


def test_a_clean_page_has_no_foot(talk: Talk, episode: Episode) -> None:
    slight = Concern(0.0, 2.0, "brief_speaker", "talks for 2.0 s in all", "Speaker 1")
    transcript = replace(talk(("Speaker 1", 0, 2, "All.")), quality=Quality((slight,)))
    assert render(transcript, episode, "txt").endswith("\n\nSpeaker 1 All.\n")
    bare = render(replace(transcript, quality=Quality()), episode, "html")
    assert "</main>\n</body>" in bare
