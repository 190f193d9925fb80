"""The fake uploads: forms that put one object, within their limits, into the fake object store."""

from __future__ import annotations

from dataclasses import dataclass

from shared.storage.objects import Address, ObjectError
from shared.storage.uploads import UploadForm
from tests.fakes.faults import Faults
from tests.fakes.objects import FakeObjects


@dataclass(frozen=True, slots=True)
class Policy:
    """What a form allows."""

    address: Address
    most_bytes: int
    seconds: int


class FakeUploads:
    """Gives out forms; `post` does what S3 does with one. Knob: `faults`; what was given is in `policies`."""

    origin = "http://s3.test"

    def __init__(self, objects: FakeObjects) -> None:
        self._objects = objects
        self.faults = Faults(ObjectError)
        self.policies: dict[str, Policy] = {}

    async def form(self, address: Address, most_bytes: int, seconds: int) -> UploadForm:
        async with self.faults.around("form"):
            signature = f"signature {len(self.policies)}"
            self.policies[signature] = Policy(address, most_bytes, seconds)
            return UploadForm(f"{self.origin}/{address.bucket}", {"key": address.key, "signature": signature})

    async def post(self, form: UploadForm, body: bytes) -> bool:
        """Upload with the form; False when its policy forbids it."""
        policy = self.policies.get(form.fields["signature"])
        if policy is None or form.fields["key"] != policy.address.key or len(body) > policy.most_bytes:
            return False
        await self._objects.put(policy.address, body, "")
        return True
