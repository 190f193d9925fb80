"""What requests carry, checked: a wrong one is refused with one sentence."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.{1,1024}")
_FILE_NAME = re.compile(r"(?!\.{1,2}$)[^/\\]{1,200}")
VIDEO_ID = "{video_id:[a-z0-9-]{1,64}}"  # in a route; no other text is looked up
FRAME = r"\d{10}-\d{8}(?:-\d{1,4})?"  # as `shared.videos.timecode.frame_id` writes it

AnyBody = TypeVar("AnyBody", bound="Body")


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text) or _CONTROL.search(text):
        raise ValueError("expected s3://bucket/key")
    return text


def _file_name(text: str) -> str:
    if not _FILE_NAME.fullmatch(text) or _CONTROL.search(text):
        raise ValueError("expected the name of a file, without a folder")
    return text


S3Address = Annotated[str, AfterValidator(_address)]
FileName = Annotated[str, AfterValidator(_file_name)]


class Body(BaseModel):
    """The JSON of one kind of request."""

    model_config = ConfigDict(frozen=True, extra="forbid")


async def read(request: web.Request, kind: type[AnyBody]) -> AnyBody:
    """The request's body; raises HTTP's 400 with a sentence."""
    try:
        return kind.model_validate_json(await request.read())
    except ValidationError as error:
        first = error.errors()[0]
        text = str(first["msg"]).removeprefix("Value error, ")
        where = ".".join(str(step) for step in first["loc"]) or "the request"
        raise web.HTTPBadRequest(text=f"{where} is wrong: {text[0].lower()}{text[1:]}.") from None
