"""The live page in a notebook, in which it shows itself."""

import sys
from typing import Any

import panel as pn

from cakernel.live.page import Page
from cakernel.live.part import Part


def in_notebook() -> bool:
    """Say whether the code runs in a cell of a notebook, rather than in a script or a terminal."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def shown_page(part: Part) -> Any:
    """Return a page that shows itself; what it loads comes from the notebook's own files."""
    pn.extension(inline=True)
    return Page(part).layout
