"""docs/configuration.md, made from the code: `python -m tests.settings_table` writes it anew."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, is_dataclass
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from services.aggregator.settings import AggregatorSettings
from services.cli.settings import ROOT, CliSettings
from services.controller.settings import ControllerSettings
from services.dashboard.settings import DashboardSettings
from services.detector.settings import DetectorSettings
from services.extractor.settings import ExtractorSettings
from services.rekognition_local.settings import RekognitionSettings
from services.trainer.settings import TrainerSettings
from shared.config.settings import Settings

PAGE = ROOT / "docs" / "configuration.md"
START, END = "<!-- settings -->", "<!-- end of settings -->"
READERS: dict[str, type[Settings]] = {
    "extractor": ExtractorSettings,
    "detector": DetectorSettings,
    "controller": ControllerSettings,
    "aggregator": AggregatorSettings,
    "dashboard": DashboardSettings,
    "cli": CliSettings,
    "stand-in": RekognitionSettings,
    "trainer": TrainerSettings,
}
TITLES = {"cli": "command line", "stand-in": "stand-in for Rekognition", "trainer": "model commands"}


def tables() -> str:
    """The settings by who reads them; one Markdown row each: name, default, what it means."""
    parts = []
    for readers in dict.fromkeys(_readers(name) for name in _names()):
        names = [name for name in _names() if _readers(name) == readers]
        rows = ["| `LOGOSTREAM_…` | default | |", "|---|---|---|", *map(_row, names)]
        parts.append("\n".join([f"## {_title(readers)}", "", *rows]))
    return "\n\n".join(parts)


def in_page() -> str:
    """The tables as the page has them now."""
    return PAGE.read_text().split(START)[1].split(END)[0].strip()


def _row(name: str) -> str:
    field = READERS[_readers(name)[0]].model_fields[name]
    return f"| `{name.upper()}` | {_default(field)} | {field.description} |"


def _readers(name: str) -> tuple[str, ...]:
    return tuple(service for service, kind in READERS.items() if name in kind.model_fields)


def _title(readers: tuple[str, ...]) -> str:
    if len(readers) == len(READERS):
        return "All"
    *most, last = [TITLES.get(reader, reader) for reader in readers]
    title = f"{', '.join(most)} and {last}" if most else last
    return title[0].upper() + title[1:]


def _names() -> list[str]:
    every = (name for kind in READERS.values() for name in kind.model_fields)
    return list(dict.fromkeys(every))


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "**required**"
    if field.default is None or field.default == ():
        return "none"
    if isinstance(field.default, tuple):
        values = [value.model_dump(mode="json", exclude_defaults=True) for value in field.default]
        return f"`{json.dumps(values)}`"
    if is_dataclass(field.default) and not isinstance(field.default, type):
        return f"`{json.dumps(asdict(field.default))}`"
    if isinstance(field.default, Path):
        return f"`{_portable(field.default)}`"
    return f"`{field.default}`"


def _portable(path: Path) -> Path:
    """The path as it is on any machine."""
    for folder, name in ((ROOT, ""), (Path(tempfile.gettempdir()), "$TMPDIR")):
        if path.is_relative_to(folder):
            return Path(name) / path.relative_to(folder)
    return path


def main() -> None:
    before, rest = PAGE.read_text().split(START)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{START}\n{tables()}\n{END}{after}")


if __name__ == "__main__":
    main()
