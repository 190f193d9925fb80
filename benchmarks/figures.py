"""What every benchmark writes for programs: its figures, and the machine they were taken on."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def write_figures(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    machine = {
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "python": platform.python_version(),
    }
    file.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1))
