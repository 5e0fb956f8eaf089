from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.notes import plain_notes


@pytest.mark.parametrize(
    ("notes", "plain"),
    [
        ("<p>Hello &amp; welcome</p>", "Hello & welcome"),
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<ul><li>Nora</li><li>Sam</li></ul>", "- Nora\n- Sam"),
        (
            '<a href="https://x.example/?a=1&amp;b=2">link</a>',
            "link (https://x.example/?a=1&b=2)",
        ),
        ('<a href="https://x.example/">https://x.example/</a>', "https://x.example/"),
        ('<a href="https://x.example">x.example</a>', "x.example"),
        ('<A HREF="javascript:x()">go</A>', "go"),
        ("&lt;p&gt;Hello&lt;/p&gt;", "Hello"),
        ("Q&amp;A: Nora&#39;s lamp", "Q&A: Nora's lamp"),
        ("<style>p {}</style><p>Seen</p><script>x()</script>", "Seen"),
        ("<p>open <b>and unclosed", "open and unclosed"),
    ],
)
def test_markup_is_taken_off(notes: str, plain: str) -> None:
    assert plain_notes(notes) == plain


@pytest.mark.parametrize(
    "notes", ["", "a < b > c", "I <3 it", "AT&T", "Line\n\n  two", "<nora@x.example>", "x <- y"]
)
def test_plain_text_stays(notes: str) -> None:
    assert plain_notes(notes) == notes


@given(st.text(max_size=60))
def test_any_text_is_read(notes: str) -> None:
    assert "<p>" not in plain_notes(f"{notes}<p>")
