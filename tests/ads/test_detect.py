from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ads.detect import DOUBTFUL, detect
from ads.strip import decide
from episodes.repeats import Repeat
from episodes.sound import Sound
from episodes.spans import Span, disjoint, inside
from episodes.types import AdKind, Word

TALK = (
    "I think the river was higher that year, you know. We were all pretty surprised. "
    "He said that nobody had ever seen it like that. Yeah, and then it froze. "
)
SPOT = (
    "This episode is brought to you by Fern Bank. With Fern Bank you get more than an account. "
    "Visit fernbank.com today. Terms apply. "
)
BARE = (
    "Cold feet? Not with Acme boots. Acme boots keep you dry, whatever your day brings. "
    "Get 20% off your first pair at acme.com. "
)


def spoken(*parts: tuple[str, str | None], pause_s: float = 0.8) -> list[Word]:
    """Words of (text, voice) parts, with a pause between the parts."""
    words, t = [], 0.0
    for text, speaker in parts:
        for token in text.split():
            words.append(Word(start=t, end=t + 0.3, text=f" {token}", speaker=speaker))
            t += 0.33
        t += pause_s
    return words


def cut(words: list[Word], duration_s: float | None = None) -> str:
    duration_s = duration_s or words[-1].end
    ads, _ = decide(detect(words, duration_s), duration_s, {"sponsor"})
    cuts = [ad for ad in ads if ad.stripped]
    return " ".join(w.text.strip() for w in words if inside(w.middle, cuts))


EPISODE = spoken((TALK * 4, "S1"), (SPOT, "S2"), (BARE, "S3"), (TALK * 4, "S1"))


def test_nothing_from_nothing() -> None:
    assert detect(()) == ()
    assert detect((), 100.0, Sound((Span(0, 1),)), "notes") == ()


@pytest.mark.parametrize("label", ["as they are", "none", "one", "merged"])
def test_spots_are_found_whatever_the_voices_are_called(label: str) -> None:
    names = {
        "as they are": {"S1": "S1", "S2": "S2", "S3": "S3"},
        "none": {},
        "one": {"S1": "S1", "S2": "S1", "S3": "S1"},
        "merged": {"S1": "S1", "S2": "S1", "S3": "S3"},
    }[label]
    words = [replace(w, speaker=names.get(w.speaker or "")) for w in EPISODE]
    found = [ad for ad in detect(words) if ad.kind == "sponsor"]
    assert [ad.sponsor for ad in found] == ["Fern Bank", "Acme"]
    assert cut(words) == f"{SPOT}{BARE}".strip()


def test_edges_fall_into_the_pauses() -> None:
    first, second = (ad for ad in detect(EPISODE) if ad.kind == "sponsor")
    word = next(w for w in EPISODE if w.speaker == "S2")
    assert word.start - 0.5 < first.start < word.start - 0.3
    assert first.end == second.start
    edge = first.start + 0.2
    quiet = Sound((Span(edge - 0.05, edge + 0.05),))
    assert detect(EPISODE, sound=quiet)[0].start == pytest.approx(edge)


def test_each_span_says_why() -> None:
    first, second = (
        ad for ad in detect(EPISODE, description="Sponsor: acme.com") if ad.sponsor
    )
    assert any("brought to you by" in reason for reason in first.evidence)
    assert any("terms apply" in reason for reason in first.evidence)
    assert "a voice heard nowhere else" in first.evidence
    assert "linked in the show notes: acme" in second.evidence
    assert any(reason.startswith('names "Acme"') for reason in second.evidence)


def test_by_rules_alone_sales_talk_stays_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ads.classify.fitted", lambda: False)
    monkeypatch.setattr("ads.detect.fitted", lambda: False)
    vague = "Your mornings deserve better. Your favorite coffee, made for you, and more. " * 4
    found = detect(spoken((TALK * 4, None), (vague, None), (TALK * 4, None)))
    assert all(ad.confidence <= DOUBTFUL for ad in found if ad.kind == "sponsor")


def test_where_spots_come_again_sales_talk_heard_here_alone_stays_doubtful() -> None:
    vague = "Your mornings deserve better. Your favorite coffee, made for you, and more. " * 4
    words = spoken((TALK * 4, None), (vague, None), (TALK * 4, None), (SPOT, None))
    jingle = Span(words[-1].end + 1, words[-1].end + 20)
    cases: tuple[tuple[AdKind, float], ...] = (("intro", 1.0), ("sponsor", DOUBTFUL))
    for kind, most in cases:
        again = Repeat(jingle.start, jingle.end, kind, 0.9, "heard in 3 other episodes")
        found = detect(words, jingle.end, repeats=[again])
        coffee, spot = [ad for ad in found if ad.kind == "sponsor" and ad.end < jingle.start]
        assert min(most, 0.6) <= coffee.confidence <= most
        assert spot.confidence > 0.6


@pytest.mark.parametrize("language", ["de", "German", "zh-CN"])
def test_in_other_languages_nothing_that_is_said_counts(language: str) -> None:
    no_voices = [replace(w, speaker=None) for w in EPISODE]
    assert detect(no_voices, language=language) == ()
    english = detect(EPISODE)
    for same in ("en", "en-US", "English"):
        assert detect(EPISODE, language=same) == english
    repeat = Repeat(20.0, 40.0, "sponsor", 0.9, "heard in 3 other episodes")
    (found,) = detect(no_voices, 100.0, repeats=[repeat], language=language)
    assert (found.confidence, found.evidence) == (0.9, ("heard in 3 other episodes",))


def test_in_other_languages_a_strange_voice_between_pauses_is_marked_not_cut() -> None:
    tokens = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do. "
    words = spoken((tokens * 30, "S1"), (tokens * 8, "S2"), (tokens * 30, "S1"), pause_s=2.0)
    (ad,) = detect(words, language="la")
    assert (ad.kind, ad.sponsor) == ("sponsor", None)
    assert {w.speaker for w in words if inside(w.middle, [ad])} == {"S2"}
    assert ad.evidence == ("a voice heard nowhere else",)
    assert not any(one.stripped for one in decide([ad], words[-1].end, {"sponsor"})[0])


def test_the_shows_own_parts_have_their_kinds() -> None:
    words = spoken(
        ("Welcome to River Notes, a podcast about water. I'm your host.", None),
        (TALK * 30, None),
        ("That's all for today. Thanks for listening. See you tomorrow.", None),
    )
    kinds = {ad.kind: ad for ad in detect(words)}
    assert kinds["intro"].start == 0
    assert kinds["outro"].end == words[-1].end
    assert cut(words) == ""


def test_the_end_of_the_file_belongs_to_a_last_spot() -> None:
    words = spoken((TALK * 4, None), (SPOT, None))
    assert detect(words, words[-1].end + 1.5)[-1].end == words[-1].end + 1.5


vocabulary = st.sampled_from(
    [*SPOT.split(), *TALK.split()[:20], "promo", "code", "back.", "we're", "$5", "off", "?"]
)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(vocabulary, st.floats(0, 2), st.sampled_from([None, "S1", "S2"])), max_size=80
    ),
    st.lists(st.tuples(st.floats(0, 60), st.floats(0.1, 1)), max_size=5),
)
def test_spans_are_sorted_disjoint_and_reasoned(
    spec: list[tuple[str, float, str | None]], quiet: list[tuple[float, float]]
) -> None:
    words, t = [], 0.0
    for text, pause, speaker in spec:
        words.append(
            Word(start=t + pause, end=t + pause + 0.3, text=f" {text}", speaker=speaker)
        )
        t += pause + 0.3
    silences = tuple(Span(a, a + length) for a, length in sorted(quiet))
    found = detect(words, t, Sound(silences))
    assert disjoint(found)
    for ad in found:
        assert ad.evidence
        assert 0 <= ad.confidence <= 1
        assert ad.end <= t + 1e-6
        assert not ad.stripped
