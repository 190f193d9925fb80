"""The recognizer as others use it: it learns from logos alone, finds them, and is kept in a file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from services.rekognition_local.recognition import Found, LabelledBox, LabelledImage, Recognizer, train
from services.rekognition_local.recognition.samples import UnusableTrainingMaterial
from services.rekognition_local.recognition.training import Effort, train_with
from tests.unit.rekognition_local.recognition.logos import LABELS, cross, logo_only, pasted, rings, wall

LITTLE = Effort(
    views=50,
    template_views=40,
    lookalikes=15,
    made_up=3,
    rehearsals=4,
    strangers=2,
    calibration=3,
    passes=40,
    networks=1,
)
LEAST = replace(LITTLE, views=10, template_views=8, lookalikes=2, made_up=1, rehearsals=2, passes=2)


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return train_with(LITTLE, logo_only(), np.random.default_rng(0), lambda share: None)


def alike(ours: list[Found], theirs: list[Found]) -> bool:
    """Whether two lists of finds are the same but for the last digits, which hang on how BLAS splits sums."""
    return [find.label for find in ours] == [find.label for find in theirs] and all(
        astuple(mine)[1:] == pytest.approx(astuple(other)[1:], rel=0.02, abs=0.02)
        for mine, other in zip(ours, theirs, strict=True)
    )


def frame() -> np.ndarray:
    """640 x 360 with the cross at (60, 120) and the rings at (380, 200)."""
    picture = wall()
    pasted(picture, cross(), 60, 120)
    pasted(picture, rings(), 380, 200)
    return picture


def test_each_logo_is_found_once_and_where_it_is(recognizer: Recognizer) -> None:
    found = [find for find in recognizer.detect(frame()) if find.confidence >= 40]
    assert sorted(find.label for find in found) == list(LABELS)
    places = {find.label: find for find in found}
    for label, (left, top, width, height) in {
        "cross": (63, 122, 114, 115),
        "rings": (383, 203, 174, 84),
    }.items():
        assert places[label].left * 640 == pytest.approx(left, abs=0.2 * width)
        assert places[label].top * 360 == pytest.approx(top, abs=0.2 * height)
        assert places[label].width * 640 == pytest.approx(width, rel=0.3)
        assert places[label].height * 360 == pytest.approx(height, rel=0.3)


def test_finds_come_surest_first_inside_the_image_and_from_confidence_one(recognizer: Recognizer) -> None:
    picture = frame()[100:, 80:]  # the cross is cut by two edges
    found = recognizer.detect(picture)
    assert [find.confidence for find in found] == sorted((find.confidence for find in found), reverse=True)
    for find in found:
        assert 1 <= find.confidence <= 100
        assert 0 <= find.left <= find.left + find.width <= 1 + 1e-6
        assert 0 <= find.top <= find.top + find.height <= 1 + 1e-6


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (20, 20), (720, 8)])
def test_an_image_too_small_for_any_logo_shows_none(recognizer: Recognizer, shape: tuple[int, int]) -> None:
    assert [
        find for find in recognizer.detect(np.full((*shape, 3), 90, np.uint8)) if find.confidence > 40
    ] == []


def test_a_saved_recognizer_finds_the_same(recognizer: Recognizer, tmp_path: Path) -> None:
    recognizer.save(tmp_path / "model.npz")
    again = Recognizer.load(tmp_path / "model.npz")
    assert again.labels == recognizer.labels
    assert alike(again.detect(frame()), recognizer.detect(frame()))


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04 no zip either"])
def test_a_file_that_is_no_recognizer_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"model\.npz is not a recognizer of this version; train it again"):
        Recognizer.load(tmp_path / "model.npz")


def test_the_same_material_and_seed_give_the_same_recognizer() -> None:
    first, second = (
        train_with(LEAST, logo_only(), np.random.default_rng(3), lambda share: None) for _ in range(2)
    )
    assert np.array_equal(first.classifier.first, second.classifier.first)
    assert first.calibration.intercept == second.calibration.intercept
    assert first.detect(frame()) == second.detect(frame())


def test_threads_at_once_find_what_one_alone_finds(recognizer: Recognizer) -> None:
    alone = recognizer.detect(frame())
    with ThreadPoolExecutor(4) as pool:
        together: list[list[Found]] = list(pool.map(recognizer.detect, [frame() for _ in range(6)]))
    assert all(alike(found, alone) for found in together)


def test_training_without_a_labelled_box_is_refused() -> None:
    with pytest.raises(UnusableTrainingMaterial, match="label at least one logo"):
        train([LabelledImage(wall(), ())])


def test_training_on_specks_names_the_label() -> None:
    with pytest.raises(UnusableTrainingMaterial, match="all boxes of speck are under 6 pixels"):
        train([LabelledImage(wall(), (LabelledBox("speck", 10, 10, 3, 3),))])


def test_scenes_with_boxes_teach_as_well_as_logos_alone() -> None:
    scenes = []
    for left, top in ((40, 60), (300, 150), (420, 30)):
        picture = wall()
        pasted(picture, cross(), left, top)
        scenes.append(LabelledImage(picture, (LabelledBox("cross", left + 3, top + 2, 115, 116),)))
    learnt = train_with(LITTLE, scenes, np.random.default_rng(1), lambda share: None)
    found = learnt.detect(frame())[0]
    assert found.label == "cross"
    assert found.left * 640 == pytest.approx(63, abs=25)
