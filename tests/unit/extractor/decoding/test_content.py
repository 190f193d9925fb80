"""A video's bytes: read in several places at once."""

from __future__ import annotations

from pathlib import Path

from services.extractor.decoding.content import FileView


def test_a_view_of_a_file_has_a_position_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    with path.open("rb", buffering=0) as file:
        one, other = FileView.of(file), FileView.of(file)
        assert (one.read(3), other.read(2), one.read(2), file.read(1)) == (b"012", b"01", b"34", b"0")
        assert (one.seek(-2, 2), one.read(5), one.tell(), one.read(1)) == (8, b"89", 10, b"")
        assert (other.seek(1, 1), other.read(1)) == (3, b"3")
