"""`logostream model` and `logostream costs` on fakes: the hand at the switch, and the bill."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from typer.testing import CliRunner, Result

from services.cli.app import app
from services.cli.model.running import ALONE
from services.cli.settings import CliSettings
from shared.costs.usage import DayUse, VideoUse, day_body, day_key, day_of, video_body, video_key
from shared.models.control import ModelReport, ModelState, Pause
from shared.models.pool import Pool
from shared.models.rekognition import AlreadyInUse, Misconfigured, ModelStatus
from shared.videos.ledger import NotInstalled
from tests.fakes import FakeControl, FakeLedger, FakePools
from tests.unit.cli.videos import ledger_of, video

ARN = "arn:aws:rekognition:us-east-1:123456789012:project/cups/version/v1/1763884800000"
MODEL = "cups/v1"


class Version:
    """The model as Rekognition has it."""

    def __init__(self) -> None:
        self.running = True
        self.started: list[int] = []

    async def describe(self) -> ModelStatus:
        return ModelStatus(ModelState.RUNNING if self.running else ModelState.STOPPED, "as it is.", 1)

    async def start(self, units: int) -> None:
        if self.running:
            raise AlreadyInUse("StartProjectVersion: ResourceInUseException: RUNNING")
        self.started.append(units)

    async def stop(self) -> None:
        if not self.running:
            raise AlreadyInUse("StopProjectVersion: ResourceInUseException: STOPPED")
        self.running = False


class Missing(FakeControl):
    """The board of an installation that is not there."""

    async def set_pause(self, model: str, pause: Pause | None) -> None:
        raise NotInstalled("a table is missing")

    async def report(self, model: str) -> ModelReport | None:
        raise NotInstalled("a table is missing")


class Installation:
    """A connection to fakes."""

    def __init__(self) -> None:
        self.videos = FakeLedger()
        self.board = FakeControl()
        self.pools = FakePools()
        self.version = Version()
        self.settings = CliSettings()

    def reports(self, age: float = 5.0) -> None:
        reason = "running: 60 frames to examine with 2 units, done about 12:01 UTC"
        seen = ModelReport(MODEL, ModelState.RUNNING, 2, reason, 60, 7200.0, time.time() - age)
        asyncio.run(self.board.publish(seen, 1))

    def was_used(self) -> None:
        """Half of today's two unit-hours went into a video called cup."""
        today = day_of(time.time())
        use = DayUse(running=7200.0, passing=900.0, frames=10_000, starts=2)
        self.board.records = {
            day_key(MODEL, today): day_body(use),
            video_key(MODEL, "cup-1"): video_body(VideoUse({today: 5000})),
        }


@pytest.fixture
def installation(monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("LOGOSTREAM_MODEL_ARN", ARN)
    fakes = Installation()

    @asynccontextmanager
    async def connect(settings: CliSettings) -> AsyncIterator[Installation]:
        fakes.settings = settings
        yield fakes

    monkeypatch.setattr("services.cli.model.running.connect", connect)
    monkeypatch.setattr("services.cli.costs.connect", connect)
    monkeypatch.setattr("services.cli.model.running._model", lambda *_: (MODEL, fakes.version))
    return fakes


def logostream(*words: str) -> Result:
    return CliRunner().invoke(app, words, terminal_width=140, env={"COLUMNS": "140"})


def test_stop_puts_a_hand_at_the_switch(installation: Installation) -> None:
    assert logostream("model", "stop").exit_code == 0
    assert installation.board.pauses[MODEL].reason == "stopped by hand"
    assert installation.version.running


def test_stop_now_asks_rekognition_itself_and_keeps_the_model_stopped(installation: Installation) -> None:
    result = logostream("model", "stop", "--now")
    assert (result.exit_code, result.output) == (0, "cups/v1 is stopping\n")
    assert not installation.version.running
    assert MODEL in installation.board.pauses


def test_stop_now_works_when_the_tables_are_gone(installation: Installation) -> None:
    installation.board.faults.refuse["set_pause"] = 1
    result = logostream("model", "stop", "--now")
    assert result.exit_code == 0
    assert not installation.version.running
    assert "a controller that lives may start it again" in result.output


def test_stop_now_stops_the_others_when_one_cannot_be_stopped(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(Version):
        async def stop(self) -> None:
            raise Misconfigured("StopProjectVersion: AccessDeniedException")

    versions = {"cups": Refusing(), "jugs": installation.version}
    specs = [{"name": name, "model_arn": ARN.replace("cups", name)} for name in versions]
    monkeypatch.setenv("LOGOSTREAM_DETECTORS", json.dumps(specs))
    monkeypatch.setattr("services.cli.model.running._model", lambda _, spec: (spec.key, versions[spec.name]))
    result = logostream("model", "stop", "--now")
    assert result.exit_code == 1
    assert "cups/v1 was not stopped: StopProjectVersion: AccessDeniedException" in result.output
    assert not installation.version.running
    assert installation.board.pauses.keys() == {"cups/v1", "jugs/v1"}


def test_stop_now_of_a_stopped_model_says_so(installation: Installation) -> None:
    installation.version.running = False
    result = logostream("model", "stop", "--now")
    assert result.exit_code == 0
    assert "cups/v1 does not run" in result.output


def test_start_takes_the_hand_away_and_starts(installation: Installation) -> None:
    logostream("model", "stop", "--now")
    result = logostream("model", "start", "--units", "3")
    assert result.exit_code == 0
    assert installation.version.started == [3]
    assert installation.board.pauses == {}
    installation.version.running = True
    again = logostream("model", "start")
    assert again.exit_code == 1
    assert "cups/v1 cannot be started now" in again.output


def test_without_an_installation_rekognition_alone_is_asked(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "board", Missing())
    running = logostream("model", "status")
    assert (running.exit_code, running.output.splitlines()) == (
        0,
        ["cups/v1  RUNNING, 1 unit", "  as it is.", f"  {ALONE}"],
    )
    assert logostream("model", "stop").output == "cups/v1 is stopping\n"
    assert not installation.version.running
    started = logostream("model", "start", "--units", "2")
    assert (started.exit_code, installation.version.started) == (0, [2])
    assert ALONE in started.output


def test_an_unknown_detector_is_named(installation: Installation) -> None:
    result = logostream("model", "stop", "faces")
    assert result.exit_code == 1
    assert "no detector 'faces' has a model: the ones with models are logos" in result.output


def test_status_tells_state_reason_money_and_a_silent_controller(installation: Installation) -> None:
    assert "no controller has reported yet" in logostream("model", "status").output
    installation.reports(age=600)
    installation.was_used()
    pool = Pool(MODEL, limit=5.6, units=2, units_at=0, learnt=True, clean=0, era=1, settled_at=0)
    installation.pools.rows[MODEL] = pool
    output = logostream("model", "status").output
    for words in (
        "cups/v1  RUNNING, 2 units",
        "running: 60 frames to examine with 2 units",
        "$8.00 today, $8.00 in all",
        "2.8 frames/s per unit, as learnt",
        "no controller has reported for 10 minutes",
    ):
        assert words in output
    [seen] = json.loads(logostream("model", "status", "--json").output)
    assert seen["report"]["state"] == "RUNNING"


def test_a_ledger_that_fails_is_one_sentence(installation: Installation) -> None:
    installation.board.faults.refuse["report"] = 1
    result = logostream("model", "status")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


# --- costs


def test_costs_compare_what_was_paid_with_what_might_have_been(installation: Installation) -> None:
    installation.was_used()
    [bill] = json.loads(logostream("costs", "--day", day_of(time.time()), "--json").output)
    assert bill["cost"] == 8.0
    assert bill["if_passing_is_billed"] == 1.0
    assert bill["always_on"] == 96.0
    assert bill["per_image"] == pytest.approx(10.0)
    assert (bill["starts"], bill["frames"]) == (2, 10_000)
    output = logostream("costs").output
    assert "$8.00" in output
    assert "as of 2026-10-07" in output


def test_a_video_pays_its_share_by_frames(installation: Installation) -> None:
    installation.videos = asyncio.run(ledger_of(video("cup-1", "in/cup.mp4")))
    installation.was_used()
    [share] = json.loads(logostream("costs", "--video", "cup", "--json").output)
    assert (share["frames"], share["cost"]) == (5000, 4.0)
    assert "$4.00" in logostream("costs", "--video", "cup").output


def test_a_video_s_share_stands_beside_what_it_alone_would_have_cost(installation: Installation) -> None:
    installation.videos = asyncio.run(ledger_of(video("cup-1", "in/cup.mp4")))
    installation.was_used()
    [share] = json.loads(logostream("costs", "--video", "cup", "--json").output)
    assert (share["always_on"], share["per_image"]) == (96.0, pytest.approx(5.0))
    assert 4.0 < share["keda"] < 6.0  # its hour of one unit, and the cool-down
    assert "$96.00" in logostream("costs", "--video", "cup").output


def test_a_plan_is_forecast_before_anything_is_spent(installation: Installation) -> None:
    found = json.loads(
        logostream("costs", "--forecast", "40 h of 1080p", "--due", "tomorrow 08:00", "--json").output
    )
    assert [each["unit_rate"] for each in found] == [1.0, 2.8, 5.0]
    assert all(each["frames"] == 144_000 for each in found)
    output = logostream("costs", "--forecast", "40h").output
    assert "144,000 frames" in output


def test_a_forecast_uses_the_rate_that_was_learnt(installation: Installation) -> None:
    pool = Pool(MODEL, limit=7.0, units=2, units_at=0, learnt=True, clean=0, era=1, settled_at=0)
    installation.pools.rows[MODEL] = pool
    [found] = json.loads(logostream("costs", "--forecast", "1h", "--json").output)
    assert found["unit_rate"] == 3.5


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--forecast", "long"), "'long' is no length of video"),
        (("--forecast", "1h", "--due", "soon"), "'soon' is no time"),
        (("--day", "today"), "'today' is no day: write it as 2026-11-25"),
    ],
)
def test_what_is_not_understood_is_named(
    installation: Installation, words: tuple[str, ...], sentence: str
) -> None:
    result = logostream("costs", *words)
    assert result.exit_code == 1
    assert sentence in result.output


def test_without_a_model_there_is_one_sentence(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOGOSTREAM_MODEL_ARN")
    for words in (("costs",), ("model", "status")):
        result = logostream(*words)
        assert result.exit_code == 1
        assert result.output.startswith("logostream: no model is named: set LOGOSTREAM_MODEL_ARN")
