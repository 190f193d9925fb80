"""Runs a command's coroutine and turns what can go wrong into one sentence and an exit code."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

from shared.aws.cures import with_cure
from shared.aws.installation.provision import NotProvisioned
from shared.aws.installation.teardown import TeardownFailed
from shared.config.settings import BadSettings
from shared.messaging.queue import QueueError
from shared.models.rekognition import RekognitionError
from shared.runtime.loading import INTERRUPTED
from shared.runtime.service import BAD_SETTINGS
from shared.storage.objects import ObjectError
from shared.videos.ledger import LedgerError
from shared.videos.submission import NotSubmitted

FAILED = 1

Result = TypeVar("Result")


class Failure(Exception):
    """A command cannot do what it was asked; the text is one sentence naming the thing and the cure."""


EXPECTED = (
    Failure,
    NotSubmitted,
    NotProvisioned,
    TeardownFailed,
    QueueError,
    ObjectError,
    LedgerError,
    RekognitionError,
)


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run `work` to its end; on a failure say why and exit."""
    try:
        return asyncio.run(_until_told_to_end(work))
    except BadSettings as error:
        typer.echo("\n".join(error.sentences), err=True)
        raise typer.Exit(BAD_SETTINGS) from None
    except EXPECTED as error:
        typer.echo(f"logostream: {with_cure(error)}", err=True)
        raise typer.Exit(FAILED) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        typer.echo("stopped", err=True)
        raise typer.Exit(INTERRUPTED) from None


async def _until_told_to_end(work: Coroutine[Any, Any, Result]) -> Result:
    task = asyncio.current_task()
    assert task
    for number in (signal.SIGTERM, signal.SIGHUP):  # Ctrl-C is asyncio.run's own business
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await work
    except BaseExceptionGroup as group:
        raise _first(group) from None


def _first(error: BaseException) -> BaseException:
    """What went wrong first, out of the groups that task groups put around it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
