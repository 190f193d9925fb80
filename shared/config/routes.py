"""Routes, pure: what one bucket, folder or submission wants otherwise than the settings say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.config.analysis import Analysis
from shared.config.detectors import DetectorNames
from shared.config.options import ImageFormat, Interval, Options, Quality, Sampling

Priority = Literal["low", "normal", "high"]
TIME_OF: dict[Priority, float] = {"low": 6.0, "normal": 1.0, "high": 0.5}  # of the deadline otherwise given


class BadOption(Exception):
    """An option that cannot be; the text is one sentence naming it."""


class Overrides(BaseModel):
    """Options that differ; what is None stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    interval: Interval | None = None
    image_format: ImageFormat | None = None
    quality: Quality | None = None
    deinterlace: bool | None = None
    square_pixels: bool | None = None
    dedup: bool | None = None
    detectors: DetectorNames | None = None
    labels: tuple[str, ...] | None = None
    edge_precision: float | None = Field(None, gt=0)
    deadline_seconds: float | None = Field(None, gt=0)
    priority: Priority | None = None


def overrides(**given: object) -> Overrides:
    """The overrides given by name; raises `BadOption`."""
    try:
        return Overrides.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadOption(f"{first['loc'][0]} is {first['input']}: {first['msg']}.") from None


class Route(Overrides):
    """Overrides for the videos of one bucket, or of all, whose keys begin with `prefix`."""

    bucket: str | None = None
    prefix: str = ""

    def leads_to(self, bucket: str, key: str) -> bool:
        return self.bucket in (None, bucket) and key.startswith(self.prefix)


class Order(BaseModel):
    """How one video is to be processed, and how soon."""

    model_config = ConfigDict(frozen=True)
    options: Options = Options()
    deadline_seconds: float = Field(7200.0, gt=0)


def order_for(
    bucket: str, key: str, routes: Iterable[Route], usual: Order, given: Overrides | None = None
) -> Order:
    """The usual order, changed by the most particular route to the object, then by what was given.

    The longer prefix is the more particular; of equal ones that which names the bucket, then the later one.
    """
    ways = sorted(
        (route for route in routes if route.leads_to(bucket, key)),
        key=lambda route: (len(route.prefix), route.bucket is not None),
    )
    route, given = ways[-1] if ways else Overrides(), given or Overrides()
    changes = {**_said(route), **_said(given)}
    sampling = {name: value for name, value in changes.items() if name in Sampling.model_fields}
    options = usual.options
    return Order(
        options=Options(
            sampling=options.sampling.model_copy(update=sampling),
            detectors=changes.get("detectors", options.detectors),
            labels=changes.get("labels", options.labels),
            analysis=_analysis(options.analysis, changes),
        ),
        deadline_seconds=_deadline(usual.deadline_seconds, route, given),
    )


def _deadline(seconds: float, *says: Overrides) -> float:
    """The deadline, scaled by the priority; what is said later comes before what was said so far."""
    share = TIME_OF["normal"]
    for said in says:
        if said.deadline_seconds is not None:
            seconds, share = said.deadline_seconds, TIME_OF["normal"]
        if said.priority is not None:
            share = TIME_OF[said.priority]
    return seconds * share


def _analysis(usual: Analysis, changes: Mapping[str, Any]) -> Analysis:
    return replace(usual, edge_precision=changes.get("edge_precision", usual.edge_precision))


def _said(overrides: Overrides) -> dict[str, Any]:
    return {name: value for name, value in overrides if value is not None}
