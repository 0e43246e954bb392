"""Folders of results: Parquet, and CSV in which lists are text."""

import polars as pl
import pytest

from cakernel.cli.output import Folder
from cakernel.errors import InvalidInput


def test_lists_of_any_kind_become_text(tmp_path):
    frame = pl.DataFrame(
        {
            "number": [1, 2],
            "floats": [[0.5, 0.25], []],
            "names": [["a"], ["b", "c"]],
            "pairs": pl.Series([[1.0, 2.0], [3.0, 4.5]], dtype=pl.Array(pl.Float64, 2)),
        }
    )
    Folder(tmp_path / "found", overwrite=False).table("lists", frame)
    assert pl.read_parquet(tmp_path / "found/lists.parquet").equals(frame)
    text = (tmp_path / "found/lists.csv").read_text(encoding="utf-8")
    assert text.splitlines() == [
        "number,floats,names,pairs",
        "1,0.5 0.25,a,1.0 2.0",
        '2,"",b c,3.0 4.5',
    ]


def test_large_tables_are_parquet_alone(tmp_path):
    folder = Folder(tmp_path, overwrite=False)
    folder.table("large", pl.DataFrame({"a": [1]}), csv=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["large.parquet"]
    with pytest.raises(InvalidInput, match="is not empty; name another folder"):
        Folder(tmp_path, overwrite=False)
