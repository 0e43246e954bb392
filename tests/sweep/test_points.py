"""Points of the user's own: CSV and Parquet files, and what is said of wrong ones."""

from dataclasses import replace

import polars as pl
import pytest

import cakernel as ck

STUDY = ck.Recovery(scenarios=ck.paper_scenarios()[:1])


def points(axes, **design):
    return ck.Sweep(STUDY, axes=axes, design=ck.Design(**design)).points()


def refused(make):
    with pytest.raises(ck.InvalidInput) as raised:
        make()
    message = str(raised.value)
    assert "\n" not in message
    return message


def from_file(path, content):
    if isinstance(content, str):
        path.write_text(content)
    else:
        content.write_parquet(path)
    return points({}, kind="points", file=path)


def test_points_from_a_csv_file(tmp_path):
    made = from_file(
        tmp_path / "p.csv", "firms,supply_mild,principle\n3,0.5,P\n,0.25,C\n5,,P\n7.0,nan,\n"
    )
    assert made.drop("point", "supply_mild").rows() == [(3, "P"), (None, "C"), (5, "P"), (7, None)]
    assert made["supply_mild"].to_list()[:3] == [0.5, 0.25, None]
    assert made.schema == {
        "point": pl.Int64,
        "firms": pl.Int64,
        "supply_mild": pl.Float64,
        "principle": pl.String,
    }


def test_a_column_of_a_csv_file_is_read_to_its_end(tmp_path):
    text = "supply_mild\n" + "0\n" * 500 + "0.5\n"
    assert from_file(tmp_path / "p.csv", text)["supply_mild"][-1] == 0.5


def test_points_from_a_parquet_file(tmp_path):
    frame = pl.DataFrame(
        {
            "firms": pl.Series([3, 4, None], dtype=pl.UInt8),
            "chains": [1.0, float("nan"), None],
            "operational_cost": [[1, 2, 3], [4, 5, 6], None],
            "supply_mild": [None, None, None],
            "principle": pl.Series(["P", "C", None], dtype=pl.Categorical),
        }
    )
    made = from_file(tmp_path / "p.parquet", frame)
    assert made.rows() == [
        (0, 3, 1, [1.0, 2.0, 3.0], None, "P"),
        (1, 4, None, [4.0, 5.0, 6.0], None, "C"),
        (2, None, None, None, None, None),
    ]
    assert made.schema["supply_mild"] == pl.Float64
    assert made.schema["operational_cost"] == pl.Array(pl.Float64, 3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("fimrs\n3\n", "fimrs: unknown key; did you mean firms?"),
        ("firms\n3\n2.5\n", "firms: got 2.5; must be a whole number"),
        ("firms\n3\nmany\n", "firms: got 'many'; must be a whole number"),
        ("supply_mild\n0.5\nhalf\n", "supply_mild: got 'half'; must be a finite number"),
        ("supply_mild\ntrue\n", "supply_mild: got True; must be a finite number"),
        ("principle\n3\n", "principle: got 3; must be a text"),
        ("operational_cost\n1 2 3\n", "operational_cost: got '1 2 3'; must be a list of three"),
        (pl.DataFrame({"firms": ["3", "4.5"]}), "firms: got 4.5; must be a whole number"),
        (pl.DataFrame({"firms": [{"a": 3}]}), "firms: got {'a': 3}; must be a whole number"),
        (pl.DataFrame({"operational_cost": [{"a": 3}]}), "operational_cost: got {'a': 3}; must be"),
        (pl.DataFrame({"firms": [2**64 - 1]}, schema={"firms": pl.UInt64}), "firms: got 1844"),
        (pl.DataFrame({"firms": [1e300]}), "firms: got 1e+300; must be a whole number"),
        (pl.DataFrame({"operational_cost": [[1, 2, 3], [1, 2]]}), "operational_cost: got [1, 2];"),
    ],
)
def test_points_of_the_wrong_kind(tmp_path, content, message):
    path = tmp_path / ("p.csv" if isinstance(content, str) else "p.parquet")
    assert refused(lambda: from_file(path, content)).startswith(f"{path}: {message}")


def test_points_with_comments(tmp_path):
    path = tmp_path / "p.csv"
    found = from_file(path, "# which, sizes,\n\nfirms,supply_mild,\n3,0.5,\n# larger\n4,0,\n")
    assert found.select("firms", "supply_mild").rows() == [(3, 0.5), (4, 0.0)]


def test_files_that_hold_no_points(tmp_path):
    path = tmp_path / "p.csv"
    assert refused(lambda: from_file(path, "firms\n")) == (
        f"file: {path} has no points; must have one or more"
    )
    assert refused(lambda: from_file(path, "")).startswith(f"file: {path}: cannot be read: empty")
    wide = refused(lambda: from_file(path, "# mine\nfirms\n1,2\n"))
    assert wide == f"file: {path}: cannot be read: line 3 has 2 values for 1 column"
    twice = refused(lambda: from_file(path, "firms,firms\n3,4\n"))
    assert twice == f"file: {path}: firms: is there more than once; must be one column"
    odd = tmp_path / "p.parquet"
    odd.write_text("firms")
    message = refused(lambda: points({}, kind="points", file=odd))
    assert message.startswith(f"file: {odd}: cannot be read: ")
    (tmp_path / "folder.csv").mkdir()
    for name, reason in (("none.csv", "No such file or directory"), ("folder.csv", "Is a direct")):
        path = tmp_path / name
        message = refused(lambda p=path: points({}, kind="points", file=p))
        assert message.startswith(f"file: {path}: cannot be read: {reason}")
    message = refused(lambda: points({}, kind="points", file="points.xlsx"))
    assert message == "file: got points.xlsx; must end in .csv or .parquet"
    message = refused(lambda: points({"firms": [3]}, kind="points", file="p.csv"))
    assert message == "axes: got firms; must be left out for points"


def test_a_file_that_has_grown_is_run_on(tmp_path):
    path = tmp_path / "p.csv"
    sweep = ck.Sweep(
        replace(STUDY, model=ck.Model(chains=1, periods=5), policies=STUDY.policies[:1]),
        design=ck.Design(kind="points", file=path),
        replications=2,
    )
    path.write_text("firms\n2\n3\n")
    first = ck.run_sweep(sweep, tmp_path / "out").joined().collect()
    path.write_text("firms\n4\n3\n2\n2\n")
    more = ck.run_sweep(sweep, tmp_path / "out", resume=True)
    assert more.points.rows() == [(0, 2), (1, 3), (2, 4), (3, 2)]
    rows = more.joined().collect().sort("point")
    assert rows["firms"].to_list() == [2, 3, 4, 2]
    assert rows.head(2).equals(first.sort("point"))
    assert rows.drop("point").row(0) == rows.drop("point").row(3)
    for content, message in (
        ("firms\n3\n", "points.0 is {'firms': 2} there and None here"),
        ("chains\n3\n", "points is ['firms'] there and ['chains'] here"),
    ):
        path.write_text(content)
        message = f"{tmp_path / 'out'}: holds another sweep: {message}; name another folder"
        assert refused(lambda: ck.run_sweep(sweep, tmp_path / "out", resume=True)) == message
