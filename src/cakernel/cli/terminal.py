"""Terminals of any encoding: what one cannot show is shown by a sign that all can."""

import codecs
import io
import sys
from typing import Final

# levels of a trace, marks, dashes and quotes; all else becomes a question mark
_STAND_INS: Final = str.maketrans("▁▄█·†‡★–—−─…“”‘’×±≠≤≥", "_=#.++*----.\"\"''x~!<>")  # noqa: RUF001


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    """Return what is written instead of characters that cannot be encoded."""
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end].translate(_STAND_INS)
    return "".join(letter if letter.isascii() else "?" for letter in text), error.end


def accept_any_encoding() -> None:
    """Let standard output and error take any text, file names that are no text included."""
    codecs.register_error("cakernel", _stand_in)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="cakernel")
