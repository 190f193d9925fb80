"""Two controller processes in real time: the one that is killed is replaced within fifteen seconds."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from shared.aws.clients import clients
from shared.aws.dynamodb.control import DynamoControl
from shared.config.settings import DetectingSettings, load
from shared.models.control import ModelReport
from tests.system.controller.stack import controller_stack

pytestmark = [pytest.mark.system, pytest.mark.real_time, pytest.mark.timeout(300)]

TAKE_OVER = 15.0  # seconds


async def test_a_standby_leads_within_fifteen_seconds_of_a_killed_leader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with controller_stack(tmp_path, monkeypatch, ("v1",)) as stack, clients() as aws:
        board = DynamoControl(aws.dynamodb, load(DetectingSettings).table_name("control"))
        async with stack.process("first", "services.controller") as first:
            await _reported(board, since=0.0)
            async with stack.process("second", "services.controller"):
                first.kill()
                killed = time.time()
                report = await _reported(board, since=killed)
    assert report.at - killed <= TAKE_OVER


async def _reported(board: DynamoControl, since: float) -> ModelReport:
    """The first report after a time."""
    async with asyncio.timeout(60):
        while True:
            report = await board.report("cups/v1")
            if report and report.at > since:
                return report
            await asyncio.sleep(0.1)
