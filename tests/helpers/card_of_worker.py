"""Loaded by a Dask worker: pretends the card that CUDA_VISIBLE_DEVICES names, and logs its use."""

import os
from pathlib import Path

import pytest

from helpers.pretended_card import PretendedCard

LOG = "CAKERNEL_TEST_LOG"


class LoggedCard(PretendedCard):
    def run_on_gpu(self, *given):
        super().run_on_gpu(*given)
        used = f"{os.environ['CUDA_VISIBLE_DEVICES']} {os.getpid()}\n"
        with Path(os.environ[LOG]).open("a") as log:
            log.write(used)


def dask_setup(worker):
    """Put the card in the worker's process for as long as it lives; Dask calls this there alone."""
    LoggedCard().put_in(pytest.MonkeyPatch())
