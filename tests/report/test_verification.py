"""Every number of a page is where it says, and a changed file is noticed."""

import polars as pl
import pytest

from cakernel.report import mismatches
from cakernel.report.verification import claimed
from helpers import report_folders


@pytest.mark.parametrize("kind", list(report_folders.FOLDERS))
def test_every_number_is_where_it_says(pages, reports, kind):
    assert len(claimed(pages[kind])) > 40
    assert mismatches(pages[kind], reports[kind]) == []


@pytest.mark.parametrize(
    ("kind", "file", "column", "row"),
    [
        ("reproduce", "base", "mean_x", 3),
        ("reproduce", "comparison", "printed_resources", 5),
        ("best", "best", "mean", 0),
        ("claims", "comparisons", "difference", 0),
        ("run", "policies", "mean_resources", 1),
        ("ctip-solve", "equilibria", "economic_welfare", 2),
        ("ctip-solve", "welfare_split", "timing_value", 1),
        ("ctip-claims", "claims", "share", 40),
        ("ctip-claims", "by_risk", "mean_change", 7),
        ("ctip-claims", "shortfall", "mean_shortfall", 0),
        ("ctip-government", "government", "subsidy_rate", 0),
        ("ctip-government", "now", "total_profit", 0),
        ("ctip-statics", "statics", "economic_welfare", 0),
        ("ctip-statics", "equilibria", "economic_welfare", 0),
        ("ctip-recovery", "recovery", "upper", 0),
        ("ctip-recovery", "recovery", "payment", 8),
    ],
)
def test_a_changed_file_is_noticed(pages, reports, tmp_path, kind, file, column, row):
    for path in reports[kind].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    frame = pl.read_parquet(tmp_path / f"{file}.parquet")
    changed = pl.when(pl.int_range(pl.len()) == row).then(pl.col(column) * 3 + 1)
    frame.with_columns(changed.otherwise(pl.col(column)).alias(column)).write_parquet(
        tmp_path / f"{file}.parquet"
    )
    assert mismatches(pages[kind], tmp_path)
