"""`logostream model` on fakes: the hand at the switch."""

from __future__ import annotations

import json

import pytest

from services.cli.model.named import ALONE
from shared.models.control import ModelReport, Pause
from shared.models.pool import Pool
from shared.models.rekognition import Misconfigured
from shared.videos.ledger import NotInstalled
from tests.fakes import FakeControl
from tests.unit.cli.installation import ARN, MODEL, Installation, Version
from tests.unit.cli.terminal import logostream


class Missing(FakeControl):
    """The board of an installation that is not there."""

    async def set_pause(self, model: str, pause: Pause | None) -> None:
        raise NotInstalled("a table is missing")

    async def report(self, model: str) -> ModelReport | None:
        raise NotInstalled("a table is missing")


def test_stop_puts_a_hand_at_the_switch(priced: Installation) -> None:
    assert logostream("model", "stop").exit_code == 0
    assert priced.board.pauses[MODEL].reason == "stopped by hand"
    assert priced.version.running


def test_stop_now_asks_rekognition_itself_and_keeps_the_model_stopped(priced: Installation) -> None:
    result = logostream("model", "stop", "--now")
    assert (result.exit_code, result.output) == (0, "cups/v1 is stopping\n")
    assert not priced.version.running
    assert MODEL in priced.board.pauses


def test_stop_now_works_when_the_tables_are_gone(priced: Installation) -> None:
    priced.board.faults.refuse["set_pause"] = 1
    result = logostream("model", "stop", "--now")
    assert result.exit_code == 0
    assert not priced.version.running
    assert "a controller that lives may start it again" in result.output


def test_stop_now_stops_the_others_when_one_cannot_be_stopped(
    priced: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(Version):
        async def stop(self) -> None:
            raise Misconfigured("StopProjectVersion: AccessDeniedException")

    versions = {"cups": Refusing(), "jugs": priced.version}
    specs = [{"name": name, "model_arn": ARN.replace("cups", name)} for name in versions]
    monkeypatch.setenv("LOGOSTREAM_DETECTORS", json.dumps(specs))
    monkeypatch.setattr("services.cli.model.named._model", lambda _, spec: (spec.key, versions[spec.name]))
    result = logostream("model", "stop", "--now")
    assert result.exit_code == 1
    assert "cups/v1 was not stopped: StopProjectVersion: AccessDeniedException" in result.output
    assert not priced.version.running
    assert priced.board.pauses.keys() == {"cups/v1", "jugs/v1"}


def test_stop_now_of_a_stopped_model_says_so(priced: Installation) -> None:
    priced.version.running = False
    result = logostream("model", "stop", "--now")
    assert result.exit_code == 0
    assert "cups/v1 does not run" in result.output


def test_start_takes_the_hand_away_and_starts(priced: Installation) -> None:
    logostream("model", "stop", "--now")
    result = logostream("model", "start", "--units", "3")
    assert result.exit_code == 0
    assert priced.version.started == [3]
    assert priced.board.pauses == {}
    priced.version.running = True
    again = logostream("model", "start")
    assert again.exit_code == 1
    assert "cups/v1 cannot be started now" in again.output


def test_without_an_installation_rekognition_alone_is_asked(
    priced: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(priced, "board", Missing())
    running = logostream("model", "status")
    assert (running.exit_code, running.output.splitlines()) == (
        0,
        ["cups/v1  RUNNING, 1 unit", "  as it is.", f"  {ALONE}"],
    )
    assert logostream("model", "stop").output == "cups/v1 is stopping\n"
    assert not priced.version.running
    started = logostream("model", "start", "--units", "2")
    assert (started.exit_code, priced.version.started) == (0, [2])
    assert ALONE in started.output


def test_an_unknown_detector_is_named(priced: Installation) -> None:
    result = logostream("model", "stop", "faces")
    assert result.exit_code == 1
    assert "no detector 'faces' has a model: the ones with models are logos" in result.output


def test_status_tells_state_reason_money_and_a_silent_controller(priced: Installation) -> None:
    assert "no controller has reported yet" in logostream("model", "status").output
    priced.reports(age=600)
    priced.was_used()
    pool = Pool(MODEL, limit=5.6, units=2, units_at=0, learnt=True, clean=0, era=1, settled_at=0)
    priced.pools.rows[MODEL] = pool
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


def test_a_ledger_that_fails_is_one_sentence(priced: Installation) -> None:
    priced.board.faults.refuse["report"] = 1
    result = logostream("model", "status")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_without_a_model_there_is_one_sentence(priced: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOGOSTREAM_MODEL_ARN")
    for words in (("costs",), ("model", "status")):
        result = logostream(*words)
        assert result.exit_code == 1
        assert result.output.startswith("logostream: no model is named: set LOGOSTREAM_MODEL_ARN")
