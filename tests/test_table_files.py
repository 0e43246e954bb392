"""Tables as other programs write them are read; what cannot be is named."""

import os
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from cakernel import InvalidInput
from cakernel.table_files import place_of, read_table, read_texts

ROWS = [{"a": 1, "b": 0.5}, {"a": 2, "b": 1.5}]


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,0.5\n2,1.5",
        "a,b\n1,0.5\n2,1.5\n\n\n  \n",
        "a,b\r\n1,0.5\r\n2,1.5\r\n\r\n,\r\n,,\r\n",
        "\ufeffa,b\n1,0.5\n2,1.5\n",
        ",a,b\n0,1,0.5\n1,2,1.5\n",
        "# of, mine,,\n\n  \na,b\n# first\n1,0.5\n2,1.5\n# last\n",
        "\ufeff# mine,,\r\na,b, ,\r\n1,0.5,,\r\n2,1.5,,\r\n",
        "# mine\ra,b\r1,0.5\r2,1.5\r",
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


def test_results_have_no_comments(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n#1,0.5\nx,1.5\n")
    assert read_table(path, comments=False)["a"].to_list() == ["#1", "x"]
    assert read_table(path)["a"].to_list() == ["x"]
    path.write_text('a,b\n"#1",0.5\nx,1.5\n')
    assert read_table(path)["a"].to_list() == ["#1", "x"]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("a,b\n1,2\n3,4\n", [2, 3]),
        ("# x\n\na,b\n1,2\n# y\n\n3,4\n", [4, 6, 7]),
        ('a,b\r\n"1\r\n# no comment",2\r\n# y\r\n3,4\r\n', [2, 5]),
        ("a\r1\r# y\r2\r", [2, 4]),
    ],
)
def test_rows_are_found_in_their_lines(tmp_path, content, lines):
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode())
    assert read_texts(path).height == len(lines)
    assert [place_of(path, n) for n in range(len(lines))] == [f"line {line}" for line in lines]


@pytest.mark.parametrize("read", [read_table, read_texts])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"# x\na,b\n1,2\n# y\n3,4,5\n", "cannot be read: line 5 has 3 values for 2 columns"),
        (b"# x\na\n#\n\xe9\n", "cannot be read: byte 0xe9 in line 4 is not UTF-8; save the fi"),
        (b'# 5"\na\n5" pipe\n', "cannot be read: line 3 has a quotation mark that is not clos"),
        (b"a,b,a\n1,2,3\n", "a: is there more than once; must be one column"),
        (b"# a,b\n\na;b\n1;2\n", "got 'a;b'; columns must be separated by commas"),
        (b"# nothing\n", "cannot be read: "),
    ],
)
def test_both_readers_name_what_is_wrong(tmp_path, read, content, message):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        read(path)
    assert str(refused.value).startswith(message)


def test_a_parquet_file_that_would_end_the_process(tmp_path):
    """Polars asks for 2^61 bytes where the width of a page's numbers is damaged."""
    path, pages = tmp_path / "t.parquet", BytesIO()
    pl.DataFrame({"a": [1, 2, 1]}).write_parquet(
        pages, statistics=False, compression="uncompressed"
    )
    content = bytearray(pages.getvalue())
    for place in range(36, 46):
        path.write_bytes(content[:place] + b"\x73" + content[place + 1 :])
        # what is harmless is read; either way this process goes on
        with suppress(InvalidInput):
            read_table(path)
    path.write_bytes(content)
    assert read_table(path)["a"].to_list() == [1, 2, 1]


def test_a_parquet_file_is_tried_by_no_file_of_the_users(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("polars.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    pl.DataFrame({"a": [1, 2]}).write_parquet("t.parquet")
    assert read_table(Path("t.parquet"))["a"].to_list() == [1, 2]
