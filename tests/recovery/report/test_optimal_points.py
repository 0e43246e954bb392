"""What the page of the best recovery at each point says."""

import polars as pl
import pytest

from cakernel.cli.output import Results
from cakernel.provenance import provenance
from cakernel.recovery.report.optimal_points import points_contents
from cakernel.report.folder import RunFolder


@pytest.mark.parametrize(("gap", "told"), [(-0.2, True), (0.2, False)])
def test_what_is_found_above_the_bound_is_called_noise(tmp_path, reports, gap, told):
    rows = pl.read_parquet(reports["optimal-sweep"] / "points.parquet")
    folder = Results(tmp_path / "found")
    folder.keep({"points": rows.with_columns(mean_gap_percent=pl.lit(gap))})
    folder.complete(provenance("recovery", seed=1))
    findings, _ = points_contents(RunFolder(tmp_path / "found"), "seed 1")
    sure = str(dict(findings[0].lines)["How sure"])
    assert ("below 0 is noise: what is found is simulated, the bound is not" in sure) == told
