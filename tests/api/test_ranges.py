from hypothesis import given
from hypothesis import strategies as st

from api.ranges import part_of


@given(st.integers(1, 10_000), st.integers(0, 12_000), st.integers(0, 12_000))
def test_a_part_is_what_was_asked_for_as_far_as_it_goes(size: int, a: int, b: int) -> None:
    part = part_of(size, f"bytes={a}-{b}")
    if part is None:
        assert a >= size
        return
    assert 0 <= part.start < part.end <= size
    if a <= b:
        assert (part.start, part.end) == (a, min(size, b + 1))
        assert part.headers()["Content-Length"] == str(part.end - part.start)
    else:
        assert part.whole


@given(st.integers(1, 10_000), st.integers(0, 12_000))
def test_the_last_bytes_are_those_at_the_end(size: int, count: int) -> None:
    part = part_of(size, f"bytes=-{count}")
    if count == 0:
        assert part is None
    else:
        assert part is not None
        assert (part.start, part.end) == (max(0, size - count), size)


@given(st.integers(0, 10_000), st.text())
def test_whatever_else_is_said_means_everything(size: int, said: str) -> None:
    part = part_of(size, f"{said}?")
    assert part is not None
    assert part.whole
    assert part.end == size
    assert "Content-Range" not in part.headers()
