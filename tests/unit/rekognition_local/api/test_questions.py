"""Promises of DetectText, DetectLabels and DetectModerationLabels, as boto3 sees them."""

from __future__ import annotations

import pytest

from tests.unit.rekognition_local.pictures import BUCKET, RED, picture, poster, scene
from tests.unit.rekognition_local.stand import Stand

pytestmark = pytest.mark.real_time


async def test_text_comes_as_lines_and_then_as_their_words(stand: Stand) -> None:
    await stand.put("poster.png", poster("VOLTRIK 2026"))
    place = {"S3Object": {"Bucket": BUCKET, "Name": "poster.png"}}
    found = (await stand.call("detect_text", Image=place))["TextDetections"]
    told = [(one["Type"], one["DetectedText"], one.get("ParentId")) for one in found]
    assert told == [("LINE", "VOLTRIK 2026", None), ("WORD", "VOLTRIK", 0), ("WORD", "2026", 0)]
    box = found[1]["Geometry"]["BoundingBox"]
    assert box["Left"] == pytest.approx(40 / 800, abs=0.01)
    assert found[0]["Geometry"]["Polygon"][2]["X"] > box["Left"] + box["Width"]


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"WordFilter": {"MinBoundingBoxWidth": 0.3}}, ["VOLTRIK"]),
        ({"WordFilter": {"MinBoundingBoxHeight": 0.9}}, []),
        ({"RegionsOfInterest": [{"BoundingBox": {"Left": 0.4, "Width": 0.6, "Height": 1.0}}]}, ["2026"]),
        ({"RegionsOfInterest": [{"Polygon": [{"X": 0, "Y": 0}, {"X": 0.4, "Y": 1}]}]}, ["VOLTRIK"]),
    ],
)
async def test_words_are_filtered_as_asked(
    stand: Stand, filters: dict[str, object], words: list[str]
) -> None:
    reply = await stand.call("detect_text", Image={"Bytes": poster("VOLTRIK 2026")}, Filters=filters)
    assert [one["DetectedText"] for one in reply["TextDetections"] if one["Type"] == "WORD"] == words


async def test_properties_of_an_image_are_measured(stand: Stand) -> None:
    asked = {"Features": ["IMAGE_PROPERTIES"], "Settings": {"ImageProperties": {"MaxDominantColors": 2}}}
    properties = (await stand.call("detect_labels", Image={"Bytes": scene()}, **asked))["ImageProperties"]
    first, second = properties["DominantColors"]
    assert (first["SimplifiedColor"], second["SimplifiedColor"]) == ("grey", "red")
    assert first["PixelPercent"] + second["PixelPercent"] == pytest.approx(100)
    flat = await stand.call("detect_labels", Image={"Bytes": picture(RED, 80, 80)}, **asked)
    assert flat["ImageProperties"]["Quality"]["Sharpness"] == 0 < properties["Quality"]["Sharpness"]
    assert flat["Labels"] == []


async def test_the_one_general_label_is_text_with_its_words(stand: Stand) -> None:
    image = {"Bytes": poster("VOLTRIK 2026")}
    (label,) = (await stand.call("detect_labels", Image=image))["Labels"]
    assert (label["Name"], len(label["Instances"])) == ("Text", 2)
    out = {"GeneralLabels": {"LabelExclusionFilters": ["Text"]}}
    assert not (await stand.call("detect_labels", Image=image, Settings=out))["Labels"]
    assert not (await stand.call("detect_labels", Image=image, MaxLabels=0))["Labels"]


async def test_moderation_goes_by_words_from_the_top_of_the_taxonomy(stand: Stand) -> None:
    image = {"Bytes": poster("Casino beer")}
    labels = (await stand.call("detect_moderation_labels", Image=image))["ModerationLabels"]
    told = [(one["Name"], one["ParentName"], one["TaxonomyLevel"]) for one in labels]
    assert told == [("Alcohol", "", 1), ("Alcoholic Beverages", "Alcohol", 2), ("Gambling", "", 1)]
    assert not (await stand.call("detect_moderation_labels", Image={"Bytes": scene()}))["ModerationLabels"]


async def test_no_model_needs_to_run_for_them_and_faults_befall_them_too(stand: Stand) -> None:
    await stand.admin(
        "faults", {"operations": ["DetectText"], "error_share": 1, "error_code": "ThrottlingException"}
    )
    image = {"Bytes": scene()}
    assert await stand.code("detect_text", Image=image) == ("ThrottlingException", 400)
    await stand.call("detect_labels", Image=image)
