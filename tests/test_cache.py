"""Compiled code on disk is never that of other sources."""

import shutil
from pathlib import Path

from cakernel.kernel import jit


def test_an_edited_kernel_has_a_cache_of_its_own(tmp_path):
    sources = Path(jit.__file__).parent
    copy = tmp_path / "kernel"
    shutil.copytree(sources, copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert jit.source_digest(copy) == jit.source_digest()
    digests = {jit.source_digest()}
    for edited in sorted(copy.glob("*.py")):
        edited.write_text(edited.read_text() + "# edited\n")
        digests.add(jit.source_digest(copy))
    assert len(digests) == 1 + len(list(copy.glob("*.py")))
