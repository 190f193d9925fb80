"""An evaluation is told in every form, with what the model missed and made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from services.trainer.evaluation import results
from services.trainer.evaluation.mistaken import drawn
from services.trainer.evaluation.report import Report, as_html, as_json, compared, tables
from services.trainer.workshop import Workshop
from shared.datasets.evaluation import Find, Mistakes, Truth
from shared.models.control import ModelState
from shared.runtime.command import Failure
from tests.unit.rekognition_local.pictures import scene
from tests.unit.rekognition_local.stand import Stand
from tests.unit.trainer.samples import brands
from tests.unit.trainer.steps import V1, imported, trained

pytestmark = pytest.mark.real_time


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
    with pytest.raises(Failure, match="was not tested: import pictures to test with"):
        await results.evaluation(workshop, V1)


async def test_a_version_that_could_not_be_trained_says_why(workshop: Workshop) -> None:
    broken = replace(V1, state=ModelState.TRAINING_FAILED, message="The dataset has no labels.")
    with pytest.raises(Failure, match="v1 could not be trained: The dataset has no labels"):
        await results.evaluation(workshop, broken)
