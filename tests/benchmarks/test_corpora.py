import hashlib
from pathlib import Path

import pytest

from benchmarks.corpora import (
    ad_texts,
    checksum,
    conversations,
    folder,
    journal,
    meetings,
)
from episodes.spans import Span
from episodes.types import Turn


def test_the_journal_knows_its_words_ads_and_speakers(place: Path) -> None:
    (episode,) = journal(place)
    assert [w.text for w in episode.words[:4]] == [" Hello", " there,", " Ann", " Lee."]
    assert [(w.start, w.end) for w in episode.words[:2]] == [(0, 1), (1, 2)]
    assert "".join(w.text for w in episode.kept_words) == " Hello there, Ann Lee. Yes."
    assert episode.spots == (Span(5, 8), Span(8.5, 9))
    assert episode.speakers == 4
    assert episode.context == "About Ann Lee."


def test_conversations_are_in_order_and_split_at_pauses(place: Path) -> None:
    (talk,) = conversations(place)
    assert [line.text for line in talk.lines] == ["OH YES", "NO"]
    assert talk.turns == (Turn(0, 0.5, "a"), Turn(1, 2, "a"), Turn(3.1, 4, "b"))
    assert talk.audio == place / "corpus" / "conversations" / "duo.mp3"
    assert talk.spots == ()


def test_meetings_take_words_from_one_file_and_turns_from_the_other(place: Path) -> None:
    (talk,) = meetings(place)
    assert [(line.speaker, line.text) for line in talk.lines] == [("MEO", "'Kay then")]
    assert talk.turns == (Turn(1, 2, "MEO"), Turn(1.5, 2, "FEO"))
    assert [path.suffix for path in talk.truth] == [".stm", ".rttm"]


def test_ad_texts_have_words_with_times(place: Path) -> None:
    (text,) = ad_texts(place)
    assert (text.words[0].text, text.words[0].end) == (" Buy", 0.5)
    assert (text.ads, text.duration_s) == ((Span(0, 2.5),), 9.0)


def test_the_folder_is_named_by_the_environment(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEANCAST_BENCH_DATA", str(place))
    assert folder() == place
    monkeypatch.setenv("CLEANCAST_BENCH_DATA", str(place / "nowhere"))
    with pytest.raises(FileNotFoundError, match="CLEANCAST_BENCH_DATA"):
        folder()


def test_a_checksum_is_of_the_bytes(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"abc")
    assert checksum(file) == hashlib.sha256(b"abc").hexdigest()
