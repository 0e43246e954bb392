"""Libraries that come with extras, imported when they are needed."""

import importlib
from typing import Any

from cakernel.errors import InvalidInput


def library(module: str, *, extra: str, what: str) -> Any:
    """Import a module, or say which extra brings it.

    Raises
    ------
    InvalidInput
        If it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        name = module.partition(".")[0].replace("sklearn", "scikit-learn")
        raise InvalidInput(f"{what} needs {name}; install cakernel[{extra}]") from None
