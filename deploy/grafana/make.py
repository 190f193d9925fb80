"""Writes the dashboards that Grafana loads: `python -m deploy.grafana.make`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.grafana.panels import EVERY, Dashboard, Panel

FOLDER = Path(__file__).parent / "dashboards"
COLUMNS = 24  # of Grafana's grid
SOURCE = {"type": "prometheus", "uid": "prometheus"}
FROM_ZERO = {"axisSoftMin": 0}  # but down to what is below, as a deadline that has passed
HEIGHTS = {"stat": 4, "timeseries": 8, "text": 4}


def document(dashboard: Dashboard) -> str:
    """A dashboard as Grafana's JSON."""
    model = {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["logostream"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "15s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "utc",
        "links": [{"type": "dashboards", "tags": ["logostream"], "title": "LogoStream", "asDropdown": True}],
        "templating": {"list": [_asked(name) for name in dashboard.asks]},
        "panels": list(_placed(dashboard)),
    }
    return json.dumps(model, indent=1) + "\n"


def _asked(name: str) -> dict[str, Any]:
    return {"type": "textbox", "name": name, "label": name, "query": ""}


def _placed(dashboard: Dashboard) -> Iterator[dict[str, Any]]:
    """The panels from left to right and from top to bottom; a row is as high as its highest."""
    x = y = high = 0
    if dashboard.note:
        yield _note(dashboard.note)
        y = HEIGHTS["text"]
    for number, panel in enumerate(dashboard.panels, start=1):
        if x + panel.width > COLUMNS:
            x, y, high = 0, y + high, 0
        height = HEIGHTS[panel.kind]
        yield _panel(number, panel, {"x": x, "y": y, "w": panel.width, "h": height})
        x, high = x + panel.width, max(high, height)


def _note(text: str) -> dict[str, Any]:
    place = {"x": 0, "y": 0, "w": COLUMNS, "h": HEIGHTS["text"]}
    return {"id": 100, "type": "text", "gridPos": place, "options": {"mode": "markdown", "content": text}}


def _panel(number: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.meaning,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "custom": FROM_ZERO}, "overrides": []},
        "targets": [
            {
                "refId": chr(ord("A") + n),
                "datasource": SOURCE,
                "expr": query.expr,
                "legendFormat": query.legend,
            }
            for n, query in enumerate(panel.queries)
        ],
    }


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for dashboard in EVERY:
        (FOLDER / f"{dashboard.uid}.json").write_text(document(dashboard))


if __name__ == "__main__":
    main()
