"""What several files say alike: the video, a brand's totals and one exposure, as plain values."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from services.aggregator.analysis.exposure import Exposure
from services.aggregator.analysis.measures import BrandTotal
from shared.videos.ledger import Video
from shared.videos.timecode import clock, to_ms


def video_facts(video: Video) -> dict[str, Any]:
    return {
        "id": video.video_id,
        "source": video.source.address,
        "duration_s": video.duration_ms / 1000,
        "width": video.width,
        "height": video.height,
        "interval_s": float(video.sampling.step),
    }


def brand_facts(total: BrandTotal) -> dict[str, Any]:
    return {
        "brand": total.brand,
        "screen_time_s": seconds(total.screen_time),
        "screen_time_within_s": seconds(total.within),
        "screen_time_deviation_s": round(total.deviation, 3),
        "logo_seconds_s": seconds(total.logo_seconds),
        "exposures": total.exposures,
        "longest_s": seconds(total.longest),
        "first_seen_s": seconds(total.first_seen),
        "last_seen_s": seconds(total.last_seen),
        "solus_s": round(total.solus, 3),
        "clutter": round(total.clutter, 3),
        "share_of_voice_percent": percent(total.share_of_voice, 2),
        "share_of_area_time_percent": percent(total.share_of_area, 2),
        "area_time_s": round(total.area_time, 4),
        "mean_area_percent": percent(total.mean_area, 3),
        "max_area_percent": percent(total.max_area, 3),
        "centre_weight": round(total.centre_weight, 3),
        "confidence_percent": round(total.confidence, 2),
        "sharpness": rounded(total.sharpness, 3),
        "clarity": rounded(total.clarity, 3),
        "effective_s": round(total.effective, 3),
        "value": rounded(total.value, 2),
    }


def exposure_facts(exposure: Exposure) -> dict[str, Any]:
    return {
        "brand": exposure.brand,
        "start": clock(to_ms(exposure.start)),
        "end": clock(to_ms(exposure.end)),
        "start_s": seconds(exposure.start),
        "end_s": seconds(exposure.end),
        "seconds": seconds(exposure.seconds),
        "start_within_s": seconds(exposure.opens_within),
        "end_within_s": seconds(exposure.closes_within),
        "samples": exposure.samples,
        "mean_area_percent": percent(exposure.mean_area, 3),
        "max_area_percent": percent(exposure.max_area, 3),
        "confidence_percent": round(exposure.confidence, 2),
    }


def seconds(value: Fraction) -> float:
    return to_ms(value) / 1000


def percent(share: float, digits: int) -> float:
    return round(100 * share, digits)


def rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
