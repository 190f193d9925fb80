"""Promises of making a model, on the stand-in: each step finds what is there; order and quotas are kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from services.trainer import copying, deletion, promotion, results, training
from services.trainer import project as account
from services.trainer.checking import Sound, check
from services.trainer.fetching import fetch, missing
from services.trainer.formats import read
from services.trainer.importing import Imported, bring_in
from services.trainer.mistaken import drawn
from services.trainer.promotion import Gate, refusal
from services.trainer.report import Report, as_html, as_json, compared, tables
from services.trainer.workshop import Workshop
from shared.datasets.evaluation import Find, Mistakes, Truth
from shared.models.control import ModelState
from shared.models.projects import Project
from shared.models.versions import ModelVersion
from shared.runtime.command import Failure
from tests.unit.rekognition_local.pictures import boxed, scene
from tests.unit.rekognition_local.stand import Stand
from tests.unit.trainer.samples import brands, scenes
from tests.unit.trainer.test_formats import as_voc

pytestmark = pytest.mark.real_time


def sound(folder: Path) -> list[Sound]:
    verdict = check(read(folder), folder)
    assert not verdict.violations
    return list(verdict.sound)


async def imported(workshop: Workshop, folder: Path, test: Path | None = None) -> Imported:
    return await bring_in(workshop, sound(folder), sound(test) if test else None, lambda: None)


async def trained(workshop: Workshop, name: str | None = None) -> tuple[Project, ModelVersion]:
    project = await account.need(workshop)
    version, _ = await training.begin(workshop, project, name)
    return project, await training.ended(workshop, project, version.name, lambda sentence: None)


async def test_a_project_is_made_once_and_tagged(workshop: Workshop, stand: Stand) -> None:
    project, new = await account.find_or_make(workshop)
    again, made_again = await account.find_or_make(workshop)
    assert (new, made_again, again) == (True, False, project)
    assert stand.account.store.tags[project.arn] == {"logostream": "logostream"}


async def test_pictures_are_brought_in_once_and_a_fifth_is_kept_for_testing(
    workshop: Workshop, tmp_path: Path
) -> None:
    folder = brands(tmp_path / "brands")
    assert await imported(workshop, folder) == Imported(10, 10, 8, 2)
    assert await imported(workshop, folder) == Imported(0, 0, 8, 2)


async def test_what_a_killed_run_left_undone_is_done_by_the_next(
    workshop: Workshop, stand: Stand, tmp_path: Path
) -> None:
    folder = brands(tmp_path / "brands")
    stand.objects.faults.refuse["put"] = 1
    with pytest.raises(ExceptionGroup):
        await imported(workshop, folder)
    done = await imported(workshop, folder)
    assert (done.training, done.test) == (8, 2)


async def test_a_test_set_of_its_own_is_kept_apart(workshop: Workshop, tmp_path: Path) -> None:
    train, test = as_voc(tmp_path / "train"), tmp_path / "test"
    as_voc(test)
    for path in (test / "JPEGImages").iterdir():
        path.write_bytes(path.read_bytes() + b"other")
    assert await imported(workshop, train, test) == Imported(4, 4, 2, 2)
    assert await imported(workshop, train, test) == Imported(0, 0, 2, 2)


async def test_from_a_folder_of_pictures_to_a_tested_version_in_service(
    workshop: Workshop, stand: Stand, tmp_path: Path
) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    project, version = await trained(workshop)
    assert (version.name, version.state) == ("v1", ModelState.TRAINING_COMPLETED)
    judged = await results.evaluation(workshop, version)
    assert judged.f1 == pytest.approx(1)
    started = await promotion.start(workshop, project, version, 1)
    stand.version = started.arn
    assert started.state is ModelState.RUNNING
    assert await results.worst_pictures(workshop, project, started, judged, 5) == []


async def test_a_training_is_watched_and_not_begun_again_until_pictures_change(
    workshop: Workshop, tmp_path: Path
) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    project = await account.need(workshop)
    first, new = await training.begin(workshop, project, None)
    second, new_again = await training.begin(workshop, project, first.name)
    assert (new, new_again, second.arn) == (True, False, first.arn)
    await training.ended(workshop, project, first.name, lambda sentence: None)
    over, new_once_more = await training.begin(workshop, project, None)
    assert (over.name, over.state, new_once_more) == ("v1", ModelState.TRAINING_COMPLETED, False)
    await imported(workshop, brands(tmp_path / "more", 6))
    assert (await training.begin(workshop, project, None))[0].name == "v2"


def test_a_version_that_failed_or_is_older_than_a_picture_is_no_reason_not_to_train() -> None:
    trained = replace(V1, created_at=100.0)
    assert training.current([trained], 100.0) == trained
    assert training.current([trained], 101.0) is None
    assert training.current([replace(trained, state=ModelState.TRAINING_FAILED)], 99.0) is None
    under_way = replace(trained, state=ModelState.TRAINING_IN_PROGRESS)
    assert training.current([trained, under_way], 99.0) == under_way


async def test_without_pictures_there_is_no_training(workshop: Workshop) -> None:
    project, _ = await account.find_or_make(workshop)
    with pytest.raises(Failure, match="dataset import"):
        await training.begin(workshop, project, None)
    with pytest.raises(Failure, match="no project nowhere"):
        await account.need(workshop, "nowhere")
    with pytest.raises(Failure, match="no version v9"):
        await account.need_version(workshop, project, "v9")


async def test_a_training_that_fails_is_told_with_its_reason(workshop: Workshop, tmp_path: Path) -> None:
    folder = tmp_path / "brands"
    for number, path in enumerate(scenes(folder / "unlearnable", 3) + scenes(folder / "red", 3)):
        path.write_bytes(path.read_bytes() + bytes([number]) * 3)
    await imported(workshop, folder)
    with pytest.raises(Failure, match="cannot be learnt"):
        await trained(workshop)


async def test_blue_gives_way_to_green_only_once_it_runs(
    workshop: Workshop, stand: Stand, tmp_path: Path
) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    project, blue = await trained(workshop)
    await promotion.start(workshop, project, blue, 2)
    _, green = await trained(workshop, "v2")
    await stand.admin("faults", {"failing_starts": 1})
    with pytest.raises(Failure, match="did not start"):
        await promotion.start(workshop, project, green, 1)
    assert (await account.need_version(workshop, project, "v1")).state is ModelState.RUNNING
    green = await promotion.start(workshop, project, await account.need_version(workshop, project, "v2"), 1)
    assert len(await promotion.running_models(workshop)) == 2
    blue = await account.need_version(workshop, project, "v1")
    assert (await promotion.stop(workshop, project, blue)).least_units == 2
    assert await promotion.running_models(workshop) == [green.arn]
    assert green.state is ModelState.RUNNING


@pytest.mark.parametrize("lag", [0, 5])
async def test_all_is_deleted_in_the_order_aws_accepts(
    workshop: Workshop, stand: Stand, tmp_path: Path, lag: float
) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    project, version = await trained(workshop)
    await stand.admin("faults", {"stale_seconds": lag})
    await promotion.start(workshop, project, version, 1)
    project = await account.need(workshop)
    await deletion.check_ours(workshop, project)
    said: list[str] = []
    await deletion.delete_project(workshop, project, said.append)
    assert said == [
        "stopping v1",
        "deleting v1",
        "deleting the train dataset",
        "deleting the test dataset",
        "deleting project brands",
    ]
    assert not stand.account.store.projects
    assert not stand.account.store.datasets
    assert not stand.account.store.versions


async def test_what_others_made_is_refused(workshop: Workshop, stand: Stand) -> None:
    await stand.call("create_project", ProjectName="brands")
    with pytest.raises(Failure, match="not made by this installation"):
        await deletion.check_ours(workshop, await account.need(workshop))


async def test_a_copy_is_made_once_and_knows_the_same(workshop: Workshop, tmp_path: Path) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    _, version = await trained(workshop)
    _, copied = await copying.copy(workshop, "v1", "live", "v7")
    _, again = await copying.copy(workshop, "v1", "live", "v7")
    assert (copied.arn, copied.state, copied.f1) == (again.arn, ModelState.COPYING_COMPLETED, version.f1)


V1 = ModelVersion("arn:v1", "v1", ModelState.RUNNING, "", 0.0, 1, 0.9)
V2 = replace(V1, arn="arn:v2", name="v2", state=ModelState.TRAINING_COMPLETED)


@pytest.mark.parametrize(
    ("new", "old", "gate", "running", "reason"),
    [
        (V2, V1, Gate(), ["arn:v1"], None),
        (V2, None, Gate(), [], None),
        (replace(V2, f1=0.85), V1, Gate(slack=0.1), ["arn:v1"], None),
        (replace(V2, f1=None), None, Gate(), [], None),
        (V2, V1, Gate(), ["arn:v1", "arn:x"], "as many models as AWS allows"),
        (replace(V2, f1=0.85), V1, Gate(), ["arn:v1"], "v1, which is in service, has 0.900"),
        (V2, None, Gate(least=0.95), [], "below the 0.950"),
        (replace(V2, f1=None), V1, Gate(), ["arn:v1"], "was not tested"),
        (replace(V2, state=ModelState.TRAINING_FAILED), None, Gate(), [], "cannot be started"),
    ],
)
def test_the_gate_lets_pass_what_is_good_enough_and_fits(
    new: ModelVersion, old: ModelVersion | None, gate: Gate, running: list[str], reason: str | None
) -> None:
    refused = refusal(new, old, gate, running)
    assert (refused is None) if reason is None else (reason in (refused or ""))


async def test_an_evaluation_is_told_as_table_json_and_page(workshop: Workshop, tmp_path: Path) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    _, version = await trained(workshop)
    judged = await results.evaluation(workshop, version)
    mistaken = Mistakes("s3://b/<k>.png", (Truth("red", None),), ())
    report = Report("brands", "v1", judged, (mistaken,), {mistaken.name: drawn(scene(), mistaken)})
    assert [table.row_count for table in tables(report)] == [2, 1]
    told: Any = as_json(report)
    assert (told["f1"], [one["label"] for one in told["labels"]]) == (judged.f1, ["green", "red"])
    page = as_html(report)
    assert "s3://b/&lt;k&gt;.png" in page
    assert "<script" not in page
    assert 'src="data:image/jpeg;base64,/9j/' in page
    assert compared("v1", "v2", judged, judged).row_count == 3


def test_what_was_missed_is_framed_green_and_what_was_made_up_red() -> None:
    plain = cv2.imencode(".png", np.full((360, 960, 3), 255, np.uint8))[1].tobytes()
    mistaken = Mistakes("p", (Truth("a", (100, 100, 200, 80)),), (Find("b", 90, (600, 100, 200, 80)),))
    image = np.asarray(cv2.imdecode(np.frombuffer(drawn(plain, mistaken), np.uint8), cv2.IMREAD_COLOR))
    assert image.shape == (180, 480, 3)
    for column, strongest in ((50, 1), (300, 2)):  # of blue, green and red
        assert image[70, column].argmax() == strongest
        assert image[70, column].min() < 120
    assert drawn(b"no image", mistaken) == b""


@pytest.mark.parametrize("body", [b"[]", b"{}", b"nonsense"])
async def test_a_summary_that_is_none_is_one_sentence(workshop: Workshop, stand: Stand, body: bytes) -> None:
    place = workshop.place("output/summary.json")
    await stand.objects.put(place, body, "")
    with pytest.raises(Failure, match="is no evaluation summary"):
        await results.evaluation(workshop, replace(V1, summary=place))
    with pytest.raises(Failure, match="was not tested"):
        await results.evaluation(workshop, V1)


async def test_pictures_that_a_manifest_names_in_s3_are_copied_to_beside_it_once(
    workshop: Workshop, stand: Stand, tmp_path: Path
) -> None:
    await stand.put("frames/v/0001.png", scene())
    path = tmp_path / "review.manifest"
    lines = [json.dumps(boxed("frames/v/0001.png", "red")), "no json", ""]
    path.write_text("\n".join(lines))
    wanted = missing(path, lines)
    await fetch(workshop, wanted, lambda: None)
    assert [one.target for one in wanted] == [tmp_path / "frames/v/0001.png"]
    assert missing(path, lines) == []
    assert [picture.path.name for picture in read(path).pictures] == ["0001.png"]


def test_a_picture_is_never_copied_out_of_the_folder(tmp_path: Path) -> None:
    line = json.dumps({"source-ref": "s3://bucket/../../etc/passwd"})
    with pytest.raises(Failure, match="out of the manifest's folder"):
        missing(tmp_path / "a.manifest", [line])
