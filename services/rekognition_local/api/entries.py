"""The operations on a dataset's entries: UpdateDatasetEntries, ListDatasetEntries, ListDatasetLabels."""

from __future__ import annotations

from typing import Any

from services.rekognition_local import wire
from services.rekognition_local.account import Account
from services.rekognition_local.api import datasets
from services.rekognition_local.api.paging import slice_of
from services.rekognition_local.errors import InvalidParameterException, LimitExceededException
from services.rekognition_local.resources import entries
from services.rekognition_local.resources.datasets import check_idle
from services.rekognition_local.resources.entries import Entry
from shared.datasets.manifest import MOST_LABELS, MOST_PICTURES, BadLine


async def update(account: Account, request: wire.UpdateDatasetEntries) -> dict[str, Any]:
    """Add entries, or replace those of the same source-ref; raises `ResourceInUseException` meanwhile."""
    dataset = account.dataset(request.dataset_arn)
    check_idle(dataset)
    try:
        changes = entries.parse(request.changes.ground_truth.decode("utf-8").splitlines())
    except (BadLine, UnicodeDecodeError) as error:
        raise InvalidParameterException(f"The changes are no JSON lines of entries: {error}.") from None
    found = entries.merged(datasets.read(account, dataset), changes)
    stats = entries.stats(found)
    if stats.total > MOST_PICTURES or stats.labels > MOST_LABELS:
        raise LimitExceededException(f"A dataset may have {MOST_PICTURES} images and {MOST_LABELS} labels.")
    datasets.replace_entries(account, dataset, found)
    return {}


async def list_all(account: Account, request: wire.ListDatasetEntries) -> dict[str, Any]:
    """The entries that pass the filters, a page at a time."""
    found = datasets.read(account, account.dataset(request.dataset_arn))
    wanted = [one for one in found if _passes(one, request)]
    shown, more = slice_of(wanted, request.max_results, request.next_token)
    return {"DatasetEntries": [one.told() for one in shown], **more}


async def list_labels(account: Account, request: wire.ListDatasetLabels) -> dict[str, Any]:
    """The labels with their numbers of entries and boxes, a page at a time."""
    counts = entries.label_counts(datasets.read(account, account.dataset(request.dataset_arn)))
    shown, more = slice_of(counts, request.max_results, request.next_token)
    described = [
        {"LabelName": label, "LabelStats": {"EntryCount": images, "BoundingBoxCount": boxes}}
        for label, images, boxes in shown
    ]
    return {"DatasetLabelDescriptions": described, **more}


def _passes(one: Entry, request: wire.ListDatasetEntries) -> bool:
    return (
        (request.labeled is None or request.labeled == bool(one.labels))
        and (request.has_errors is None or request.has_errors == (one.problem is not None))
        and (request.contains_labels is None or bool(one.labels & set(request.contains_labels)))
        and (request.source_ref_contains is None or request.source_ref_contains in one.reference)
    )
