"""Sessions and allowances hold for any user, any time and any order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.dashboard.guard.rate_limit import RateLimit
from services.dashboard.guard.sessions import Sessions

OURS = Sessions(b"ours", 3600)
TIMES = st.floats(0, 2e9)


@given(TIMES, st.booleans())
def test_a_cookie_comes_back_as_the_session_it_was(now: float, signed_in: bool) -> None:
    session = OURS.new(now, signed_in)
    assert OURS.read(OURS.cookie(session), now) == session


@given(TIMES)
def test_a_cookie_is_worth_nothing_after_its_time(now: float) -> None:
    cookie = OURS.cookie(OURS.new(now, True))
    assert OURS.read(cookie, now + 3601) is None


@given(st.text())
def test_what_we_did_not_make_is_no_session(cookie: str) -> None:
    assert OURS.read(cookie, 0.0) is None


def test_a_cookie_of_another_key_or_with_other_facts_is_no_session() -> None:
    session = OURS.new(0.0, signed_in=False)
    assert Sessions(b"theirs", 3600).read(OURS.cookie(session), 0.0) is None
    assert OURS.read(OURS.cookie(session).replace(".0.", ".1."), 0.0) is None


def test_no_two_sessions_share_a_token() -> None:
    assert OURS.csrf(OURS.new(0.0, True)) != OURS.csrf(OURS.new(0.0, True))


@given(st.integers(1, 20), st.lists(st.floats(0, 30), max_size=60))
def test_nobody_gets_more_than_the_allowance(most: int, pauses: list[float]) -> None:
    limit, now, taken = RateLimit(most), 0.0, 0
    for pause in pauses:
        now += pause
        taken += limit.take("ada", now)
    assert taken <= most + now * most / 60 + 1e-6


def test_one_users_allowance_is_not_anothers() -> None:
    limit = RateLimit(1)
    assert limit.take("ada", 0.0)
    assert not limit.take("ada", 1.0)
    assert limit.take("bob", 1.0)
    assert limit.take("ada", 61.0)
