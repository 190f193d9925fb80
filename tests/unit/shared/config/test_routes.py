"""Which options a video gets: the settings, changed by the nearest route, changed by its submission."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.config.options import Options, Sampling
from shared.config.routes import Order, Overrides, Priority, Route, order_for
from shared.messaging.lanes import in_order, lane

USUAL = Order(options=Options(sampling=Sampling(quality=80), labels=("Acme",)), deadline_seconds=600)
prefixes = st.text("ab/", max_size=4)
routes = st.builds(
    Route,
    bucket=st.none() | st.sampled_from(["videos", "archive"]),
    prefix=prefixes,
    quality=st.none() | st.integers(1, 100),
    deadline_seconds=st.none() | st.floats(1, 10),
)


def order(*ways: Route, key: str = "in/cup.mp4", given: Overrides | None = None) -> Order:
    return order_for("videos", key, ways, USUAL, given)


def test_without_a_route_everything_is_as_usual() -> None:
    assert order() == USUAL
    assert order(Route(prefix="out/", quality=1), Route(bucket="archive", quality=1)) == USUAL


def test_a_route_changes_what_it_names_and_nothing_else() -> None:
    changed = order(
        Route(
            prefix="in/", interval=Decimal("0.5"), detectors=("cups",), labels=("Bolt",), deadline_seconds=60
        )
    )
    assert changed.options.sampling == USUAL.options.sampling.model_copy(update={"interval": Decimal("0.5")})
    assert changed.options.detectors == ("cups",)
    assert (changed.options.labels, changed.deadline_seconds) == (("Bolt",), 60)


def test_the_longest_prefix_wins_then_the_named_bucket_then_the_later() -> None:
    short, long = Route(prefix="in/", quality=1), Route(prefix="in/cup", quality=2)
    assert order(long, short).options.sampling.quality == 2
    named, unnamed = Route(bucket="videos", quality=3), Route(quality=4)
    assert order(named, unnamed).options.sampling.quality == 3
    assert order(unnamed, Route(quality=5)).options.sampling.quality == 5


def test_what_is_given_with_the_video_comes_before_every_route() -> None:
    route = Route(prefix="in/", quality=1, dedup=True)
    sampling = order(route, given=Overrides(quality=9)).options.sampling
    assert (sampling.quality, sampling.dedup) == (9, True)


def test_a_route_can_switch_off_what_is_usual() -> None:
    deduped = Order(options=Options(sampling=Sampling(dedup=True)))
    assert not order_for("b", "k", [Route(dedup=False)], deduped).options.sampling.dedup


def test_a_misspelt_option_is_refused() -> None:
    with pytest.raises(ValidationError, match="intervall"):
        Route.model_validate({"prefix": "in/", "intervall": 2})


@given(st.lists(routes, max_size=5), st.text("ab/", max_size=6))
def test_exactly_one_route_is_followed(ways: list[Route], key: str) -> None:
    followed = [route for route in ways if route.leads_to("videos", key)]
    made = order_for("videos", key, ways, USUAL)
    if not followed:
        assert made == USUAL
        return
    longest = max(len(route.prefix) for route in followed)
    nearest = [route for route in followed if len(route.prefix) == longest]
    assert made in [order_for("videos", key, [route], USUAL) for route in nearest]


@pytest.mark.parametrize(("priority", "seconds"), [("low", 3600), ("normal", 600), ("high", 300)])
def test_a_priority_is_an_earlier_or_a_later_deadline(priority: Priority, seconds: float) -> None:
    assert order(given=Overrides(priority=priority)).deadline_seconds == seconds
    assert order(Route(priority=priority)).deadline_seconds == seconds
    assert order(given=Overrides(priority=priority)).options == USUAL.options


def test_a_priority_given_with_the_video_replaces_its_route_s_and_scales_its_route_s_deadline() -> None:
    route = Route(deadline_seconds=60, priority="low")
    assert order(route).deadline_seconds == 360
    assert order(route, given=Overrides(priority="high")).deadline_seconds == 30
    assert order(route, given=Overrides(deadline_seconds=50)).deadline_seconds == 50


def test_of_videos_that_come_together_the_one_of_higher_priority_is_served_first() -> None:
    now = 1_000_000.0
    usual = Order(deadline_seconds=7200.0)

    def turn(priority: Priority) -> int:
        made = order_for("videos", "cup.mp4", [], usual, Overrides(priority=priority))
        return in_order(now).index(lane(now + made.deadline_seconds, now))

    assert turn("high") < turn("normal") <= turn("low")
