"""Promises of datasets, as boto3 sees them: made, filled, listed, shared out, trained from, deleted."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rekognition_local.resources import entries
from services.rekognition_local.resources.datasets import Stats
from tests.fakes.objects import FakeObjects
from tests.unit.rekognition_local.pictures import BUCKET, boxed, jsonl, scene
from tests.unit.rekognition_local.stand import Clock, Stand, opened

LABELS = st.sampled_from(["red", "green", "blue"])


async def created(stand: Stand, kind: str = "TRAIN", *lines: dict[str, Any]) -> str:
    """A complete dataset with these entries."""
    await stand.put("data.manifest", jsonl(*lines))
    manifest = {"S3Object": {"Bucket": BUCKET, "Name": "data.manifest"}}
    source = {"DatasetSource": {"GroundTruthManifest": manifest}} if lines else {}
    reply = await stand.call("create_dataset", ProjectArn=stand.project, DatasetType=kind, **source)
    stand.pass_change()
    return str(reply["DatasetArn"])


async def described(stand: Stand, arn: str) -> dict[str, Any]:
    return dict((await stand.call("describe_dataset", DatasetArn=arn))["DatasetDescription"])


async def listed(stand: Stand, arn: str, **filters: Any) -> list[str]:
    """The keys of the entries that pass, by botocore's own paginator."""

    def lines() -> list[str]:
        pages = stand.client.get_paginator("list_dataset_entries").paginate(
            DatasetArn=arn, PaginationConfig={"PageSize": 2}, **filters
        )
        return [line for page in pages for line in page["DatasetEntries"]]

    return [json.loads(line)["source-ref"].rpartition("/")[2] for line in await asyncio.to_thread(lines)]


@pytest.mark.real_time
async def test_a_dataset_is_made_from_a_manifest_in_its_own_time(stand: Stand) -> None:
    lines = [boxed(f"{n}.png", "red") for n in range(3)] + [{"source-ref": "s3://logos/bare.png"}]
    arn = await created(stand, "TRAIN", *lines)
    dataset = await described(stand, arn)
    assert (dataset["Status"], dataset["StatusMessageCode"]) == ("CREATE_COMPLETE", "SUCCESS")
    stats = {"LabeledEntries": 3, "TotalEntries": 4, "TotalLabels": 1, "ErrorEntries": 0}
    assert dataset["DatasetStats"] == stats
    assert await listed(stand, arn) == ["0.png", "1.png", "2.png", "bare.png"]
    assert await listed(stand, arn, Labeled=False) == ["bare.png"]
    assert await listed(stand, arn, SourceRefContains="/1.") == ["1.png"]
    assert await listed(stand, arn, ContainsLabels=["blue"]) == []


@pytest.mark.real_time
async def test_a_busy_dataset_is_neither_read_nor_changed(stand: Stand) -> None:
    reply = await stand.call("create_dataset", ProjectArn=stand.project, DatasetType="TRAIN")
    arn, changes = reply["DatasetArn"], {"GroundTruth": jsonl(boxed("a.png", "red"))}
    assert (await described(stand, arn))["Status"] == "CREATE_IN_PROGRESS"
    assert await stand.code("list_dataset_entries", DatasetArn=arn) == ("ResourceNotReadyException", 400)
    got = await stand.code("update_dataset_entries", DatasetArn=arn, Changes=changes)
    assert got == ("ResourceInUseException", 400)
    stand.pass_change()
    await stand.call("update_dataset_entries", DatasetArn=arn, Changes=changes)
    got = await stand.code("update_dataset_entries", DatasetArn=arn, Changes=changes)
    assert got == ("ResourceInUseException", 400)
    assert await stand.code("delete_dataset", DatasetArn=arn) == ("ResourceInUseException", 400)


@pytest.mark.real_time
async def test_updates_replace_by_source_ref_and_add_the_rest(stand: Stand) -> None:
    arn = await created(stand, "TRAIN", boxed("0.png", "red"))
    changes = jsonl(boxed("0.png", "green"), boxed("1.png", "red"))
    await stand.call("update_dataset_entries", DatasetArn=arn, Changes={"GroundTruth": changes})
    stand.pass_change()
    assert (await described(stand, arn))["Status"] == "UPDATE_COMPLETE"
    assert await listed(stand, arn, ContainsLabels=["green"]) == ["0.png"]
    labels = (await stand.call("list_dataset_labels", DatasetArn=arn))["DatasetLabelDescriptions"]
    assert [(one["LabelName"], one["LabelStats"]) for one in labels] == [
        ("green", {"EntryCount": 1, "BoundingBoxCount": 1}),
        ("red", {"EntryCount": 1, "BoundingBoxCount": 1}),
    ]


@pytest.mark.real_time
async def test_a_bad_entry_is_listed_as_such_and_too_many_fail_the_import(stand: Stand) -> None:
    bad = boxed("bad.png", "red")
    bad["boxes"]["annotations"][0]["left"] = 9999
    arn = await created(stand, "TRAIN", *(boxed(f"{n}.png", "red") for n in range(4)), bad)
    assert await listed(stand, arn, HasErrors=True) == ["bad.png"]
    arn = await created(stand, "TEST", bad)
    dataset = await described(stand, arn)
    assert (dataset["Status"], dataset["StatusMessageCode"]) == ("CREATE_FAILED", "CLIENT_ERROR")
    assert "1 of 1 entries are invalid" in dataset["StatusMessage"]


@pytest.mark.real_time
async def test_more_labels_than_aws_allows_fail_the_import(stand: Stand) -> None:
    arn = await created(stand, "TRAIN", *(boxed(f"{n}.png", f"label {n}") for n in range(251)))
    dataset = await described(stand, arn)
    assert (dataset["Status"], "251 labels" in dataset["StatusMessage"]) == ("CREATE_FAILED", True)


@pytest.mark.real_time
async def test_a_project_has_one_dataset_of_each_kind(stand: Stand) -> None:
    await created(stand)
    asked = {"ProjectArn": stand.project, "DatasetType": "TRAIN"}
    assert await stand.code("create_dataset", **asked) == ("ResourceAlreadyExistsException", 400)
    missing: Any = {"GroundTruthManifest": {"S3Object": {"Bucket": BUCKET, "Name": "none"}}}
    test = {"ProjectArn": stand.project, "DatasetType": "TEST", "DatasetSource": missing}
    assert await stand.code("create_dataset", **test) == ("InvalidS3ObjectException", 400)


@pytest.mark.real_time
async def test_a_fifth_is_moved_into_an_empty_test_set(stand: Stand) -> None:
    train = await created(stand, "TRAIN", *(boxed(f"{n}.png", "red") for n in range(10)))
    test = await created(stand, "TEST")
    both = [{"Arn": train}, {"Arn": test}]
    await stand.call("distribute_dataset_entries", Datasets=both)
    stand.pass_change()
    counts = [(await described(stand, arn))["DatasetStats"]["TotalEntries"] for arn in (train, test)]
    assert counts == [8, 2]
    assert (await stand.code("distribute_dataset_entries", Datasets=both))[0] == "InvalidParameterException"


@pytest.mark.real_time
async def test_a_version_is_trained_from_and_tested_with_the_datasets(stand: Stand) -> None:
    for number in range(3):
        await stand.put(f"{number}.png", scene())
    await created(stand, "TRAIN", boxed("0.png", "red"), boxed("1.png", "red"))
    output = {"S3Bucket": BUCKET, "S3KeyPrefix": "out/"}
    asked = {"ProjectArn": stand.project, "VersionName": "v1", "OutputConfig": output}
    assert (await stand.code("create_project_version", **asked))[0] == "InvalidParameterException"
    await created(stand, "TEST", boxed("2.png", "red"))
    await stand.call("create_project_version", **asked)
    await stand.wait("project_version_training_completed", ProjectArn=stand.project, VersionNames=["v1"])
    result = (await stand.described())["EvaluationResult"]
    assert result["F1Score"] == pytest.approx(1)
    where = result["Summary"]["S3Object"]
    assert where == {"Bucket": BUCKET, "Name": "out/EvaluationResultSummary-brands-v1.json"}
    stored = next(one.body for at, one in stand.objects.stored.items() if at.key == where["Name"])
    summary = json.loads(stored)
    assert summary["EvaluationDetails"]["NumberOfTestingImages"] == 1
    (label,) = summary["LabelEvaluationResults"]
    assert (label["Label"], label["Metrics"]["Threshold"]) == (
        "red",
        pytest.approx(0.3),
    )  # halfway between none and the find of 60 %


@pytest.mark.real_time
async def test_a_restart_keeps_datasets_with_their_entries_and_tags(tmp_path: Path) -> None:
    objects, clock = FakeObjects(BUCKET), Clock()
    async with opened(tmp_path, objects, clock) as stand:
        stand.project = (await stand.call("create_project", ProjectName="brands"))["ProjectArn"]
        arn = await created(stand, "TRAIN", boxed("0.png", "red"))
        await stand.call("tag_resource", ResourceArn=arn, Tags={"made-by": "us"})
    async with opened(tmp_path, objects, clock) as stand:
        assert await listed(stand, arn) == ["0.png"]
        assert (await stand.call("list_tags_for_resource", ResourceArn=arn))["Tags"] == {"made-by": "us"}


@pytest.mark.real_time
async def test_a_project_is_deleted_only_after_its_datasets(stand: Stand) -> None:
    arn = await created(stand)
    assert await stand.code("delete_project", ProjectArn=stand.project) == ("ResourceInUseException", 400)
    await stand.call("delete_dataset", DatasetArn=arn)
    assert (await described(stand, arn))["Status"] == "DELETE_IN_PROGRESS"
    stand.pass_change()
    assert await stand.code("describe_dataset", DatasetArn=arn) == ("ResourceNotFoundException", 400)
    await stand.call("delete_project", ProjectArn=stand.project)


@pytest.mark.real_time
async def test_tags_are_kept_with_what_they_are_on(stand: Stand) -> None:
    arn = stand.project
    await stand.call("tag_resource", ResourceArn=arn, Tags={"made-by": "a", "team": "b"})
    await stand.call("untag_resource", ResourceArn=arn, TagKeys=["team", "none"])
    assert (await stand.call("list_tags_for_resource", ResourceArn=arn))["Tags"] == {"made-by": "a"}
    nowhere = arn.replace("brands", "none")
    assert await stand.code("list_tags_for_resource", ResourceArn=nowhere) == (
        "ResourceNotFoundException",
        400,
    )
    too_many = {f"key{n}": "" for n in range(50)}
    got = await stand.code("tag_resource", ResourceArn=arn, Tags=too_many)
    assert got == ("ServiceQuotaExceededException", 400)


@given(st.lists(st.tuples(st.integers(0, 5), LABELS), max_size=20))
def test_the_last_line_of_a_picture_counts_whatever_the_order(lines: list[tuple[int, str]]) -> None:
    rows = [json.dumps(boxed(f"{number}.png", label)) for number, label in lines]
    last = {f"s3://logos/{number}.png": label for number, label in lines}
    once = entries.parse(rows)
    assert {one.reference: one.boxes[0] for one in once} == last
    half = len(rows) // 2
    merged = entries.merged(entries.parse(rows[:half]), entries.parse(rows[half:]))
    assert {one.reference: one.boxes for one in merged} == {one.reference: one.boxes for one in once}
    assert entries.stats(once) == Stats(len(last), len(last), len(set(last.values())), 0)
