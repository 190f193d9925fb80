"""The local stack's processes: watched, named when one dies, and all ended with the block."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.cli.local import stack as stacks
from services.cli.local.stack import Stack, free_port
from shared.runtime.command import Failure

pytestmark = pytest.mark.real_time

SLEEP = ["sleep", "60"]
DEAF = ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.05; done"]


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with Stack(tmp_path / "logs") as stack:
        yield stack


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_all_processes_are_ended_at_the_end(tmp_path: Path) -> None:
    async with Stack(tmp_path) as stack:
        children = [await stack.start(f"child-{n}", SLEEP, {}) for n in range(3)]
        assert all(is_alive(child.process.pid) for child in children)
    assert [child.process.returncode for child in children] == [-15] * 3


async def test_all_processes_are_ended_when_the_block_raises(tmp_path: Path) -> None:
    async def fail() -> None:
        async with Stack(tmp_path) as stack:
            children.append(await stack.start("child", SLEEP, {}))
            raise LookupError

    children: list[stacks.Child] = []
    with pytest.raises(LookupError):
        await fail()
    assert children[0].process.returncode == -15


async def test_a_process_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stacks, "STOP_SECONDS", 0.2)
    async with Stack(tmp_path) as stack:
        child = await stack.start("deaf", DEAF, {})
        while not child.log.read_text():  # noqa: ASYNC110 - a file cannot wake us
            await asyncio.sleep(0.01)
    assert await child.process.wait() == -9


async def test_a_process_that_dies_is_named_with_its_log(stack: Stack) -> None:
    await stack.start("healthy", SLEEP, {})
    child = await stack.start("aggregator", ["sh", "-c", "echo no table; exit 1"], {})
    await stack.tend()
    await child.process.wait()
    with pytest.raises(Failure) as failure:
        await stack.tend()
    assert str(failure.value) == f"aggregator ended with exit code 1: see {child.log}"
    assert child.log.read_text() == "no table\n"


async def test_a_service_that_dies_is_started_again_until_that_does_not_help(stack: Stack) -> None:
    child = await stack.start("aggregator", ["sh", "-c", "echo tried; exit 1"], {}, restarts=2)
    for _ in range(2):
        await child.process.wait()
        await stack.tend()
    await child.process.wait()
    with pytest.raises(Failure, match="aggregator ended with exit code 1"):
        await stack.tend()
    assert child.log.read_text() == "tried\n" * 3


async def test_a_service_with_bad_settings_is_not_started_again(stack: Stack) -> None:
    child = await stack.start("aggregator", ["sh", "-c", "exit 3"], {}, restarts=2)
    await child.process.wait()
    with pytest.raises(Failure, match="aggregator ended with exit code 3"):
        await stack.tend()


async def test_waiting_for_a_process_that_dies_ends_at_once(stack: Stack) -> None:
    child = await stack.start("aggregator", ["sh", "-c", "exit 3"], {})
    with pytest.raises(Failure, match="aggregator ended with exit code 3"):
        await stack.until_answers(child, f"http://127.0.0.1:{free_port()}/readyz")


async def test_a_process_is_ready_when_its_page_answers(stack: Stack) -> None:
    port = free_port()
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    child = await stack.start("pages", command, {})
    await stack.until_answers(child, f"http://127.0.0.1:{port}/")


async def test_a_process_that_is_not_ready_in_time_is_named(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stacks, "READY_SECONDS", 0.2)
    child = await stack.start("aggregator", SLEEP, {})
    with pytest.raises(Failure, match=r"aggregator is not ready after 0 s: see .*aggregator\.log"):
        await stack.until_answers(child, f"http://127.0.0.1:{free_port()}/readyz")


async def test_an_errand_ends_by_itself_and_is_no_dead_service(stack: Stack) -> None:
    assert await stack.do("sample-match", ["sh", "-c", "echo one; echo two"]) == "two"
    await stack.tend()


async def test_an_errand_that_fails_is_named_with_its_log(stack: Stack, tmp_path: Path) -> None:
    with pytest.raises(Failure) as failure:
        await stack.do("sample-match", ["false"])
    log = tmp_path / "logs" / "sample-match.log"
    with pytest.raises(Failure, match="it said: no pictures · 1 violation"):
        await stack.do("pictures", ["sh", "-c", "echo no pictures >&2; echo 1 violation; exit 1"])
    assert str(failure.value) == f"sample-match ended with exit code 1: see {log}"


async def test_an_errand_is_ended_with_the_block(tmp_path: Path) -> None:
    async with Stack(tmp_path) as stack:
        errand = asyncio.create_task(stack.do("sample-match", SLEEP))
        while not stack._errands:  # noqa: ASYNC110 - nor can a list
            await asyncio.sleep(0)
    with pytest.raises(Failure, match="sample-match ended with exit code -15"):
        await errand


async def test_a_process_sees_our_environment_and_its_own(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OURS", "ours")
    child = await stack.start("shell", ["sh", "-c", "echo $OURS $ITS"], {"ITS": "its"})
    await child.process.wait()
    assert child.log.read_text() == "ours its\n"
