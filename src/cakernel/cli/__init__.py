"""The command line: `cakernel`."""

from cakernel.cli.app import main

__all__ = ["main"]
