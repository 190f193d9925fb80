"""Pictures are brought in once, whatever is killed; and fetched once, to nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.trainer.datasets.fetching import fetch, missing
from services.trainer.datasets.importing import Imported
from services.trainer.formats import read
from services.trainer.workshop import Workshop
from shared.runtime.command import Failure
from tests.unit.rekognition_local.pictures import boxed, scene
from tests.unit.rekognition_local.stand import Stand
from tests.unit.trainer.samples import as_voc, brands
from tests.unit.trainer.steps import imported

pytestmark = pytest.mark.real_time


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
