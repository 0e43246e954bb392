"""The command line as a whole."""

import cakernel as ck


def test_version(cakernel):
    assert cakernel("--version")[:2] == (0, ck.__version__ + "\n")
