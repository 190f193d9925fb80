"""Who sends: never two in one place, never more than the limit together, and never nobody for long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.detector.pacing.membership import HEARTBEAT, LEASE, slots_of
from tests.unit.detector.pacing.crowd import Crowd, Weather

A_LITTLE = 1e-9
TAKE_OVER = LEASE + 2 * HEARTBEAT + 0.5  # seconds from the last beat of a sender to the first of its follower

chance = st.sampled_from([0.0, 0.05, 0.3])
storms = st.builds(
    Weather,
    latency=st.sampled_from([0.0, 0.05, 0.4]),
    lost=chance,
    stalls=chance,
    crashes=st.sampled_from([0.0, 0.02]),
)
crowds = {"replicas": st.integers(1, 6), "most": st.integers(1, 4), "seed": st.integers(0, 10_000)}


@settings(max_examples=150)
@given(weather=storms, **crowds)
def test_all_shares_together_never_exceed_the_limit(
    weather: Weather, replicas: int, most: int, seed: int
) -> None:
    crowd = Crowd(replicas, most, weather, seed)
    for _ in crowd.run(60):
        assert sum(crowd.shares().values()) <= 1 + A_LITTLE


@settings(max_examples=100)
@given(
    weather=storms,
    spans=st.lists(st.tuples(st.floats(0, 40), st.floats(0, 30)), min_size=1, max_size=3),
    **crowds,
)
def test_nor_do_they_when_the_table_is_out_and_senders_go_on(
    weather: Weather, spans: list[tuple[float, float]], replicas: int, most: int, seed: int
) -> None:
    outages = tuple((start, start + length) for start, length in spans)
    crowd = Crowd(
        replicas, most, Weather(weather.latency, weather.lost, weather.stalls, outages=outages), seed
    )
    for _ in crowd.run(80):
        assert sum(crowd.shares().values()) <= 1 + A_LITTLE


@settings(max_examples=100)
@given(weather=storms, cut_off=chance, **crowds)
def test_a_replica_that_alone_is_cut_off_holds_no_place_beyond_its_lease(
    weather: Weather, cut_off: float, replicas: int, most: int, seed: int
) -> None:
    crowd = Crowd(replicas, most, Weather(weather.latency, weather.lost, weather.stalls, 0.0, cut_off), seed)
    for _ in crowd.run(60):
        assert sum(crowd.shares(cut_off=False).values()) <= 1 + A_LITTLE


@settings(max_examples=100)
@given(weather=storms, **crowds)
def test_whatever_happened_the_whole_limit_is_used_soon_after(
    weather: Weather, replicas: int, most: int, seed: int
) -> None:
    stormy = Weather(min(0.05, weather.latency), weather.lost, weather.stalls, weather.crashes, calm_after=30)
    crowd = Crowd(replicas, most, stormy, seed)
    for _ in crowd.run(30):
        pass
    for _ in crowd.run(30 + 10 + 2 * TAKE_OVER):  # a stall of ten seconds may have begun just before
        pass
    alive = [one for one in crowd.members if not one.crashed]
    if alive:
        shares = crowd.shares()
        assert sum(shares.values()) == pytest.approx(1)
        assert len(shares) == min(most, len(alive)) or len(shares) > most


@given(seed=st.integers(0, 10_000), replicas=st.integers(2, 6))
def test_a_standby_takes_over_from_a_sender_that_crashed(seed: int, replicas: int) -> None:
    crowd = Crowd(replicas, 1, Weather(), seed)
    for _ in crowd.run(20):
        pass
    [sender] = crowd.shares()
    gone = next(one for one in crowd.members if one.name == sender)
    gone.crashed = True
    died_at = crowd.now
    for now in crowd.run(died_at + 30):
        if set(crowd.shares()) - {sender}:
            assert now - died_at <= TAKE_OVER
            return
    raise AssertionError("nobody took over")


@given(seed=st.integers(0, 10_000), most=st.integers(1, 3))
def test_a_sender_that_leaves_is_followed_at_the_next_beat(seed: int, most: int) -> None:
    crowd = Crowd(5, most, Weather(), seed)
    for _ in crowd.run(20):
        pass
    leaver = next(one for one in crowd.members if one.name in crowd.shares())
    leaver.stays = False
    for _ in crowd.run(20 + 3 * HEARTBEAT + 0.5):
        pass
    shares = crowd.shares()
    assert leaver.name not in shares
    assert len(shares) == most
    assert sum(shares.values()) == pytest.approx(1)


@given(st.integers(1, 50))
def test_a_share_is_kept_by_slots(of: int) -> None:
    assert slots_of(1 / of) == of


@given(st.floats(0.01, 1))
def test_slots_never_give_more_than_the_share(share: float) -> None:
    assert 1 / slots_of(share) <= share + A_LITTLE
