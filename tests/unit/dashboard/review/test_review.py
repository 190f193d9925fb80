"""Review: only doubtful detections are asked about, verdicts are kept, the manifest holds what is settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.dashboard.film.playback import Box, Frame, Playback
from services.dashboard.review.doubts import (
    FixedBox,
    Scope,
    Verdict,
    doubts,
    judged,
    open_ones,
    settled,
)
from shared.datasets.manifest import read
from shared.storage.objects import Address
from tests.unit.dashboard.filled_desk import FRAME_ID, finished, with_picture

WHERE = {"video_id": "cup-1", "frame": FRAME_ID, "number": 0}
BELOW_70 = Scope("logos", 70.0)
ACCEPT, REJECT = Verdict(verdict="accept", label="Acme"), Verdict(verdict="reject", label="Acme")


def box(confidence: float, label: str = "Acme", left: float = 0.25) -> dict[str, Any]:
    return {
        "label": label,
        "detector": "logos",
        "confidence": confidence,
        "left": left,
        "top": 0.5,
        "width": 0.125,
        "height": 0.25,
    }


BOXES = (box(40.0), box(95.0), box(60.0, "Orbelo", left=0.75))
FRAME = Frame(1.0, "detected", FRAME_ID, BOXES, frozenset({"logos"}))


def settle(verdicts: dict[int, Verdict], frame: Frame = FRAME, scope: Scope = BELOW_70) -> list[Box] | None:
    [only] = judged(Playback((frame,)), scope)
    boxes = settled(only, verdicts)
    return None if boxes is None else [*boxes]


def test_only_doubtful_detections_are_asked_about_the_most_doubtful_first() -> None:
    found = doubts("cup-1", Playback((FRAME,)), BELOW_70, "jpg")
    assert [(doubt.number, doubt.box["confidence"]) for doubt in found] == [(0, 40.0), (2, 60.0)]
    assert [doubt.number for doubt in open_ones(reversed(found), {f"cup-1/{FRAME_ID}/0"})] == [2]
    disputed = replace(FRAME, boxes=(box(40.0, left=0.5), box(95.0), box(99.0, "Orbelo")))
    found = open_ones(doubts("cup-1", Playback((disputed,)), Scope("logos", 96.0), "jpg"), set())
    assert [doubt.reasons for doubt in found] == [
        ("95 % sure", "Orbelo is seen in the same place"),
        ("40 % sure",),
        ("Acme is seen in the same place",),
    ]


def test_a_frame_is_not_exported_while_one_of_its_doubts_is_open() -> None:
    assert settle({0: ACCEPT}) is None
    assert settle({}, scope=Scope("logos", 10.0)) is None  # nobody looked at it


def test_what_is_rejected_is_left_out_and_what_is_fixed_is_moved() -> None:
    fixed = FixedBox(left=0.5, top=0.5, width=0.1, height=0.1)
    boxes = settle({0: REJECT, 2: Verdict(verdict="accept", label="Orbelo", box=fixed)})
    assert boxes is not None
    assert [(each["label"], each["left"]) for each in boxes] == [("Acme", 0.25), ("Orbelo", 0.5)]


def test_what_another_detector_found_is_neither_asked_about_nor_exported() -> None:
    word = {**box(30.0, "ACME"), "detector": "words"}
    frame = replace(FRAME, boxes=(word, box(40.0)))
    assert [doubt.number for doubt in doubts("cup-1", Playback((frame,)), BELOW_70, "jpg")] == [1]
    boxes = settle({1: ACCEPT}, frame)
    assert boxes is not None
    assert [each["label"] for each in boxes] == ["Acme"]
    assert settle({0: ACCEPT}, frame, Scope("logos", 10.0)) is None  # nobody looked at its own


@pytest.mark.real_time
async def test_a_frame_on_a_finer_grid_has_a_picture_and_takes_a_verdict() -> None:
    desk = await finished()
    fine = f"{FRAME_ID}-8"
    await desk.objects.put(Address("logostream-frames", f"frames/cup-1/{fine}.jpg"), b"picture", "")
    async with desk.browser() as browser:
        await browser.load("/review")
        assert (await browser.get(f"/videos/cup-1/frames/{fine}.jpg")).status == 200
        body = {**WHERE, "frame": fine, "verdict": ACCEPT.model_dump()}
        assert (await browser.post("/review", body)).status == 200


@pytest.mark.real_time
async def test_a_verdict_is_kept_and_the_frame_is_exported() -> None:
    async with (await with_picture()).browser() as browser:
        assert "is this" not in (await browser.load("/review?below=50")).text
        assert FRAME_ID in (await browser.load("/review?below=90")).text
        assert (await browser.get("/review.manifest?below=90")).text == ""
        fixed = {"left": 0.5, "top": 0.25, "width": 0.25, "height": 0.5}
        body = {**WHERE, "verdict": {"verdict": "accept", "label": "Acme", "box": fixed}}
        assert (await browser.post("/review", body)).status == 200
        assert "Nothing to review" in (await browser.get("/review?below=90")).text
        [line] = (await browser.get("/review.manifest?below=90")).text.splitlines()
    [source] = read(line).sources
    assert source.place == f"s3://logostream-frames/frames/cup-1/{FRAME_ID}.jpg"
    assert (source.boxes[0].left, source.boxes[0].height) == (320, 180)


@pytest.mark.real_time
async def test_a_frame_that_shows_no_logo_after_all_or_is_gone_is_no_line() -> None:
    for desk, verdict in ((await with_picture(), "reject"), (await finished(), "accept")):
        async with desk.browser() as browser:
            await browser.load("/review")
            await browser.post("/review", {**WHERE, "verdict": {"verdict": verdict, "label": "Acme"}})
            assert (await browser.get("/review.manifest?below=90")).text == ""


@pytest.mark.real_time
@pytest.mark.parametrize(
    "change",
    [
        {"video_id": "../cup-1"},
        {"frame": "../../x"},
        {"number": -1},
        {"verdict": {"verdict": "maybe", "label": "Acme"}},
        {
            "verdict": {
                "verdict": "accept",
                "label": "Acme",
                "box": {"left": 2, "top": 0, "width": 1, "height": 1},
            }
        },
    ],
)
async def test_a_verdict_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    desk = await with_picture()
    before = len(desk.objects.stored)
    async with desk.browser() as browser:
        await browser.load("/review")
        body = {**WHERE, "verdict": {"verdict": "accept", "label": "Acme"}, **change}
        assert (await browser.post("/review", body)).status == 400
        assert (await browser.get("/review?below=many")).status == 400
        assert (await browser.get("/review?detector=nobody")).status == 400
    assert len(desk.objects.stored) == before
