"""Wordmarks, pure: brands found by their written names in the words that OCR read in a frame.

Words are compared without case, accents, spaces and punctuation. OCR slips: characters that look alike are
cheap to mistake for one another, others dear, and how much may be wrong depends on the length of the name. A
name may be read in pieces, as part of a longer text (`www.acme.com`), or over several lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf

from shared.messaging.messages import BoundingBox, Detection
from shared.models.detection import Word

LOOKALIKE_COST = 0.25  # of mistaking one look-alike for the other; any other slip costs 1
SLIP_EVERY = 6  # characters of a name for each slip: shorter names must be read right, but for look-alikes
MOST_LINES = 3  # that one name is spread over
MOST_SPLITS = 2  # of a name by OCR, where it has no space
MOST_WORDS = 8  # that are looked at together
_LOOKALIKES = ("0o", "0q", "0d", "1il", "1t", "5s", "8b", "2z", "6g", "9g", "4a", "7t", "uv", "ce", "ft")
_PAIRS_OF = {"m": ("rn", "nn"), "w": ("vv",), "d": ("cl",), "u": ("ii", "li")}
# Not taken apart by Unicode's decomposition, or read for a letter.
_PLAIN = str.maketrans({"|": "i", "!": "i", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
_ALIKE = {(a, b) for group in _LOOKALIKES for a in group for b in group}


@dataclass(frozen=True, slots=True)
class Name:
    """A brand and its name as it is compared."""

    brand: str
    letters: str
    words: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """Letters that stand together, and the word they were read in."""

    letters: str
    word: Word


Run = tuple[_Piece, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """A name in a run of pieces, at the cost of so much slip."""

    name: Name
    run: Run
    cost: float

    @property
    def merit(self) -> tuple[float, int]:
        """Longer names and better readings come first."""
        return len(self.name.letters) - self.cost, -len(self.run)


def name(brand: str) -> Name:
    """A brand's name, ready to be compared; raises ValueError if nothing of it can be."""
    pieces = split(brand)
    if not pieces:
        raise ValueError(f"{brand!r} has no letter or digit: it cannot be found as text")
    return Name(brand, "".join(pieces), len(pieces))


def split(text: str) -> list[str]:
    """The runs of letters and digits of a text, without case and accents.

    >>> split("Nestlé-Café")
    ['nestle', 'cafe']
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return re.findall(r"[^\W_]+", "".join(char for char in plain if not unicodedata.combining(char)))


def find(words: Iterable[Word], names: Collection[Name]) -> list[Detection]:
    """The brands among the words of a frame, no word for two of them; confidence is OCR's times likeness."""
    lines = _lines(words)
    matches = [match for run in _runs(lines) for name in names if (match := _match(run, name))]
    matches.sort(key=lambda match: match.merit, reverse=True)
    taken: set[int] = set()
    found = []
    for match in matches:
        own = {id(piece) for piece in match.run}
        if not own & taken:
            taken |= own
            found.append(_detection(match))
    return found


def _lines(words: Iterable[Word]) -> list[Run]:
    by_line = groupby(sorted(words, key=lambda word: word.line), key=lambda word: word.line)
    lines = [
        tuple(_Piece(letters, word) for word in line for letters in split(word.text)) for _, line in by_line
    ]
    return [line for line in lines if line]


def _runs(lines: Sequence[Run]) -> Iterator[Run]:
    """Whatever may be a name: neighbours within a line, and whole lines that stand above one another."""
    for line in lines:
        for first in range(len(line)):
            yield from (line[first:stop] for stop in range(first + 1, min(first + MOST_WORDS, len(line)) + 1))
    for first in range(len(lines)):
        run = lines[first]
        for line in lines[first + 1 : first + MOST_LINES]:
            if not _stacked(_around(run), _around(line)):
                break
            run += line
            yield run


def _match(run: Run, name: Name) -> _Match | None:
    read = "".join(piece.letters for piece in run)
    limit = len(name.letters) / SLIP_EVERY
    if len(run) > name.words + MOST_SPLITS or abs(len(read) - len(name.letters)) > limit + 1:
        return None
    cost = distance(read, name.letters, limit)
    return None if cost > limit else _Match(name, run, cost)


def _detection(match: _Match) -> Detection:
    read = min(piece.word.confidence for piece in match.run)
    return Detection(
        label=match.name.brand,
        confidence=read * (1 - match.cost / len(match.name.letters)),
        box=_around(match.run),
    )


def distance(read: str, meant: str, limit: float) -> float:
    """The cost of the slips between two texts, or infinity where it is above the limit.

    Levenshtein's distance (1965) row by row, with cheap look-alikes, and pairs that look like one character.
    """
    rows = [[float(column) for column in range(len(meant) + 1)]]
    for i in range(1, len(read) + 1):
        row = [float(i)]
        rows.append(row)
        row.extend(min(_ways(rows, read, meant, i, j)) for j in range(1, len(meant) + 1))  # each of the last
        # A pair reaches back two rows.
        if min(row) > limit and min(rows[-2]) > limit:
            return inf
    return rows[-1][-1] if rows[-1][-1] <= limit else inf


def _ways(rows: Sequence[Sequence[float]], read: str, meant: str, i: int, j: int) -> Iterator[float]:
    """The costs of all ways to come to the first i characters of one text and j of the other."""
    a, b = read[i - 1], meant[j - 1]
    yield rows[i - 1][j] + 1
    yield rows[i][j - 1] + 1
    yield rows[i - 1][j - 1] + (0.0 if a == b else LOOKALIKE_COST if (a, b) in _ALIKE else 1.0)
    if read[i - 2 : i] in _PAIRS_OF.get(b, ()):
        yield rows[i - 2][j - 1] + LOOKALIKE_COST
    if meant[j - 2 : j] in _PAIRS_OF.get(a, ()):
        yield rows[i - 1][j - 2] + LOOKALIKE_COST


def _around(run: Run) -> BoundingBox:
    """The smallest box around the words."""
    boxes = [piece.word.box for piece in run]
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    bottom = max(box.top + box.height for box in boxes)
    return BoundingBox(left=left, top=top, width=right - left, height=bottom - top)


def _stacked(above: BoundingBox, below: BoundingBox) -> bool:
    """Whether two boxes stand over one another, with less than a line's height between them."""
    overlap = min(above.left + above.width, below.left + below.width) - max(above.left, below.left)
    gap = below.top - (above.top + above.height)
    return overlap > 0 and gap < min(above.height, below.height)
