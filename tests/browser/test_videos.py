"""The list of videos under somebody's hands: files dropped on it, videos cancelled and tried again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from shared.messaging.messages import FrameFailed
from shared.videos.ledger import State
from tests.browser.desk_server import DeskServer
from tests.known_videos import ledger_of, video
from tests.unit.dashboard.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Serve = Callable[..., DeskServer]
# A drop as the browser tells it: the file is made in the page, as nothing else may make one there.
DROP = """(names) => {
  const dataTransfer = new DataTransfer();
  for (const name of names) dataTransfer.items.add(new File(["video"], name, { type: "video/mp4" }));
  const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  document.getElementById("drop").dispatchEvent(drop);
}"""


def s3_of(server: DeskServer) -> Callable[[Route], None]:
    """Takes what the page uploads, as S3 would."""

    def take(route: Route) -> None:
        for policy in server.desk.uploads.policies.values():
            server.do(server.desk.objects.put(policy.address, b"video", ""))
        route.fulfill(status=204, headers={"Access-Control-Allow-Origin": "*"})

    return take


def state_of(server: DeskServer) -> State:
    return server.desk.ledger.videos["cup-1"].state


def test_files_that_are_dropped_are_uploaded_and_handed_in(page: Page, serve: Serve) -> None:
    server = serve(Desk())
    page.goto(f"{server.url}/videos")
    page.route("http://s3.test/**", s3_of(server))
    page.evaluate(DROP, ["cup.mp4", "race.mov"])
    for name in ("cup.mp4", "race.mov"):
        expect(page.locator("#uploads li").filter(has_text=name)).to_contain_text("handed in")
    keys = [policy.address.key for policy in server.desk.uploads.policies.values()]
    assert sorted(key.rpartition("/")[2] for key in keys) == ["cup.mp4", "race.mov"]
    assert len(server.desk.queues["videos"].sent) == 2


def test_a_video_is_cancelled_only_after_a_yes(page: Page, serve: Serve) -> None:
    server = serve(_at_work())
    page.goto(f"{server.url}/videos")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_contain_text("Stop working on cup.mp4?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert state_of(server) is State.EXTRACTING
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.locator("#told")).to_have_text("cup.mp4 is cancelled.")
    expect(page.locator("#video-cup-1")).to_contain_text("cancelled by hand")
    assert state_of(server) is State.CANCELLED


def test_failed_frames_are_tried_again_by_a_button(page: Page, serve: Serve) -> None:
    server = serve(_with_a_gap())
    page.goto(f"{server.url}/videos/cup-1")
    page.get_by_role("button", name="Try 1 failed frame again").click()
    expect(page.locator("#told")).to_have_text("The failed frames of cup.mp4 are tried again.")
    assert len(server.desk.queues["frames-logos"].bodies) == 1


async def _at_work() -> Desk:
    return Desk(ledger=await ledger_of(video("cup-1", "in/cup.mp4")))


async def _with_a_gap() -> Desk:
    desk = await _at_work()
    ledger = desk.ledger
    failure = FrameFailed(video_id="cup-1", chunk=0, instant=1, timestamp_ms=1000, reason="gone")
    await ledger.enter_frame(failure)
    await ledger.close_chunk("cup-1", ledger.books["cup-1"][0])
    await ledger.move("cup-1", State.COMPLETED_WITH_ERRORS, {State.EXTRACTING})
    return desk
