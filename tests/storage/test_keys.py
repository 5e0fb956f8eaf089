from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from episodes.errors import BadInput
from storage.database import keys, sessions
from storage.keys import Keys, Limits
from tests.storage.conftest import Shelf


def test_a_key_is_found_by_what_it_is_and_kept_nowhere(shelf: Shelf) -> None:
    mine = Keys(shelf.engine)
    secret = mine.add("nora", "write", Limits(2.5, 3, 60))
    found = mine.find(secret)
    assert found is not None
    assert (found.name, found.scope, found.limits) == ("nora", "write", Limits(2.5, 3, 60))
    assert mine.find("nora") is mine.find("") is mine.find("\udcff") is None
    with shelf.engine.connect() as connection:
        for row in connection.execute(sa.select(keys)):
            assert secret not in map(str, row)
    assert mine.all()[0].used_at is not None


@pytest.mark.parametrize("name", ["", "a b", "-a", "a/b", "é", "a" * 65, "a\n"])
def test_odd_names_are_refused(shelf: Shelf, name: str) -> None:
    with pytest.raises(BadInput, match="name"):
        Keys(shelf.engine).add(name, "read")


def test_a_name_is_one_keys(shelf: Shelf) -> None:
    mine = Keys(shelf.engine)
    first = mine.add("nora", "read")
    with pytest.raises(BadInput, match="already"):
        mine.add("nora", "admin")
    assert mine.revoke("nora")
    assert not mine.revoke("nora")
    assert mine.find(first) is None
    assert mine.find(mine.add("nora", "admin")) is not None


def test_of_services_that_start_together_one_makes_the_first_key(shelf: Shelf) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: Keys(shelf.engine).first(), range(4)))
    (secret,) = [one for one in made if one is not None]
    found = Keys(shelf.engine).find(secret)
    assert found is not None
    assert found.scope == "admin"
    assert Keys(shelf.engine).first() is None


def test_a_session_ends_at_logout_in_time_or_with_its_key(shelf: Shelf) -> None:
    mine = Keys(shelf.engine)
    key = mine.find(mine.add("nora", "read"))
    assert key is not None
    one, two, three = (mine.begin_session(key) for _ in range(3))
    assert len({one, two, three}) == 3
    mine.end_session(one)
    assert mine.in_session(one) is None
    with shelf.engine.begin() as connection:
        newest = sa.select(sessions.c.hash).order_by(sessions.c.ends_at.desc()).limit(1)
        late = sessions.c.hash != newest.scalar_subquery()
        connection.execute(sa.update(sessions).where(late).values(ends_at=1.0))
    assert [mine.in_session(s) is None for s in (two, three)] == [True, False]
    mine.revoke("nora")
    assert mine.in_session(three) is None
