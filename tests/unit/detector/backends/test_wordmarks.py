"""Wordmarks: a name is found however it is written and misread within reason, and other words are not it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.detector.backends.wordmarks import Name, distance, find, name, split
from shared.messaging.messages import BoundingBox
from shared.models.detection import Word

WIDTH, HEIGHT = 0.1, 0.05  # of each word
names = st.lists(st.text("abcdefghijkmnopqrstuwxyz", min_size=1, max_size=8), min_size=1, max_size=3)
texts = st.text("abcdeiklmnorstuvw0158", max_size=12)


def words(*lines: str, confidence: float = 90.0) -> list[Word]:
    """The words of lines that stand above one another."""
    return [
        Word(
            text,
            confidence,
            BoundingBox(left=0.1 + WIDTH * n, top=HEIGHT * row, width=WIDTH, height=HEIGHT),
            row,
        )
        for row, line in enumerate(lines)
        for n, text in enumerate(line.split())
    ]


def found(brands: list[str], *lines: str) -> list[str]:
    return sorted(each.label for each in find(words(*lines), [name(brand) for brand in brands]))


@pytest.mark.parametrize(
    ("brand", "lines"),
    [
        ("Acme", ["ACME"]),
        ("Nestlé", ["NESTLE"]),
        ("Nestle", ["Nestlé"]),
        ("Coca-Cola", ["Coca Cola"]),
        ("Coca-Cola", ["CocaCola"]),
        ("Coca-Cola", ["Coca", "Cola"]),
        ("Red Bull Racing", ["RED", "BULL", "RACING"]),
        ("Bolt & Sons", ["bolt", "sons"]),
        ("Acme", ["visit www.acme.com now"]),
        ("Acme", ["AC ME"]),
        ("Orbelo", ["0RBEL0"]),
        ("Voltrik", ["VOLTR1K"]),
        ("Modern", ["MODEM"]),
        ("Kwillo", ["KW|LLO"]),
        ("Microsoft", ["Micrasoft"]),
        ("3M", ["3M"]),
    ],
)
def test_a_name_is_found_however_it_is_written_or_slightly_misread(brand: str, lines: list[str]) -> None:
    assert found([brand], *lines) == [brand]


@pytest.mark.parametrize(
    ("brand", "lines"),
    [
        ("Acme", ["acne"]),
        ("Bolt", ["bold"]),
        ("Bolt", ["bolts"]),
        ("HP", ["hq"]),
        ("Acme", ["pacmen"]),
        ("Coca-Cola", ["Coca", "and some other words", "Cola"]),
        ("Microsoft", ["Macrosaft"]),
        ("Acme", []),
    ],
)
def test_other_words_are_not_taken_for_a_name(brand: str, lines: list[str]) -> None:
    assert found([brand], *lines) == []


def test_words_side_by_side_in_two_lines_are_no_name() -> None:
    left = Word("Coca", 90.0, BoundingBox(left=0.1, top=0.1, width=0.1, height=0.05), 0)
    right = Word("Cola", 90.0, BoundingBox(left=0.6, top=0.1, width=0.1, height=0.05), 1)
    assert find([left, right], [name("Coca-Cola")]) == []


def test_of_names_that_contain_one_another_the_longer_is_found() -> None:
    assert found(["Acme", "Acme Bank"], "ACME BANK") == ["Acme Bank"]
    assert found(["Acme", "Acme Bank"], "ACME BANK ACME") == ["Acme", "Acme Bank"]


def test_a_name_is_found_as_often_as_it_is_there() -> None:
    assert found(["Acme"], "ACME ACME", "other", "ACME") == ["Acme"] * 3


def test_confidence_is_that_of_reading_times_the_likeness_and_the_box_holds_the_words() -> None:
    [exact] = find(words("Coca Cola", confidence=80.0), [name("Coca-Cola")])
    assert (exact.label, exact.confidence) == ("Coca-Cola", 80.0)
    assert exact.box
    assert exact.box.model_dump() == pytest.approx({"left": 0.1, "top": 0.0, "width": 0.2, "height": 0.05})
    [slip] = find(words("Micrasoft", confidence=80.0), [name("Microsoft")])
    assert slip.confidence == pytest.approx(80 * 8 / 9)


def test_a_name_without_letters_cannot_be_looked_for() -> None:
    with pytest.raises(ValueError, match="has no letter or digit"):
        name("&!?".replace("!", ""))


@given(names)
def test_a_name_read_right_is_found_in_any_case_and_spacing(parts: list[str]) -> None:
    brand = " ".join(parts)
    for line in (brand, brand.upper(), "-".join(parts), "".join(parts)):
        assert [each.label for each in find(words(line), [name(brand)])][:1] == [brand]


@given(st.lists(texts, max_size=6), st.lists(texts.filter(bool), max_size=4))
def test_no_word_is_part_of_two_names(lines: list[str], brands: list[str]) -> None:
    read = words(" ".join(lines))
    detections = find(read, [name(brand) for brand in set(brands)])
    assert len(detections) <= len(read)
    assert all(0 <= each.confidence <= 90 for each in detections)


@given(texts, texts)
def test_the_distance_is_no_more_than_levenshtein_s_and_the_same_both_ways(a: str, b: str) -> None:
    assert distance(a, b, 99) == distance(b, a, 99) <= _levenshtein(a, b)
    assert (distance(a, b, 99) == 0) == (a == b)


@given(texts, texts, st.floats(0, 4))
def test_a_limit_changes_nothing_but_what_is_above_it(a: str, b: str, limit: float) -> None:
    whole = distance(a, b, 99)
    assert distance(a, b, limit) == (whole if whole <= limit else float("inf"))


@given(st.text())
def test_what_is_split_is_plain(text: str) -> None:
    assert all(piece and piece == piece.casefold() for piece in split(text))
    assert split(" ".join(split(text))) == split(text)


def test_a_name_keeps_how_it_is_written() -> None:
    assert name("Bolt & Sons") == Name("Bolt & Sons", "boltsons", 2)


def _levenshtein(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]
