"""Who is overtaken while it finishes a video: what was tried again stands, in files, rows and messages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from shared.messaging.endings import Retry
from shared.messaging.messages import FrameReady, parse
from shared.telemetry.tracing import Traces
from shared.videos.ledger import ACTIVE, Examined, State
from shared.videos.retry import retry
from tests.fakes import FakeQueue
from tests.unit.aggregator.books import (
    FRAMES,
    ID,
    Office,
    detected,
    extracted,
    failed,
    logo,
    message,
)


async def test_a_failure_that_is_tried_again_while_its_video_is_finished_gives_way_to_a_new_result() -> None:
    office = await Office(chunks=1).plan()
    *life, last = [extracted(0), *[detected(n) for n in range(3)], failed(3)]
    await office.enter(life)
    office.objects.faults.latency = 1.0
    finishing = asyncio.create_task(office.enter([last]))
    await asyncio.sleep(2.5)  # some files are written
    queue = FakeQueue("frames-logos")
    await retry(office.ledger, {"logos": queue}, FRAMES, office.video)
    await finishing
    assert office.video.state is State.DETECTING
    await office.enter([detected(3, "Acme")])
    assert (office.video.state, office.video.error) == (State.COMPLETED, "")
    assert office.video.counts.by("logos") == Examined(detected=4, failed=0)
    assert b"Acme" in office.files["summary.json"]


async def test_results_that_its_books_do_not_count_finish_no_video() -> None:
    """As when the last failure of a video is tried again between the reading of its rows and its results."""
    office = await Office(chunks=1).plan()
    *life, last = [extracted(0), *[detected(n) for n in range(3)], failed(3)]
    await office.enter(life)

    def tried_again(moment: str, call: str) -> bool:
        if (moment, call) == ("after", "chunks"):
            [key] = [key for key, each in office.ledger.results[ID].items() if each == last]
            office.ledger.results[ID][key] = detected(3, "Acme")
        return False

    office.ledger.faults.crash = tried_again
    with pytest.raises(Retry, match="the books do not count"):
        await office.enter([last])
    assert (office.video.state in ACTIVE, office.files) == (True, {})


async def test_a_slow_aggregator_leaves_no_older_files_over_newer_ones_and_tells_nobody_of_them() -> None:
    office = await Office(chunks=1).plan()
    *life, last = [extracted(0), *[detected(n) for n in range(3)], failed(3)]
    await office.enter(life)
    lagging = asyncio.create_task(office.handler(office.slow_connection(10.0))(message(last)))
    await asyncio.sleep(5.0)  # it has read everything, and begins to write
    await office.enter([last])
    queue = FakeQueue("frames-logos")
    await retry(office.ledger, {"logos": queue}, FRAMES, office.video)
    await office.enter([detected(3, "Acme")])
    newest = office.files
    await lagging
    assert office.files == newest
    assert [told.state for told in office.announcer.told] == [State.COMPLETED_WITH_ERRORS, State.COMPLETED]
    assert office.video.state is State.COMPLETED


async def test_who_tells_late_of_what_has_been_overtaken_tells_once_more_what_stands() -> None:
    office = await Office(chunks=1).plan()
    *life, last = [extracted(0), *[detected(n) for n in range(3)], failed(3)]
    await office.enter(life)
    office.announcer.faults.latency = 10.0
    lagging = asyncio.create_task(office.enter([last]))
    await asyncio.sleep(5.0)  # it has looked whether its books still stand, and is about to tell
    office.announcer.faults.latency = 0.0
    await office.enter([last])
    queue = FakeQueue("frames-logos")
    await retry(office.ledger, {"logos": queue}, FRAMES, office.video)
    await office.enter([detected(3, "Acme")])
    await lagging
    assert office.announcer.told[-1].state is office.video.state is State.COMPLETED


async def test_a_video_that_ends_while_its_failures_are_taken_up_one_by_one_waits_for_all_of_them() -> None:
    office = await Office(chunks=2).plan()
    await office.enter([extracted(0), extracted(1), failed(0), failed(4)])
    await office.enter([detected(n) for n in (1, 2, 3, 5, 6, 7)])
    queue = PromptDetector(office)
    await retry(office.ledger, {"logos": queue}, FRAMES, office.video)
    assert (office.video.state, office.video.error) == (State.COMPLETED, "")
    assert office.video.counts.by("logos") == Examined(detected=8, failed=0)


async def test_a_brand_that_is_gone_after_another_try_has_no_row() -> None:
    office = await Office(chunks=1).plan()
    await office.enter([extracted(0), detected(0), detected(1, "Acme"), failed(2), detected(3)])
    before = set(office.ledger.brands)
    queue = FakeQueue("frames-logos")
    await retry(office.ledger, {"logos": queue}, FRAMES, office.video)
    unsure = logo("Acme").model_copy(update={"confidence": 45.0})
    await office.enter([detected(2).model_copy(update={"detections": (unsure,)})])
    assert [before, set(office.ledger.brands)] == [{(ID, "logos", "Acme")}, set()]


class PromptDetector(FakeQueue):
    """A queue whose frames are examined, and their results counted, before `send` returns."""

    def __init__(self, office: Office) -> None:
        super().__init__("frames-logos")
        self._office = office

    async def send(self, bodies: Sequence[str], group: str | None = None, traces: Traces = ()) -> None:
        frames = [parse(body) for body in bodies]
        instants = [frame.instant for frame in frames if isinstance(frame, FrameReady)]
        await self._office.enter([detected(instant) for instant in instants])
