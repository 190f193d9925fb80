"""Ctrl-C while a command is still loading, which takes a second, ends it as quietly as later on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130  # as the shell reports a program ended by Ctrl-C


@contextmanager
def loading() -> Iterator[None]:
    """For the time of the block, Ctrl-C ends the process at once: there is nothing yet to tidy.

    An exception would not do, as modules that are imported may catch it. Where Ctrl-C is ignored, as in what
    a shell runs in the background, it stays so.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def hold_interrupts() -> None:
    """Keep Ctrl-C until `loading` is reached in the program that takes the place of this one."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
