"""What the roles of deploy/aws allow, what a recorded run asked for, and how the two compare."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ROLES = ROOT / "deploy/aws/roles.yaml"
# Operations that are permitted by an action of another name, as IAM has it.
ACTIONS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
}
TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """An action on a resource that a service needs."""

    service: str
    action: str
    resource: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One action on one pattern of resources that a role allows."""

    service: str
    sid: str
    action: str
    resource: str

    def covers(self, ask: Ask) -> bool:
        same = self.service == ask.service and self.action == ask.action
        return same and fnmatchcase(ask.resource, self.resource)


class CloudFormationLoader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as plain values."""


def _sub(_: yaml.SafeLoader, __: str, node: yaml.Node) -> Any:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def _ref(_: yaml.SafeLoader, node: yaml.Node) -> str:
    return f"${{{node.value}}}"


CloudFormationLoader.add_multi_constructor("!", _sub)
CloudFormationLoader.add_constructor("!Ref", _ref)


def grants(parameters: Mapping[str, str]) -> list[Grant]:
    """Everything the roles allow, with the parameters filled in."""
    made = yaml.load(ROLES.read_text(), CloudFormationLoader)["Resources"]  # a SafeLoader of our own
    policies = [policy for name, each in made.items() for policy in _policies(name, each["Properties"])]
    return [grant for service, policy in policies for grant in _of_policy(service, policy, parameters)]


def _policies(name: str, properties: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The policies of a role, or a policy with each of the roles that it is for."""
    for policy in properties.get("Policies", ()):
        yield name.lower(), policy
    for role in properties.get("Roles", ()):
        yield role.strip("${}").lower(), properties


def _of_policy(service: str, policy: dict[str, Any], parameters: Mapping[str, str]) -> Iterator[Grant]:
    for statement in policy["PolicyDocument"]["Statement"]:
        assert statement["Effect"] == "Allow"
        for action in _list(statement["Action"]):
            for resource in _list(statement["Resource"]):
                yield Grant(service, statement["Sid"], action, _filled(resource, parameters))


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _filled(text: str, parameters: Mapping[str, str]) -> str:
    return re.sub(r"\$\{([\w:]+)\}", lambda found: parameters[found[1]], text)


def asks(record: Path, region: str = "us-east-1", account: str = "000000000000") -> set[Ask]:
    """What the services asked of AWS, from the recorder's lines."""
    place = f"{region}:{account}"
    return {ask for line in record.read_text().splitlines() for ask in _asks(json.loads(line), place)}


def _asks(call: dict[str, Any], place: str) -> Iterator[Ask]:
    if call["operation"] == "CreateBucket":
        return  # how botocore finds the address of a form for uploads; nobody is asked
    service, params = call["service"], call["params"]
    for kind, table in call["actions"]:
        yield Ask(service, f"dynamodb:{TRANSACTED[kind]}", f"arn:aws:dynamodb:{place}:table/{table}")
    if call["actions"]:
        return
    asked = f"{call['api']}:{call['operation']}"
    action = ACTIONS.get(asked, asked)
    if action == "s3:GetObject" and "VersionId" in params:
        action = "s3:GetObjectVersion"
    yield Ask(service, action, _resource(call["api"], params, place))


def _resource(api: str, params: dict[str, str], place: str) -> str:
    match api:
        case "sqs":
            name = params.get("QueueName") or params["QueueUrl"].rsplit("/", 1)[1]
            return f"arn:aws:sqs:{place}:{name}"
        case "dynamodb":
            index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
            return f"arn:aws:dynamodb:{place}:table/{params['TableName']}{index}"
        case "s3":
            return f"arn:aws:s3:::{params['Bucket']}" + (f"/{params['Key']}" if "Key" in params else "")
        case "rekognition":
            arns = (params.get(name) for name in ("ProjectVersionArn", "ProjectVersion", "ProjectArn"))
            return next(filter(None, arns), "*")
        case "sns":
            return params["TopicArn"]
        case "events":
            return f"arn:aws:events:{place}:event-bus/{params['EventBusName']}"
    return "*"
