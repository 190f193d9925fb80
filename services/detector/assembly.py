"""The backends: each kind of detector put together from a call to Rekognition and what we add to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from services.detector.backends import thresholds, wordmarks
from services.detector.backends.thresholds import Percents, Thresholds
from services.detector.settings import DetectorSettings
from shared.aws.clients import Clients
from shared.aws.rekognition.detection import CustomLabels, Labels, Moderation, TextReader
from shared.aws.rekognition.models import ProjectVersion
from shared.aws.s3 import S3Objects
from shared.config.detectors import CustomLabelsSpec, LabelsSpec, ModelSpec, ModerationSpec, TextSpec
from shared.models.detection import Detector, Reader, Seen
from shared.models.rekognition import Misconfigured, ServiceFault
from shared.storage.objects import Address, ObjectDenied, ObjectError, ObjectMissing, ObjectStore


class Wordmarks:
    """`Detector` that reads the words of a frame and finds brands' names among them."""

    def __init__(self, reader: Reader, brands: tuple[str, ...]) -> None:
        self._reader = reader
        self._names = [wordmarks.name(brand) for brand in brands]

    async def detect(self, frame: Address) -> Seen:
        text = await self._reader.read(frame)
        return Seen(text.model, wordmarks.find(text.words, self._names))


class Sifted:
    """`Detector` that keeps what reaches our thresholds, which are fetched when first needed."""

    def __init__(
        self, detector: Detector, otherwise: float, fetch: Callable[[], Awaitable[Percents]]
    ) -> None:
        self._detector = detector
        self._otherwise = otherwise
        self._fetch = fetch
        self._fetching = asyncio.Lock()
        self._fetched: Thresholds | None = None

    async def detect(self, frame: Address) -> Seen:
        thresholds = await self._thresholds()
        seen = await self._detector.detect(frame)
        return replace(seen, detections=thresholds.keep(seen.detections))

    async def _thresholds(self) -> Thresholds:
        async with self._fetching:  # once, not by each of the first frames: AWS lets few such calls through
            if self._fetched is None:
                self._fetched = Thresholds(self._otherwise, await self._fetch())
            return self._fetched


class Training:
    """The training of a model, whose summary lies where `summary` says."""

    def __init__(self, summary: Callable[[], Awaitable[Address]], objects: ObjectStore) -> None:
        self._summary = summary
        self._objects = objects

    async def thresholds(self) -> Percents:
        """The thresholds it found best; raises `Misconfigured` where there are none, or `ServiceFault`."""
        summary = await self._summary()
        try:
            return thresholds.trained(await self._objects.get(summary))
        except (ObjectMissing, ObjectDenied, ValueError) as error:
            raise Misconfigured(f"the thresholds of {summary} cannot be read: {error}") from error
        except ObjectError as error:
            raise ServiceFault(f"the thresholds of {summary} could not be read: {error}") from error


def backend(settings: DetectorSettings, aws: Clients) -> Detector:
    """The detector that the settings describe."""
    by_label = settings.thresholds
    # Rekognition takes one confidence for all labels: where ours differ it is to leave nothing out.
    asked = 0.0 if by_label else settings.confidence

    fetch = _training(settings, aws).thresholds if isinstance(by_label, str) else _known(by_label)
    return Sifted(_call(settings, aws, asked), settings.confidence, fetch)


def _known(by_label: Percents) -> Callable[[], Awaitable[Percents]]:
    async def fetch() -> Percents:
        return by_label

    return fetch


def _call(settings: DetectorSettings, aws: Clients, asked: float) -> Detector:
    match settings.spec:
        case CustomLabelsSpec(model_arn=str(arn)):
            return CustomLabels(aws.detection, arn, asked)
        case LabelsSpec(include=include, exclude=exclude):
            return Labels(aws.detection, include, exclude, asked)
        case TextSpec(words=words):
            return Wordmarks(TextReader(aws.detection, asked), words)
        case ModerationSpec(model_arn=adapter):
            return Moderation(aws.detection, adapter, asked)
    raise AssertionError("settings name a model for every custom-labels detector")


def _training(settings: DetectorSettings, aws: Clients) -> Training:
    spec = settings.spec
    assert isinstance(spec, ModelSpec)
    assert spec.project_arn
    assert spec.model_arn
    version = ProjectVersion(aws.models, spec.project_arn, spec.model_arn)
    return Training(version.summary, S3Objects(aws.s3))
