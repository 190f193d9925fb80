"""Problems are told in plain words, with what to do; where nothing is wrong, nothing is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.dashboard.live.observer import Observation
from services.dashboard.live.problems import problems
from services.dashboard.live.replicas import SILENT, Replica
from shared.config.options import Options
from shared.messaging.messages import Source
from shared.messaging.queue import Depth
from shared.models.control import Fault, ModelReport, ModelState
from shared.videos.ledger import State, Video
from shared.videos.snapshot import Detecting, Progress, Snapshot

NOW = 10_000.0
RUNNING = ModelReport("v1", ModelState.RUNNING, 1, "running: 7 frames to examine", 7, 60.0, NOW - 5)
LOGOS = Detecting("logos", needs_model=True, model=RUNNING)
WELL = Observation(
    at=NOW,
    snapshot=Snapshot(detectors=(LOGOS,)),
    depths={"frames-logos": Depth(3, 2, 0), "frames-logos-dead": Depth(0, 0, 0)},
    replicas=(Replica("detector", "http://10.0.0.1:8080", None, NOW, {}),),
)


def told(look: Observation) -> str:
    return " | ".join(f"{problem.text} {problem.cure}" for problem in problems(look))


def detecting(*detectors: Detecting) -> Observation:
    return replace(WELL, snapshot=Snapshot(detectors=detectors))


def with_video(state: State, **facts: float) -> Observation:
    times = {"created_at": NOW - 100, "deadline_at": NOW + 100, "finished_at": NOW - 10, **facts}
    source = Source(bucket="videos", key="in/cup.mp4", version="1")
    video = Video("cup-1", source, Options(), state, error="it has no video stream", **times)  # type: ignore[arg-type]
    return replace(WELL, snapshot=replace(WELL.snapshot, videos=(Progress(video, 0, 0, 0, 0),)))


def test_where_nothing_is_wrong_nothing_is_told() -> None:
    assert problems(WELL) == []
    assert problems(with_video(State.DETECTING)) == []
    assert problems(with_video(State.COMPLETED)) == []


def test_what_cannot_be_read_is_told_with_its_reason() -> None:
    assert "queue frames does not exist" in told(replace(WELL, troubles=("queue frames does not exist",)))


def test_a_fault_says_what_to_correct() -> None:
    look = detecting(replace(LOGOS, fault=Fault("the ARN is wrong", NOW)))
    assert "Detection is stopped: the ARN is wrong" in told(look)
    assert problems(look)[0].grave


def test_a_fault_of_one_of_several_detectors_names_it() -> None:
    words = Detecting("words", needs_model=False, fault=Fault("DetectText is not allowed", NOW))
    [problem] = problems(detecting(LOGOS, words))
    assert problem.text == "Detection by words is stopped: DetectText is not allowed"


def test_without_a_model_of_ours_no_controller_is_missed() -> None:
    assert problems(detecting(Detecting("words", needs_model=False))) == []


def test_a_controller_that_fell_silent_is_grave_while_its_model_may_run() -> None:
    silent = detecting(replace(LOGOS, model=replace(RUNNING, at=NOW - 300)))
    assert "No controller has reported for 5 min. The model v1 may be running and costs money." in told(
        silent
    )
    never = detecting(replace(LOGOS, model=None))
    assert "No controller has reported yet. Start one: python -m services.controller" in told(never)


def test_dead_letters_are_told_by_queue_with_the_way_back() -> None:
    look = replace(WELL, depths={"frames-logos": Depth(0, 0, 0), "frames-logos-dead": Depth(2, 0, 0)})
    [problem] = problems(look)
    assert problem.text == "2 messages in “frames-logos” were given up."
    assert problem.redrive == "frames-logos"


@pytest.mark.parametrize(
    ("unready", "words"),
    [(SILENT, "No detector answers."), ("starting", "A detector is not ready: starting.")],
)
def test_a_service_that_is_not_there_is_told(unready: str, words: str) -> None:
    assert words in told(replace(WELL, replicas=(replace(WELL.replicas[0], unready=unready),)))


def test_one_of_several_that_falls_silent_is_not_grave() -> None:
    other = replace(WELL.replicas[0], address="http://10.0.0.2:8080", unready=SILENT)
    [problem] = problems(replace(WELL, replicas=(*WELL.replicas, other)))
    assert problem.text == "A detector does not answer."
    assert not problem.grave


def test_a_video_that_failed_or_is_late_is_named() -> None:
    assert "cup.mp4 failed: it has no video stream Hand in an intact copy" in told(with_video(State.FAILED))
    assert problems(with_video(State.FAILED, finished_at=NOW - 4000)) == []
    assert "cup.mp4 should have been done by now." in told(with_video(State.DETECTING, deadline_at=NOW - 1))


def test_throttling_is_told_when_it_is_much() -> None:
    def calls(at: float, answered: int, throttled: int) -> tuple[Replica, ...]:
        counts = {
            ("detect_calls_total", "answered"): float(answered),
            ("detect_calls_total", "Throttled"): float(throttled),
        }
        return (replace(WELL.replicas[0], at=at, counters=counts),)

    before = calls(NOW - 1, 100, 100)
    assert "throttles 50 % of the calls" in told(replace(WELL, before=before, replicas=calls(NOW, 105, 105)))
    assert problems(replace(WELL, before=before, replicas=calls(NOW, 110, 101))) == []
