"""The operation DetectModerationLabels: judged by the words that can be read in the image, by nothing else.

It exists so that the moderation detector can be tried; of what a picture shows it knows nothing.
Names follow AWS's moderation taxonomy, version 7.
"""

from __future__ import annotations

from typing import Any

from services.rekognition_local import wire
from services.rekognition_local.account import Account
from services.rekognition_local.api.text import lines_in
from services.rekognition_local.errors import InvalidParameterException

MODEL_VERSION = "7.0"
LEAST_CONFIDENCE = 50.0  # AWS's own default
TELLTALES = {  # words, and the labels (from the top of the taxonomy down) they betray
    ("beer", "wine", "vodka", "whisky", "whiskey", "gin", "rum", "brewery", "lager"): (
        "Alcohol",
        "Alcoholic Beverages",
    ),
    ("casino", "poker", "bet", "bets", "betting", "jackpot", "lottery", "roulette"): ("Gambling",),
    ("tobacco", "cigarettes", "cigars", "vape"): ("Drugs & Tobacco", "Products"),
}


async def detect(account: Account, request: wire.DetectModerationLabels) -> dict[str, Any]:
    """Moderation labels of the words in one image."""
    if request.project_version is not None:
        raise InvalidParameterException("The stand-in has no moderation adapters: leave out ProjectVersion.")
    least = LEAST_CONFIDENCE if request.min_confidence is None else request.min_confidence
    words = [word for line in await lines_in(account, request.image) for word in line.words]
    said = {word.text.lower(): word.confidence for word in sorted(words, key=lambda one: one.confidence)}
    labels = [label for telltale, names in TELLTALES.items() for label in _labels(telltale, names, said)]
    kept = [label for label in labels if label["Confidence"] >= least]
    return {"ModerationLabels": kept, "ModerationModelVersion": MODEL_VERSION, "ContentTypes": []}


def _labels(
    telltale: tuple[str, ...], names: tuple[str, ...], said: dict[str, float]
) -> list[dict[str, Any]]:
    confidence = max((said[word] for word in telltale if word in said), default=None)
    if confidence is None:
        return []
    parents = ("", *names)
    return [
        {"Name": name, "ParentName": parents[at], "TaxonomyLevel": at + 1, "Confidence": confidence}
        for at, name in enumerate(names)
    ]
