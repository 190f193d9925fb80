"""Python runs this as it starts, if its folder is on the path: services write down every call to AWS.

One JSON object a line goes to the file that RECORD_CALLS names: the service, the operation, its parameters.
"""

import json
import os
import sys
from typing import Any

OURS = ("extractor", "detector", "controller", "aggregator", "dashboard")
SERVICES = {f"services.{name}": name for name in OURS}
KEPT = ["QueueUrl", "QueueName", "TableName", "IndexName", "Bucket", "Key", "VersionId"]
KEPT += ["ProjectArn", "ProjectVersionArn", "ProjectVersion", "TopicArn", "EventBusName"]


def _record_calls_of(service: str, path: str) -> None:
    import botocore.session

    made = botocore.session.Session.__init__

    def record(params: dict[str, Any], model, **_) -> None:
        told = {**params, **params.get("Entries", [{}])[0]} if model.name == "PutEvents" else params
        kept = {name: told[name] for name in KEPT if name in told}
        actions = [_action(item) for item in params.get("TransactItems", ())]
        line = {"service": service, "api": model.service_model.service_name, "operation": model.name}
        with open(path, "a") as file:
            file.write(json.dumps({**line, "params": kept, "actions": actions}) + "\n")

    def make(self, *given, **named) -> None:
        made(self, *given, **named)
        self.register("before-parameter-build", record)

    botocore.session.Session.__init__ = make  # type: ignore[method-assign]


def _action(item: dict[str, Any]) -> list[str]:
    [(kind, request)] = item.items()
    return [kind, request["TableName"]]


_module = sys.orig_argv[sys.orig_argv.index("-m") + 1] if "-m" in sys.orig_argv else ""
if _module in SERVICES and "RECORD_CALLS" in os.environ:
    _record_calls_of(SERVICES[_module], os.environ["RECORD_CALLS"])
