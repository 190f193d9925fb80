"""Checks KEDA's resources of a manifest against KEDA's own schema; run by .venv-deploy's Python.

python keda.py MANIFEST   ends with 1 and the reasons where a resource is not valid
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml
from cloudcoil.models.keda import v1alpha1
from pydantic import ValidationError

KINDS = {"ScaledObject": v1alpha1.ScaledObject, "TriggerAuthentication": v1alpha1.TriggerAuthentication}

for resource in yaml.safe_load_all(Path(sys.argv[1]).read_text()):
    if resource["apiVersion"] == "keda.sh/v1alpha1":
        try:
            KINDS[resource["kind"]].model_validate(resource)
        except ValidationError as error:
            sys.exit(f"{resource['kind']} {resource['metadata']['name']}: {error}")
