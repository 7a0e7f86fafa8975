"""What is uploaded lies on disk without a name: it is gone with the request, however that ends."""

from pathlib import Path
from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler


class NamelessUpload(TemporaryFileUploadHandler):
    """A temporary file whose name is taken away at once; only this request can read it.

    A process that is killed in mid-upload leaves nothing behind, and nothing is ever found by name.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        Path(self.file.temporary_file_path()).unlink()
