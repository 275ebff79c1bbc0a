"""Files with secrets: written whole or not at all, readable by their owner only."""

import os
import tempfile
from pathlib import Path


def write_private(file: Path, text: str, *, replace: bool) -> None:
    """Write a file that nobody ever sees half written.

    Raises FileExistsError when it is there and may not be replaced, OSError when it cannot be
    written.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            draft.replace(file)
        else:
            file.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
