"""What the page says when something is wrong, and what it asks before it does something that costs."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from shared.messaging.queue import Depth
from shared.models.control import ModelReport, ModelState
from tests.browser.desk_server import DeskServer
from tests.unit.dashboard.desk import MODEL, TOKEN, Desk
from tests.unit.dashboard.filled_desk import finished, with_picture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Serve = Callable[..., DeskServer]
FILE: FilePayload = {"name": "cup.mp4", "mimeType": "video/mp4", "buffer": b"video"}


def test_nothing_is_wrong_until_something_is(page: Page, serve: Serve) -> None:
    desk = Desk()
    desk.control.reports[MODEL] = (
        ModelReport(MODEL, ModelState.STOPPED, 0, "stopped: nothing to examine", 0, 0.0, 4e9),
        1,
    )
    server = serve(desk)
    page.goto(server.url)
    expect(page.locator("#problems")).to_contain_text("Nothing is wrong.")
    desk.ledger.faults.refuse["in_states"] = 1000
    expect(page.locator("#problems")).to_contain_text("What you see is what was seen last.")
    desk.ledger.faults.refuse.clear()
    expect(page.locator("#problems")).to_contain_text("Nothing is wrong.")


def test_dead_letters_are_given_another_try_by_a_button(page: Page, serve: Serve) -> None:
    server = serve(Desk())
    server.do(server.desk.queues["frames-logos-dead"].send(["letter"]))
    page.goto(server.url)
    expect(page.locator("#problems")).to_contain_text("1 message in “frames-logos” was given up.")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#told")).to_contain_text("The messages are back")
    expect(page.locator("#problems")).not_to_contain_text("given up")
    assert server.do(server.desk.queues["frames-logos"].depth()) == Depth(1, 0, 0)


def test_s3_that_is_down_is_one_sentence_at_the_upload(page: Page, serve: Serve) -> None:
    desk = Desk()
    desk.objects.faults.refuse["stat"] = 1
    page.goto(f"{serve(desk).url}/videos")
    page.set_input_files("#files", files=[FILE])
    expect(page.locator("#uploads li.failed .detail")).to_contain_text("stat")


def test_s3_that_takes_no_upload_is_one_sentence(page: Page, serve: Serve) -> None:
    page.goto(f"{serve(Desk()).url}/videos")
    page.route("http://s3.test/**", lambda route: route.abort())
    page.set_input_files("#files", files=[FILE])
    expect(page.locator("#uploads li.failed .detail")).to_contain_text("S3 does not answer")


def test_an_object_that_does_not_exist_is_one_sentence(page: Page, serve: Serve) -> None:
    page.goto(f"{serve(Desk()).url}/videos")
    page.get_by_label("Address of a video in S3").fill("s3://logostream-videos/gone.mp4")
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("#told")).to_have_text("s3://logostream-videos/gone.mp4 does not exist.")


def test_an_expired_sign_in_is_told_with_the_way_back(page: Page, serve: Serve) -> None:
    server = serve(Desk(), dashboard_token=TOKEN, dashboard_session_hours=4 / 3600)
    page.goto(server.url)
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#flow")).to_be_visible()
    expect(page.locator("#connection")).to_contain_text("Your sign-in has expired.")
    page.get_by_role("link", name="Sign in again").click()
    expect(page.get_by_label("Token")).to_be_focused()


def test_a_wrong_token_says_what_it_should_be(page: Page, serve: Serve) -> None:
    page.goto(serve(Desk(), dashboard_token=TOKEN).url)
    page.get_by_label("Token").fill("a guess")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_contain_text("LOGOSTREAM_DASHBOARD_TOKEN")


def test_a_dashboard_that_is_gone_is_told(page: Page) -> None:
    with DeskServer(Desk(), {}) as server:
        page.goto(server.url)
        expect(page.locator("#flow")).to_be_visible()
    expect(page.locator("#connection")).to_contain_text("The dashboard does not answer.")


def test_the_model_is_stopped_only_after_a_yes(page: Page, serve: Serve) -> None:
    desk = Desk()
    server = serve(desk)
    server.do(_run(desk))
    page.goto(f"{server.url}/model")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("dialog")).to_contain_text("Stop cups/v1?")
    page.keyboard.press("Enter")  # what is focused first changes nothing
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert desk.models.stops == []
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.locator("#told")).to_have_text("cups/v1 is stopping.")
    expect(page.get_by_role("region", name="Versions")).to_contain_text("stopping")
    assert len(desk.models.stops) == 1


async def _run(desk: Desk) -> None:
    desk.models.become(ModelState.RUNNING)


def test_a_start_names_its_price(page: Page, serve: Serve) -> None:
    desk = Desk()
    page.goto(f"{serve(desk).url}/model")
    page.get_by_label("Inference units").fill("3")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("dialog")).to_contain_text(
        "Start cups/v1 with 3 inference units? It costs $12.00 an hour"
    )
    page.get_by_role("button", name="Yes").click()
    expect(page.locator("#told")).to_have_text("cups/v1 is starting.")
    assert [units for _, units in desk.models.starts] == [3]


def test_a_threshold_shows_at_once_what_it_keeps(page: Page, serve: Serve) -> None:
    server = serve(finished())
    page.goto(f"{server.url}/model")
    own = page.get_by_role("region", name="Thresholds of logos")
    expect(own).to_contain_text("In all: 1 of 1 detections are kept.")
    slider = page.get_by_role("slider", name="Acme")
    slider.fill("90")
    expect(own).to_contain_text("In all: 0 of 1 detections are kept.")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as thresholds.json").click()
    assert json.loads(saved.value.path().read_text()) == {"Acme": 90}


def test_a_review_goes_round_by_keyboard(page: Page, serve: Serve) -> None:
    server = serve(with_picture())
    page.goto(f"{server.url}/review?below=90")
    expect(page.locator("#question")).to_have_text("1 of 1: is this Acme?")
    expect(page.locator("#why")).to_have_text("Doubtful: 88 % sure.")
    page.keyboard.press("f")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("a")
    expect(page.locator("#told")).to_contain_text("right, box fixed")
    page.reload()
    expect(page.locator("main")).to_contain_text("Nothing to review")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Export as manifest").click()
    line = json.loads(saved.value.path().read_text())
    [annotation] = line["bounding-box"]["annotations"]
    assert annotation["left"] == round((0.25 + 10 * 0.004) * 640)
    assert annotation["height"] == pytest.approx((0.0625 + 10 * 0.004) * 360, abs=1)
    assert line["bounding-box-metadata"]["human-annotated"] == "yes"


def test_a_film_that_cannot_be_played_is_shown_by_its_frames(page: Page, serve: Serve) -> None:
    server = serve(with_picture())
    page.goto(f"{server.url}/videos/cup-1")
    expect(page.locator("#unplayable")).to_be_visible()
    page.locator("#scroll").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#still")).to_be_visible()
    expect(page.locator(".box:visible")).to_have_attribute("data-label", "Acme")
    expect(page.locator("#scroll")).to_have_attribute("aria-valuetext", "0:01, Acme")


# How far labels lie above the picture, in pixels, for a box at the very top and one further down.
ABOVE = """async () => {
  const { Overlay } = await import("/static/film/overlay.js");
  const place = document.getElementById("boxes");
  const box = { label: "Acme", confidence: 80, left: 0.1, width: 0.2, height: 0.2 };
  new Overlay(place).draw([{ ...box, top: 0.005 }, { ...box, top: 0.5 }]);
  const top = (element) => element.getBoundingClientRect().top;
  return [...place.querySelectorAll(".box:not([hidden]) span")].map((label) => top(place) - top(label));
}"""


def test_the_label_of_a_box_at_the_top_stays_in_the_picture(page: Page, serve: Serve) -> None:
    page.goto(f"{serve(with_picture()).url}/videos/cup-1")
    assert max(page.evaluate(ABOVE)) <= 0


# The places of boxes at some moments, of frames that a test makes up.
BOXES_AT = """async ([frames, moments]) => {
  const { boxesAt } = await import("/static/film/boxes.js");
  const words = ({ label, left }) => `${label} ${left.toFixed(2)}`;
  return moments.map((time) => boxesAt(frames, time, 1).map(words));
}"""


def test_boxes_move_between_samples_and_stay_where_they_were_seen_at_them(page: Page, serve: Serve) -> None:
    def box(left: float, label: str = "Acme") -> dict[str, object]:
        return {"label": label, "confidence": 80, "left": left, "top": 0, "width": 0.1, "height": 0.1}

    page.goto(serve(Desk()).url)
    frames = [
        {"at": 1, "boxes": [box(0.1), box(0.8, "Orbelo")]},
        {"at": 2, "boxes": [box(0.2)]},
        {"at": 5, "boxes": [box(0.5)]},
    ]
    moments = [0.4, 0.6, 1, 1.4, 1.5, 2, 2.4, 3, 5, 5.9, 7]
    shown = page.evaluate(BOXES_AT, [frames, moments])
    assert shown == [
        [],
        ["Acme 0.10", "Orbelo 0.80"],
        ["Acme 0.10", "Orbelo 0.80"],
        ["Acme 0.14", "Orbelo 0.80"],
        ["Acme 0.15"],
        ["Acme 0.20"],
        ["Acme 0.20"],
        [],
        ["Acme 0.50"],
        ["Acme 0.50"],
        [],
    ]
