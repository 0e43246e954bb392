"""The file that `cakernel plot` writes, checked before anything is computed for it."""

from pathlib import Path
from types import ModuleType
from typing import Any

from cakernel.errors import InvalidInput


class Target:
    """A file of a known ending that may be written; loads the drawing library."""

    def __init__(self, path: Path, *, scale: float | None, overwrite: bool) -> None:
        # imported here: other commands do not need the library
        from cakernel import pictures
        from cakernel.checks import check_value
        from cakernel.pictures.picture_files import ENDINGS, ENDINGS_IN_WORDS, PRINT_SCALE, Scale

        self.pictures: ModuleType = pictures
        self.path = path
        self.scale = PRINT_SCALE if scale is None else check_value("scale", scale, Scale)
        if path.suffix not in ENDINGS:
            raise InvalidInput(f"--out: got {path}; must end in {ENDINGS_IN_WORDS}")
        if path.is_dir():
            raise InvalidInput(f"--out: {path} is a folder; must be a file")
        if path.exists() and not overwrite:
            raise InvalidInput(f"--out: {path} exists; name another file, or say --overwrite")
        # a file that cannot be written is better known before a long run than after
        partial = path.with_name(f".{path.name}.partial")
        try:
            partial.touch()
            partial.unlink()
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from None

    def write(self, chart: Any) -> None:
        """Save the chart and say so."""
        self.pictures.save(chart, self.path, scale=self.scale)
        print(f"wrote {self.path}")
