"""The README's quickstart runs, and gives what it says."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.compiled
def test_quickstart(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) < 10
    names: dict[str, object] = {}
    exec(code, names)
    simulated = names["simulated"]
    assert simulated.height == 16
    best = simulated.sort("mean_resources", descending=True).row(0, named=True)
    assert (best["supply_rule"], best["principle"]) == ("SRD-4", "P")
    assert "shape: (16, 10)" in capsys.readouterr().out
