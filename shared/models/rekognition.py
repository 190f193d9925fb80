"""Rekognition: what a call to it can end in, and the port to a model: look at it, start it, stop it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shared.models.control import ModelState


class RekognitionError(Exception):
    """Base of what a call to Rekognition can end in; the text is one sentence."""


class Throttled(RekognitionError):
    """Over the model's or the account's rate: slow down and try again."""


class NotReady(RekognitionError):
    """The model does not run: wait for it."""


class Misconfigured(RekognitionError):
    """The ARN, the permissions or the credentials are wrong: no frame can succeed until someone cures it."""


class BadFrame(RekognitionError):
    """This image can never be examined: wrong format or size."""


class FrameUnavailable(RekognitionError):
    """Rekognition could not read the image from S3: missing, other region, or not permitted."""


class ServiceFault(RekognitionError):
    """The service or the connection failed: try again later."""


class AlreadyInUse(RekognitionError):
    """The model is already starting, running or stopping: look before acting again."""


class QuotaReached(RekognitionError):
    """An AWS quota allows no such start: fewer units, fewer running models, or a higher quota."""


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """What Rekognition says of the model; `units` are the most it may use."""

    state: ModelState
    message: str
    units: int


class Models(Protocol):
    """Looks at one model, starts it and stops it; raises a kind of `RekognitionError`."""

    async def describe(self) -> ModelStatus:
        """The model's state now."""
        ...

    async def start(self, units: int, most_units: int | None = None) -> None:
        """Ask for so many inference units; the model is RUNNING minutes later.

        With more `most_units` AWS adds and takes away units by the load, between both.
        """
        ...

    async def stop(self) -> None:
        """Ask the model to stop; it bills until it is STOPPED."""
        ...
