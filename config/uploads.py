"""What somebody sends in stays in memory: a list of clients lies in no file of the server, not even for a moment."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

LARGEST = 8 * 1024 * 1024
BESIDE = 64 * 1024  # what the other fields of the form and the lines between them may take


class InMemory(MemoryFileUploadHandler):
    """The only handler. What is larger is refused by the length it gives itself, before a byte of it is read."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > LARGEST + BESIDE:
            raise RequestDataTooBig("A request is larger than a file may be.")
        self.activated = True
