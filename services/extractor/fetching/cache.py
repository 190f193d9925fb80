"""The videos that a replica read last, kept open for its next visits."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from services.extractor.fetching.remote import RemoteVideo
from shared.messaging.messages import Source
from shared.storage.objects import Address, ObjectChanged, ObjectInfo, ObjectStore


class VideoCache:
    """The `kept` videos that were read last, so that the visits of one replica share what they fetch."""

    def __init__(self, objects: ObjectStore, work_dir: Path, kept: int) -> None:
        self._objects = objects
        self._work_dir = work_dir
        self._kept = kept
        self._videos: OrderedDict[tuple[Address, ObjectInfo], RemoteVideo] = OrderedDict()

    async def find(self, source: Source) -> RemoteVideo:
        """The upload; raises `ObjectChanged` if it is no longer there, or another `ObjectError`."""
        address = Address(source.bucket, source.key)
        info = await self._objects.stat(address, source.version if source.versioned else None)
        if info.version != source.version:
            raise ObjectChanged(f"{address} was replaced after it was submitted: submit it again")
        return self._known(address, info)

    def _known(self, address: Address, info: ObjectInfo) -> RemoteVideo:
        known = self._videos.setdefault(
            (address, info), RemoteVideo(self._objects, address, info, self._work_dir)
        )
        self._videos.move_to_end((address, info))
        if len(self._videos) > self._kept:
            _, oldest = self._videos.popitem(last=False)
            oldest.forget()
        return known
