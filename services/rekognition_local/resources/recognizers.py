"""The trained recognizers in memory, at work in a few threads so that the API keeps answering."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from services.rekognition_local import images
from services.rekognition_local.recognition.samples import Found, Image


class Recognizes(Protocol):
    """What the service asks of a recognizer; any number of threads may call it."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the logos it knows."""
        ...

    def detect(self, image: Image) -> Sequence[Found]:
        """All logos in a BGR image (H x W x 3), however unsure."""
        ...


Load = Callable[[Path], Recognizes]
"""Reads a model file; raises OSError or ValueError."""


class ModelUnreadable(Exception):
    """The model file is missing, damaged or of another release; the version must be trained again."""


class Recognizers:
    """Loads each recognizer once, when it is first needed."""

    def __init__(self, load: Load, threads: int) -> None:
        self._load = load
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="recognition")
        self._loaded: dict[str, asyncio.Future[Recognizes]] = {}

    async def get(self, arn: str, file: Path) -> Recognizes:
        """The recognizer of a version, from memory or from its model file; raises `ModelUnreadable`."""
        if arn not in self._loaded:
            loop = asyncio.get_running_loop()
            self._loaded[arn] = loop.run_in_executor(self._threads, self._load, file)
        loading = self._loaded[arn]
        try:
            return await asyncio.shield(loading)  # others wait for it, too
        except (OSError, ValueError) as error:
            if self._loaded.get(arn) is loading:
                self.forget(arn)
            raise ModelUnreadable(f"The model file cannot be used: {error}.") from error

    async def examine(self, arn: str, file: Path, data: bytes) -> Sequence[Found]:
        """What a version sees in an image file.

        Raises `errors.InvalidImageFormatException` or `ModelUnreadable`.
        """
        recognizer = await self.get(arn, file)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _examine, recognizer, data)

    def forget(self, arn: str) -> None:
        """Free the memory of a version that is not needed for now."""
        self._loaded.pop(arn, None)

    def close(self) -> None:
        """Wait for the images being examined, drop those in line, and end the threads."""
        self._threads.shutdown(cancel_futures=True)


def _examine(recognizer: Recognizes, data: bytes) -> Sequence[Found]:
    return recognizer.detect(images.decoded(data))
