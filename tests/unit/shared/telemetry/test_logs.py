"""Logs: one JSON object a line, with the context of the work in hand and what the caller added."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shared.telemetry import logs

log = logging.getLogger("test.logs")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a service configured for logging writes to standard error."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", stream)
    root.handlers = []
    logs.configure("detector", "INFO")
    yield stream
    root.handlers = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_how_severe_who_and_what(written: io.StringIO) -> None:
    log.info("frame %s detected", 7)
    [line] = lines(written)
    assert datetime.fromisoformat(line.pop("at")).tzinfo is not None
    assert line == {"level": "INFO", "service": "detector", "text": "frame 7 detected"}


def test_context_and_extra_are_on_the_line_and_context_ends_with_its_block(written: io.StringIO) -> None:
    with logs.context(video_id="cup-1"):
        with logs.context(chunk=3):
            log.info("inner", extra={"delay": 1.5, "path": Path("a/b")})
        log.info("outer")
    log.info("outside")
    inner, outer, outside = lines(written)
    assert (inner["video_id"], inner["chunk"], inner["delay"], inner["path"]) == ("cup-1", 3, 1.5, "a/b")
    assert "chunk" not in outer
    assert outer["video_id"] == "cup-1"
    assert "video_id" not in outside


async def test_tasks_do_not_see_each_others_context(written: io.StringIO) -> None:
    async def work(chunk: int) -> None:
        with logs.context(chunk=chunk):
            await asyncio.sleep(1)
            log.info("done", extra={"expected": chunk})

    await asyncio.gather(*(work(chunk) for chunk in range(5)))
    assert all(line["chunk"] == line["expected"] for line in lines(written))


def test_an_error_carries_its_traceback_on_the_same_line(written: io.StringIO) -> None:
    try:
        raise ValueError("a bug")
    except ValueError:
        log.exception("handler failed")
    [line] = lines(written)
    assert line["level"] == "ERROR"
    assert line["traceback"].endswith("ValueError: a bug")


def test_names_that_the_standard_library_keeps_for_itself_are_refused_by_it(written: io.StringIO) -> None:
    with pytest.raises(KeyError, match="message"):
        log.info("x", extra={"message": "y"})  # noqa: G101 - the very mistake


def test_the_chatter_of_libraries_is_left_out(written: io.StringIO) -> None:
    logging.getLogger("botocore.hooks").info("noise")
    logging.getLogger("aiohttp.access").info("noise")
    log.debug("less severe than INFO")
    assert lines(written) == []
