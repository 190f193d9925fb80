"""The commands on fakes: what they print, what they change, and what they say when they cannot."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.app import app
from services.cli.settings import CliSettings
from shared.messaging.messages import VideoSubmitted, parse
from shared.messaging.queue import Depth
from shared.storage.objects import Address
from shared.videos.announcements import RESULT_FILES
from shared.videos.ledger import State, Video
from tests.fakes import FakeControl, FakeLedger, FakeObjects, FakePools, FakeQueue
from tests.unit.cli.videos import ledger_of, summary, video

WAITING = {"frames-logos": Depth(5, 3, 2), "frames-logos-dead": Depth(1, 0, 0)}


class Installation:
    """A connection to fakes. The commands under test open and close it as they would a real one."""

    def __init__(self) -> None:
        self.videos = FakeLedger()
        self.board = FakeControl()
        self.pools = FakePools()
        self.objects = FakeObjects("logostream-videos", "logostream-frames", "logostream-results")
        self.queues: defaultdict[str, FakeQueue] = defaultdict(FakeQueue)
        self.settings = CliSettings()

    @property
    def brands(self) -> FakeLedger:
        return self.videos

    async def queue(self, kind: str) -> FakeQueue:
        return self.queues[kind]

    async def depths(self) -> dict[str, Depth]:
        return WAITING

    def holds(self, *videos: Video) -> None:
        self.videos = asyncio.run(ledger_of(*videos))

    def has_results(self, video_id: str, name: str, body: bytes) -> None:
        address = Address("logostream-results", f"results/{video_id}/{name}")
        asyncio.run(self.objects.put(address, body, "text/plain"))


@pytest.fixture
def installation(monkeypatch: pytest.MonkeyPatch) -> Installation:
    fakes = Installation()

    @asynccontextmanager
    async def connect(settings: CliSettings) -> AsyncIterator[Installation]:
        fakes.settings = settings
        yield fakes

    for command in ("brands", "cancel", "overlay", "redrive", "results", "review", "status", "submit"):
        monkeypatch.setattr(f"services.cli.{command}.connect", connect)
    return fakes


def logostream(*words: str) -> Result:
    return CliRunner().invoke(app, words, terminal_width=120)


def test_submit_prints_an_id_per_video(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "cup.mp4").write_bytes(b"video")
    result = logostream("submit", "--interval", "0.5", str(tmp_path / "cup.mp4"))
    assert result.exit_code == 0
    assert result.output.startswith("cup-")
    [(body, _)] = installation.queues["videos"].sent
    submitted = parse(body)
    assert isinstance(submitted, VideoSubmitted)
    assert submitted.options
    assert str(submitted.options.sampling.interval) == "0.5"
    assert f"s3://logostream-videos/{submitted.key}" in result.output


def test_submit_makes_another_run_only_when_asked_for_it_again(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "cup.mp4").write_bytes(b"video")
    name = str(tmp_path / "cup.mp4")
    first, same = logostream("submit", name).output, logostream("submit", name).output
    runs = [logostream("submit", "--again", name).output for _ in range(2)]
    assert first == same
    assert len({first, *runs}) == 3


def test_submit_says_of_a_video_that_has_ended_how_to_have_it_examined_anew(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "cup.mp4").write_bytes(b"video")
    name = str(tmp_path / "cup.mp4")
    video_id = logostream("submit", name).output.split()[0]
    installation.holds(video(video_id, "cup.mp4", State.COMPLETED))
    assert "(COMPLETED before: --again examines it anew)" in logostream("submit", name).output
    assert "--again" not in logostream("submit", "--again", name).output


def test_submit_prints_json_for_programs(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "cup.mp4").write_bytes(b"video")
    [submitted] = json.loads(logostream("submit", "--json", str(tmp_path / "cup.mp4")).output)
    assert set(submitted) == {"name", "video_id", "source"}


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--interval", "0", "interval is 0: "),
        ("--format", "gif", "image_format is gif: "),
        ("--quality", "101", "quality is 101: "),
    ],
)
def test_a_wrong_option_of_submit_is_named(
    installation: Installation, option: str, value: str, sentence: str
) -> None:
    result = logostream("submit", option, value, "cup.mp4")
    assert result.exit_code == 2
    assert sentence in result.output


def test_cancel_cancels_a_video_once(installation: Installation) -> None:
    installation.holds(video("cup-1a2b", "in/cup.mp4"))
    result = logostream("cancel", "cup")
    assert (result.exit_code, result.output) == (0, "cup-1a2b is cancelled\n")
    assert installation.videos.videos["cup-1a2b"].state is State.CANCELLED
    again = logostream("cancel", "cup")
    assert again.exit_code == 1
    assert "cup-1a2b has ended already and cannot be cancelled" in again.output


def test_results_are_a_table_a_summary_or_a_list_of_exposures(installation: Installation) -> None:
    installation.holds(video("cup-1", "in/cup.mp4", State.COMPLETED))
    installation.has_results("cup-1", "summary.json", json.dumps(summary()).encode())
    installation.has_results("cup-1", "exposures.csv", b"brand,start\nAcme,0\n")
    assert "Acme" in logostream("results", "cup").output
    assert json.loads(logostream("results", "cup", "--format", "json").output) == summary()
    assert logostream("results", "cup", "--format", "csv").output == "brand,start\nAcme,0\n"


@pytest.mark.parametrize(
    ("state", "error", "sentence"),
    [
        (State.DETECTING, "", "cup-1 is DETECTING: wait with `logostream status cup-1 --watch`"),
        (State.FAILED, "it is no video", "cup-1 is FAILED and has no results: it is no video"),
        (State.CANCELLED, "", "cup-1 is CANCELLED and has no results"),
    ],
)
def test_results_that_are_not_there_are_explained(
    installation: Installation, state: State, error: str, sentence: str
) -> None:
    installation.holds(video("cup-1", "in/cup.mp4", state, error))
    result = logostream("results", "cup")
    assert (result.exit_code, result.output) == (1, f"logostream: {sentence}\n")


def test_status_shows_videos_queues_and_the_model(installation: Installation) -> None:
    installation.holds(video("cup-1", "in/cup.mp4"), video("race-2", "in/race.mp4", State.COMPLETED))
    output = logostream("status").output
    for words in ("cup-1", "race-2", "EXTRACTING", "COMPLETED", "frames", "no controller has reported"):
        assert words in output
    assert "race-2" not in logostream("status", "cup").output


def test_status_prints_json_for_programs(installation: Installation) -> None:
    installation.holds(video("cup-1", "in/cup.mp4"))
    document = json.loads(logostream("status", "--json").output)
    assert [shown["id"] for shown in document["videos"]] == ["cup-1"]
    assert document["queues"]["frames-logos"] == {"visible": 5, "in_flight": 3, "delayed": 2}


def test_watching_ends_when_all_videos_have_ended(installation: Installation) -> None:
    installation.holds(video("cup-1", "in/cup.mp4", State.COMPLETED))
    assert logostream("status", "--watch").exit_code == 0


@pytest.mark.parametrize(("letters", "words"), [(0, "0 messages"), (1, "1 message"), (12, "12 messages")])
def test_redrive_tells_how_many_letters_it_moved(
    installation: Installation, letters: int, words: str
) -> None:
    installation.queues["frames-logos-dead"].wait = 0.0
    asyncio.run(installation.queues["frames-logos-dead"].send([str(n) for n in range(letters)]))
    assert (
        logostream("redrive", "frames-logos").output
        == f"{words} moved from frames-logos-dead to frames-logos\n"
    )
    assert len(installation.queues["frames-logos"].sent) == letters


def test_an_unknown_video_is_one_sentence_from_every_command(installation: Installation) -> None:
    for command in ("cancel", "results", "status"):
        result = logostream(command, "tennis")
        assert result.exit_code == 1
        assert "no video is known as 'tennis'" in result.output


FRAME = {
    "name": "frame_0061_00h01m01.000s",
    "instant": 61,
    "at_s": 61.0,
    "outcome": "detected",
    "detector": "logos",
    "detections": [{"label": "Café", "confidence": 87.6543, "box": None}],
}


def test_legacy_results_have_exactly_the_shape_of_the_notebooks(installation: Installation) -> None:
    installation.holds(video("cup-1", State.COMPLETED))
    empty = {**FRAME, "instant": 62, "at_s": 62.0, "detections": []}
    failed = {**FRAME, "instant": 63, "outcome": "failed"}
    del failed["detections"]
    extra = {**FRAME, "grid": 8}
    body = json.dumps({"frames": [FRAME, empty, failed, extra]}).encode()
    installation.has_results("cup-1", "detections.json", body)
    told = logostream("results", "cup-1", "--legacy").output
    wanted = [
        {"frame": "frame_0061_min01_sec01.jpg", "detections": [{"label": "Café", "confidence": 87.65}]},
        {"frame": "frame_0062_min01_sec02.jpg", "detections": []},
    ]
    assert told == json.dumps(wanted, indent=2) + "\n"


def test_all_results_are_copied_into_a_folder(installation: Installation, tmp_path: Path) -> None:
    installation.holds(video("cup-1", State.COMPLETED))
    for name in RESULT_FILES:
        installation.has_results("cup-1", name, name.encode())
    result = logostream("results", "cup-1", "--out", str(tmp_path / "cup"))
    assert result.exit_code == 0
    assert {path.name: path.read_text() for path in (tmp_path / "cup").iterdir()} == {
        name: name for name in RESULT_FILES
    }


def test_a_submission_may_ask_for_exact_edges(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "cup.mp4").write_bytes(b"video")
    assert logostream("submit", "--edge-precision", "0.1", str(tmp_path / "cup.mp4")).exit_code == 0
    [(body, _)] = installation.queues["videos"].sent
    submitted = parse(body)
    assert isinstance(submitted, VideoSubmitted)
    assert submitted.options
    assert submitted.options.analysis.edge_precision == 0.1
