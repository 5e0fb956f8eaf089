"""Scripts without blanks, and letters with marks, are found and marked."""

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from episodes.types import Utterance, Word
from storage.database import utterances
from storage.schema import migrate
from storage.search import index, search
from tests.storage.conftest import Shelf

FOUND = [
    ("今天我们谈人工智能的发展。", "人工智能", "人工智能"),
    ("今天我们谈人工智能的发展。", "天我", "天我"),
    ("きのう東京タワーに行った", "東京", "東京"),
    ("きのう東京タワーに行った", "タワー", "タワー"),
    ("きのう東京タワーに行った", "ﾀﾜｰ", "タワー"),
    ("ﾃﾞｻﾞｲﾝの話", "デザイン", "ﾃﾞｻﾞｲﾝ"),
    ("人々の時代", "人々", "人々"),
    ("これはAI時代です", "AI時代", "AI時代"),
    ("新しいiPhone15を買う", "iphone15", "iPhone15"),
    ("\uff21\uff22\uff23放送", "abc", "\uff21\uff22\uff23"),
    ("วันนี้มีประชุมใหญ่", "ประชุม", "ประชุม"),
    ("วันนี้มีประชุมใหญ่", "วันนี้", "วันนี้"),
    ("ສະບາຍດີຊາວໂລກ", "ຊາວ", "ຊາວ"),
    ("ជំរាបសួរពិភពលោក", "ពិភពលោក", "ពិភពលោក"),
    ("မင်္ဂလာပါကမ္ဘာ", "ကမ္ဘာ", "ကမ္ဘာ"),
    ("यह हिन्दी में है", "हिन्दी", "हिन्दी"),
    ("The firm Ørsted grew", "orsted", "Ørsted"),
    ("Łódź and Đakovo", "lodz dakovo", "Łódź"),
    ("Die Straße", "strasse", "Straße"),
    ("cafe\u0301 noir", "café", "cafe\u0301"),
    ("한국어 방송", "한국어", "한국어"),
]


def keep(engine: Engine, episode_id: str, text: str) -> None:
    with engine.begin() as connection:
        index(connection, episode_id, [Utterance(None, (Word(0.0, 1.0, text),))])


@pytest.mark.parametrize(("text", "query", "marked"), FOUND)
def test_what_is_said_is_found_and_marked(
    shelf: Shelf, text: str, query: str, marked: str
) -> None:
    keep(shelf.engine, shelf.add().id, text)
    (hit,) = search(shelf.engine, query, 9)
    assert marked in [hit.snippet[start:end] for start, end in hit.marks]


@pytest.mark.parametrize(
    ("text", "query"), [("今天我们", "天今"), ("กา", "กี"), ("タワー", "ダワー"), ("abc", "bc")]
)
def test_other_letters_are_not_found(shelf: Shelf, text: str, query: str) -> None:
    keep(shelf.engine, shelf.add().id, text)
    assert search(shelf.engine, query, 9) == []


def test_a_long_text_without_blanks_shows_its_hit(shelf: Shelf) -> None:
    keep(shelf.engine, shelf.add().id, "我们" * 300 + "人工智能" + "他们" * 300)
    (hit,) = search(shelf.engine, "人工智能", 9)
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["人工智能"]
    assert len(hit.snippet) <= 162


def test_a_library_of_before_is_folded_anew(shelf: Shelf) -> None:
    keep(shelf.engine, shelf.add().id, "今天我们谈人工智能")
    with shelf.engine.begin() as connection:
        row = connection.execute(sa.select(utterances)).one()
        connection.execute(sa.delete(utterances))
        old = row._asdict() | {"folded": row.text}
        connection.execute(sa.insert(utterances), old)
        connection.execute(sa.text("UPDATE schema_version SET version_num = '0006'"))
    assert search(shelf.engine, "人工智能", 9) == []
    migrate(shelf.engine)
    assert len(search(shelf.engine, "人工智能", 9)) == 1
    keep(shelf.engine, row.episode_id, "nothing")
    assert search(shelf.engine, "人工智能", 9) == []
