"""The parts that learn: features, templates, the network and the calibration."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from services.rekognition_local.recognition import hog, shaping, templates
from services.rekognition_local.recognition.calibration import UNCALIBRATED, calibrate
from services.rekognition_local.recognition.classifier import Classifier, Lessons, learn, together
from services.rekognition_local.recognition.geometry import overlap
from services.rekognition_local.recognition.rehearsal import warps
from services.rekognition_local.recognition.rehearsal.cutouts import lift
from services.rekognition_local.recognition.rehearsal.scenery import scene
from services.rekognition_local.recognition.samples import LabelledBox, LabelledImage
from tests.unit.rekognition_local.recognition.logos import alone, cross, pasted, wall


def test_cells_do_not_change_when_light_and_dark_are_swapped() -> None:
    picture = scene(np.random.default_rng(1), 96, 128)
    np.testing.assert_allclose(hog.cells(picture, 8), hog.cells(255 - picture, 8), atol=1e-4)


def test_cells_tell_upright_from_level_stripes() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::8] = 255
    upright, level = hog.cells(stripes, 8), hog.cells(stripes.transpose(1, 0, 2).copy(), 8)
    assert upright[3, 3, 1] * level[3, 3, 1] < 0


def test_a_patch_is_the_box_and_its_margin_whatever_the_size() -> None:
    picture = scene(np.random.default_rng(2), 200, 200)
    large = cv2.resize(picture, None, fx=3, fy=3, interpolation=cv2.INTER_LINEAR)
    box = np.array([[40, 50, 60, 60]], np.float32)
    small_patch, large_patch = (hog.cut(hog.octaves(p), b)[0] for p, b in ((picture, box), (large, box * 3)))
    assert np.abs(small_patch.astype(int) - large_patch).mean() < 6


def test_a_patch_is_described_alike_whatever_stands_beside_it() -> None:
    picture = scene(np.random.default_rng(6), 200, 200)
    boxes = np.array([[40, 50, 60, 60], [100, 20, 90, 30], [0, 0, 50, 70]], np.float32)
    patches = hog.cut(hog.octaves(picture), boxes)
    together, single = hog.describe(patches, boxes), hog.describe(patches[1:2], boxes[1:2])
    assert np.array_equal(together[1], single[0])


def test_the_cutout_of_a_transparent_logo_is_boxed_by_what_is_seen() -> None:
    padded = np.zeros((160, 200, 4), np.uint8)
    padded[20:140, 50:170] = cross()
    (cutout,) = lift(alone("cross", padded))
    np.testing.assert_allclose(cutout.box[2:], (115, 116), atol=2)
    rows, columns = np.nonzero(cutout.mask > 0.5)
    np.testing.assert_allclose(cutout.box[:2], (columns.min(), rows.min()), atol=2)


def test_a_logo_alone_gets_room_around_it_for_the_board_behind_it() -> None:
    (cutout,) = lift(alone("cross", cross()))
    left, top, width, height = cutout.box
    assert min(left, cutout.mask.shape[1] - left - width) > 0.25 * width
    assert min(top, cutout.mask.shape[0] - top - height) > 0.25 * height


def test_a_logo_over_the_edge_is_boxed_up_to_the_edge() -> None:
    (cutout,) = lift(alone("cross", cross()))
    boxes = [
        warps.paste(np.zeros((90, 90, 3), np.uint8), cutout, 60, np.random.default_rng(seed))
        for seed in range(40)
    ]
    sides = np.vstack([box for box in boxes if box is not None])
    near, far = sides[:, :2], sides[:, :2] + sides[:, 2:]
    assert near.min() >= 0
    assert far.max() <= 90
    assert ((near == 0) | (far == 90)).any()


def test_a_logo_on_a_plain_board_is_cut_out_without_the_board() -> None:
    board = np.full((200, 300, 3), (200, 60, 30), np.uint8)
    pasted(board, cross(), 90, 40)
    (cutout,) = lift(LabelledImage(board, (LabelledBox("cross", 93, 42, 114, 115),)))
    assert cutout.certain
    assert cutout.mask.max() == 1
    assert cutout.mask[:20].max() == 0


def test_the_box_of_a_pasted_logo_holds_all_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    # What stands before a logo may well reach beyond it.
    monkeypatch.setattr(warps, "_hide_part", lambda *parts: None)
    (lifted,) = lift(alone("cross", cross()))
    cutout = replace(lifted, certain=False)  # such a one gets no board behind it, which would change more
    for seed in range(20):
        canvas = np.full((200, 200, 3), 128, np.uint8)
        box = warps.paste(canvas, cutout, 60, np.random.default_rng(seed))
        assert box is not None
        left, top, width, height = box[0]
        rows, columns = np.nonzero(np.abs(canvas[..., 2].astype(int) - 128) > 60)
        if rows.size:
            assert columns.min() >= left - 3
            assert columns.max() <= left + width + 3
            assert rows.min() >= top - 3
            assert rows.max() <= top + height + 3


def test_a_template_finds_its_logo_on_a_strange_wall() -> None:
    rng = np.random.default_rng(3)
    (cutout,) = lift(alone("cross", cross()))
    views = []
    for _ in range(20):
        canvas = scene(rng, 160, 200)
        box = warps.paste(canvas, cutout, 70, rng)
        assert box is not None
        views.append((canvas, box))
    banks = shaping.shape([scene(rng, 270, 480) for _ in range(3)], [views], rng)
    frame = wall()
    pasted(frame, cross(), 300, 150)
    found = templates.propose(frame, banks, labels=1, most_per_label=5)
    assert overlap(found.boxes, np.array([[303, 152, 114, 115]], np.float32)).max() > 0.5


def test_the_network_learns_to_tell_and_to_point() -> None:
    rng = np.random.default_rng(4)
    owners = rng.integers(0, 2, 600)
    quality = (rng.random(600) < 0.6).astype(np.float32)
    described = rng.normal(0, 0.3, (600, 6)).astype(np.float32)
    described[np.arange(600), owners] += 3 * quality
    wanted = np.repeat(described[:, 5:6], 4, axis=1) * 0.5
    classifier = learn(Lessons(described, owners, wanted, quality), labels=2, passes=60, rng=rng)
    chances, offsets = classifier.judge(described)
    assert np.mean(chances.argmax(axis=1) == np.where(quality > 0, owners + 1, 0)) > 0.97
    assert np.abs(offsets - wanted)[quality > 0].mean() < 0.05


def test_calibrated_confidence_is_the_share_that_is_right() -> None:
    rng = np.random.default_rng(5)
    odds = rng.normal(0, 2, 4000)
    right = rng.random(4000) < 1 / (1 + np.exp(-(0.5 * odds - 1)))
    confidence = calibrate(odds, right).confidence(odds)
    for low in (10, 30, 50):
        own = (confidence > low) & (confidence <= low + 20)
        assert right[own].mean() * 100 == pytest.approx(confidence[own].mean(), abs=6)


def test_without_finds_the_networks_own_odds_stand() -> None:
    assert calibrate(np.zeros(0, np.float32), np.zeros(0, bool)) is UNCALIBRATED


def test_a_handful_of_finds_all_right_does_not_make_certain() -> None:
    odds = np.full(6, 4.0, np.float32)
    assert 50 < calibrate(odds, np.ones(6, bool)).confidence(odds)[0] < 99


def test_networks_that_answer_together_give_the_mean_of_their_answers() -> None:
    rng = np.random.default_rng(5)

    def network() -> Classifier:
        shapes = ((6, 4), (4,), (4, 7), (7,))
        parts = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
        return Classifier(np.zeros(6, np.float32), np.ones(6, np.float32), *parts)

    one, other = network(), network()
    patches = rng.normal(size=(10, 6)).astype(np.float32)
    chances, offsets = together([one, other]).judge(patches)
    assert np.allclose(offsets, (one.judge(patches)[1] + other.judge(patches)[1]) / 2, atol=1e-5)
    logs = (one.judge(patches)[0] + other.judge(patches)[0]) / 2
    logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
    assert np.allclose(chances, logs, atol=1e-5)
