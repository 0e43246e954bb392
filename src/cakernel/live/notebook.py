"""The live page in a notebook, in which it shows itself."""

from typing import Any

import panel as pn

from cakernel.live.page import Page
from cakernel.live.part import Part


def shown_page(part: Part) -> Any:
    """Return a page that shows itself; what it loads comes from the notebook's own files."""
    pn.extension(inline=True)
    return Page(part).layout
