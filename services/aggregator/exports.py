"""The files of a finished video, pure: the same outcome always gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from operator import itemgetter
from typing import Any

from services.aggregator.exposure import BrandTotal, Exposure
from services.aggregator.summary import Examination, Outcome, error_of
from shared.messages import FrameDetected, FrameResult, ScreenedFrame
from shared.timecode import clock, frame_name, to_ms

VERSION = 2  # of the formats below; raised when a reader would have to change


def detections_json(outcome: Outcome) -> bytes:
    """Every sampled frame: also those with no logo, those that failed and those screened, with the reason."""
    heirs: defaultdict[int, list[FrameDetected | None]] = defaultdict(list)
    for frame in outcome.inherited:
        heirs[frame.instant].append(frame)
    frames = [
        *[_frame(frame) for frame in outcome.frames],
        *[_screened(frame, heir) for frame in outcome.screened for heir in heirs[frame.instant] or [None]],
    ]
    frames.sort(key=itemgetter("instant"))  # which leaves the detectors of a frame in their order
    return _json({"version": VERSION, "video": _video(outcome), "frames": frames})


def summary_json(outcome: Outcome) -> bytes:
    """The video, its books and each brand's exposure."""
    books = outcome.books
    return _json(
        {
            "version": VERSION,
            "video": _video(outcome),
            "state": outcome.state.value,
            "error": error_of(outcome),
            "frames": {
                "sampled": books.sampled,
                "published": books.published,
                "skipped": books.skipped,
                "detectors": {made.detector: _examination(made) for made in books.examinations},
            },
            "brands": [
                {"detector": found.detector, **_brand(brand)}
                for found in outcome.findings
                for brand in found.brands
            ],
        }
    )


def exposures_csv(outcome: Outcome) -> bytes:
    """One line per exposure, in the order of detectors and of time."""
    rows = [
        {"detector": found.detector, **_exposure(exposure)}
        for found in outcome.findings
        for exposure in found.exposures
    ]
    names = ["detector", "brand", "start", "end", "start_s", "end_s", "seconds", "uncertainty_s", "samples"]
    return _csv([*names, "mean_area_percent"], rows)


def _video(outcome: Outcome) -> dict[str, Any]:
    video = outcome.video
    return {
        "id": video.video_id,
        "source": video.source.address,
        "duration_s": video.duration_ms / 1000,
        "width": video.width,
        "height": video.height,
        "interval_s": float(video.sampling.step),
    }


def _examination(made: Examination) -> dict[str, Any]:
    return {"detected": made.detected, "failed": made.failed, "failures": made.failures}


def _frame(frame: FrameResult) -> dict[str, Any]:
    facts = {**_facts(frame), "detector": frame.detector}
    if isinstance(frame, FrameDetected):
        found = [detection.model_dump() for detection in frame.detections]
        return {**facts, "outcome": "detected", "model": frame.model, "detections": found}
    return {**facts, "outcome": "failed", "reason": frame.reason}


def _screened(frame: ScreenedFrame, heir: FrameDetected | None) -> dict[str, Any]:
    facts = {**_facts(frame), "outcome": "skipped", "reason": frame.reason, "measure": frame.measure}
    if heir is None:
        return facts
    found = [detection.model_dump() for detection in heir.detections]
    return {
        **facts,
        "outcome": "inherited",
        "same_as": frame.same_as,
        "detector": heir.detector,
        "model": heir.model,
        "detections": found,
    }


def _facts(frame: FrameResult | ScreenedFrame) -> dict[str, Any]:
    return {
        "name": frame_name(frame.instant, frame.timestamp_ms),
        "instant": frame.instant,
        "timestamp_s": frame.timestamp_ms / 1000,
        "timecode": clock(frame.timestamp_ms),
    }


def _brand(total: BrandTotal) -> dict[str, Any]:
    return {
        "brand": total.brand,
        "screen_time_s": _seconds(total.screen_time),
        "logo_seconds_s": _seconds(total.logo_seconds),
        "exposures": total.exposures,
        "longest_s": _seconds(total.longest),
        "first_seen_s": _seconds(total.first_seen),
        "last_seen_s": _seconds(total.last_seen),
        "share_of_voice_percent": round(100 * total.share_of_voice, 2),
        "mean_area_percent": round(100 * total.mean_area, 3),
        "max_area_percent": round(100 * total.max_area, 3),
    }


def _exposure(exposure: Exposure) -> dict[str, Any]:
    return {
        "brand": exposure.brand,
        "start": clock(to_ms(exposure.start)),
        "end": clock(to_ms(exposure.end)),
        "start_s": _seconds(exposure.start),
        "end_s": _seconds(exposure.end),
        "seconds": _seconds(exposure.seconds),
        "uncertainty_s": _seconds(exposure.uncertainty),
        "samples": exposure.samples,
        "mean_area_percent": round(100 * exposure.mean_area, 3),
    }


def _seconds(value: Fraction) -> float:
    return to_ms(value) / 1000


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _csv(names: list[str], rows: Iterable[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
