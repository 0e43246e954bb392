"""Tables as other programs write them are read; what cannot be is named."""

import os
from pathlib import Path

import polars as pl
import pytest

from cakernel import InvalidInput
from cakernel.table_files import read_table

ROWS = [{"a": 1, "b": 0.5}, {"a": 2, "b": 1.5}]


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,0.5\n2,1.5",
        "a,b\n1,0.5\n2,1.5\n\n\n  \n",
        "a,b\r\n1,0.5\r\n2,1.5\r\n\r\n,\r\n,,\r\n",
        "\ufeffa,b\n1,0.5\n2,1.5\n",
        ",a,b\n0,1,0.5\n1,2,1.5\n",
    ],
)
@pytest.mark.parametrize("name", ["t.csv", "T.CSV", "t.Csv"])
def test_csv_files_of_other_programs(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content.encode())
    assert read_table(path).to_dicts() == ROWS


def test_missing_values_at_the_end_stay(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,0.5\n2,\n\n")
    assert read_table(path).to_dicts() == [ROWS[0], {"a": 2, "b": None}]


def test_a_column_without_a_name_that_numbers_no_rows_stays(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(",a\n5,1\n7,2\n")
    assert read_table(path).columns == ["", "a"]


@pytest.mark.parametrize("name", ["t.parquet", "T.PARQUET"])
def test_the_index_of_pandas_is_left_out(tmp_path, name):
    frame = pl.DataFrame(ROWS).with_columns(__index_level_0__=pl.lit(7), __index_level_12__=1)
    frame.write_parquet(tmp_path / name)
    assert read_table(tmp_path / name).to_dicts() == ROWS


def test_pandas_itself(tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    pandas.DataFrame(ROWS, index=[3, 9]).to_parquet(tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").to_dicts() == ROWS


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full", "/dev/null", "/dev/random"])
def test_devices_are_refused_before_they_are_read(device):
    with pytest.raises(InvalidInput, match="is a device or a pipe; must be a file"):
        read_table(Path(device))


def test_a_pipe_without_a_writer_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(InvalidInput, match="is a device or a pipe; must be a file"):
        read_table(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.parquet", b""),
        ("t.parquet", b"PAR1"),
        ("t.parquet", b"PAR1" + b"\xff" * 40 + b"PAR1"),
        ("t.csv", b""),
        ("t.csv", b"a,b\n1,2,3\n"),
        ("t.csv", b"a\n\xff\xfe\n"),
    ],
)
def test_damaged_tables_are_one_line(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput, match=r"^cannot be read: [^\n]+$"):
        read_table(tmp_path / name)


def test_semicolons_are_named(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("firms;supply_mild\n1;0,1\n")
    with pytest.raises(InvalidInput, match=r"^got 'firms;supply_mild'; columns must be separated"):
        read_table(path)
