"""Results of a command: shown or printed as JSON, and kept as Parquet and CSV."""

import json

import polars as pl
import pytest
import typer

from cakernel.cli.output import Results
from cakernel.errors import InvalidInput
from cakernel.whole_folder import whole_record


def test_lists_of_any_kind_become_text(tmp_path):
    frame = pl.DataFrame(
        {
            "number": [1, 2],
            "floats": [[0.5, 0.25], []],
            "names": [["a"], ["b", "c"]],
            "pairs": pl.Series([[1.0, 2.0], [3.0, 4.5]], dtype=pl.Array(pl.Float64, 2)),
        }
    )
    results = Results(tmp_path / "found")
    results.keep({"lists": frame})
    results.complete({})
    assert pl.read_parquet(tmp_path / "found/lists.parquet").equals(frame)
    text = (tmp_path / "found/lists.csv").read_text(encoding="utf-8")
    assert text.splitlines() == [
        "number,floats,names,pairs",
        "1,0.5 0.25,a,1.0 2.0",
        '2,"",b c,3.0 4.5',
    ]


def test_large_tables_are_parquet_alone(tmp_path):
    folder = Results(tmp_path)
    folder.keep({"large": pl.DataFrame({"a": [1]})}, csv=False)
    assert list(tmp_path.iterdir()) == []
    folder.complete({})
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["large.parquet", "provenance.json"]
    with pytest.raises(InvalidInput, match="is not empty; name another folder"):
        Results(tmp_path)


FRAME = pl.DataFrame({"a": [1, 2]})


def test_results_are_shown_and_kept(tmp_path, capsys):
    results = Results(tmp_path / "kept")
    results.show("a sentence with [brackets]")
    results.keep({"rows": FRAME})
    results.conclude({"seed": 1}, answer={"rows": [1, 2]}, more={"summary": "two"})
    assert capsys.readouterr().out == f"a sentence with [brackets]\nwrote {tmp_path}/kept\n"
    assert pl.read_csv(tmp_path / "kept/rows.csv").equals(FRAME)
    record = whole_record(tmp_path / "kept")
    assert record.pop("files").keys() == {"rows.parquet", "rows.csv"}
    assert record == {"seed": 1, "summary": "two", "interrupted": False}


def test_results_are_one_json_object(tmp_path, capsys):
    results = Results(tmp_path, as_json=True)
    results.show("not for programs")
    with pytest.raises(typer.Exit) as ended:
        results.conclude({"seed": 1}, answer={"rows": [1]}, interrupted="interrupted; kept one")
    assert ended.value.exit_code == 130
    assert json.loads(capsys.readouterr().out) == {"rows": [1], "provenance": {"seed": 1}}


def test_results_without_a_folder_keep_nothing(capsys):
    results = Results(None)
    results.keep({"rows": FRAME})
    results.conclude({"seed": 1})
    assert capsys.readouterr().out == ""
