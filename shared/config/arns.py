"""Names of models, pure: the ARNs of projects and their versions, and what is read out of them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

_PROJECT = r"arn:[a-z-]+:rekognition:[a-z0-9-]+:\d{12}:project/[A-Za-z0-9_.-]{1,255}"
_PROJECT_ARN = re.compile(_PROJECT + r"/\d+")
_VERSION_ARN = re.compile(_PROJECT + r"/version/[A-Za-z0-9_.-]{1,255}/\d+")


def _version(arn: str) -> str:
    if not _VERSION_ARN.fullmatch(arn):
        raise ValueError("expected arn:aws:rekognition:REGION:ACCOUNT:project/NAME/version/NAME/NUMBER")
    return arn


def _project(arn: str) -> str:
    if not _PROJECT_ARN.fullmatch(arn):
        raise ValueError("expected arn:aws:rekognition:REGION:ACCOUNT:project/NAME/NUMBER")
    return arn


ModelArn = Annotated[str, AfterValidator(_version)]
ProjectArn = Annotated[str, AfterValidator(_project)]


def version_name(model_arn: str) -> str:
    """The version's name within the ARN of a project version."""
    return _version(model_arn).split("/")[3]


def model_name(model_arn: str) -> str:
    """What we call a model: `PROJECT/VERSION`, as versions of different projects may be named alike.

    >>> model_name("arn:aws:rekognition:us-east-1:123456789012:project/cups/version/v1/1763884800000")
    'cups/v1'
    """
    _, project, _, version, _ = _version(model_arn).split("/")
    return f"{project}/{version}"


_READY = ":"  # in no name of a project or of its versions


def ready_made(call: str, version: str) -> str:
    """What we call a model of Rekognition's own, which AWS bills by the image.

    >>> ready_made("text", "3.0")
    'text:3.0'
    """
    return f"{call}{_READY}{version}"


def is_ready_made(model: str) -> bool:
    """Whether a model is Rekognition's own, and not one of ours, which is billed while it runs."""
    return _READY in model
