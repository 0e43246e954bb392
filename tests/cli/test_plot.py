"""`cakernel plot`: sources, files and messages."""

import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest

import cakernel as ck
from cakernel.cli.plot import plot
from helpers import picture_frames as frames
from helpers.kept_folders import kept
from helpers.paper_frames import nine


@pytest.mark.parametrize(
    ("kind", "name", "frame", "words"),
    [
        ("map", "map", nine, "200 replications of each resource scenario; convention text, seed 5"),
        ("agreement", "comparison", frames.comparison, "convention text, seed 5."),
        ("distribution", "outcomes", frames.outcomes, "50 replications of 1 resource scenario"),
        (
            "distribution",
            "outcomes",
            lambda: frames.outcomes().drop("scenario"),
            "50 replications, each the mean over resource scenarios; convention text, seed 5",
        ),
        ("history", "history", lambda: frames.histories("SRD-1"), "4 replications of 2 chains"),
        ("trace", "history", frames.history, "convention text, seed 5."),
        ("best", "best", frames.ranking, "The 3 highest of 3 policies; convention text, seed 5"),
        ("tornado", "tornado", frames.sensitivities, "Sensitivity to single parameters"),
        ("tornado", "indices", frames.indices, "Sobol indices"),
    ],
)
def test_from_a_folder(cakernel, tmp_path, kind, name, frame, words):
    kept(tmp_path / "results", {"seed": 5, "convention": "text"}, **{name: frame()})
    code, out, err = cakernel("plot", kind, "--from", "results", "--out", "a.svg")
    assert (code, out, err) == (0, "wrote a.svg\n", "")
    assert words in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_names_with_brackets_are_no_patterns(cakernel, tmp_path):
    (tmp_path / "r1").mkdir()
    kept(tmp_path / "r[1]", {}, best=frames.ranking())
    assert cakernel("plot", "best", "--from", "r[1]", "--out", "a[1].svg")[0] == 0
    (tmp_path / "b[*].csv").write_text(frames.ranking().write_csv())
    assert cakernel("plot", "best", "--from", "b[*].csv", "--out", "b.svg")[0] == 0


def test_a_folder_that_is_not_whole_is_refused(cakernel, tmp_path):
    folder = kept(tmp_path / "results", {}, best=frames.ranking())
    (folder / "provenance.json").unlink()
    code, _, err = cakernel("plot", "best", "--from", "results", "--out", "a.svg")
    assert code == 2
    assert err == "error: --from: results is incomplete: it has no provenance.json\n"


def test_from_a_file_that_trace_wrote(cakernel, tmp_path):
    assert cakernel("trace", "--regime", "t30", "--out", "h.csv")[0] == 0
    arguments = ("--first-period", 29, "--periods", 5)
    code, _, err = cakernel("plot", "trace", "--from", "h.csv", "--out", "a.svg", *arguments)
    assert (code, err) == (0, "")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "day 30" in text
    assert "day 28" not in text


def test_trace_is_the_replication(cakernel, tmp_path):
    code, out, err = cakernel(
        "plot", "trace", "--regime", "t30", "--policy", "SRD-4 CRD-2 C", "--replication", 3,
        "--scenario-index", 7, "--seed", 9, "--out", "a.html",
    )  # fmt: skip
    assert (code, out, err) == (0, "wrote a.html\n", "")
    history = ck.trace(
        ck.regime("t30"),
        policy=ck.Policy(supply_rule="SRD-4", cyber_rule="CRD-2", principle="C"),
        scenario=ck.paper_scenarios()[7],
        scenario_index=7,
        replication=3,
        seed=9,
    )
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    held = text.split('<script type="application/json" id="drawing">')[1].split("</script>")[0]
    rows = max(json.loads(held)["datasets"].values(), key=len)
    for name in ("x", "y", "resources", "supply_hit"):
        assert [row[name] for row in rows] == history[name].to_list()
    assert "SRD-4 CRD-2 C, replication 3, regime t30, convention published" in held
    assert "resource scenario 7, seed 9" in held


@pytest.mark.compiled
def test_simulated_on_the_spot(cakernel, tmp_path):
    small = ("--regime", "t30", "--replications", 3)
    for kind, arguments, words in (
        ("history", ("--policy", "SRD-1 CRD-0"), "3 replications of 5 chains of 5 firms; regime"),
        ("distribution", ("--policy", "SRD-1 CRD-5"), "3 replications of 1 resource scenario"),
        ("agreement", (), "3 replications of each resource scenario; convention published, seed 1"),
    ):
        code, _, err = cakernel("plot", kind, *small, *arguments, "--out", f"{kind}.svg")
        assert (code, err) == (0, "")
        assert words in (tmp_path / f"{kind}.svg").read_text(encoding="utf-8")


@pytest.mark.compiled
def test_scenario_file(cakernel, tmp_path):
    cakernel("init")
    text = (tmp_path / "scenario.toml").read_text()
    text = text.replace("periods = 180", "periods = 5").replace("seed = 1", "seed = 11")
    (tmp_path / "scenario.toml").write_text(text)
    chosen = ("--policy", "SRD-2 CRD-2")
    code, _, err = cakernel(
        "plot", "distribution", "scenario.toml", *chosen, "--replications", 2, "--out", "a.svg"
    )
    assert (code, err) == (0, "")
    assert "scenario.toml, resource scenario 0, seed 11" in (tmp_path / "a.svg").read_text("utf-8")
    code, _, err = cakernel(
        "plot", "trace", "scenario.toml", "--policy", "SRD-2 CRD-3", "--out", "b.svg"
    )
    assert code == 2
    told = "error: policy: got 'SRD-2 CRD-3'; must be one that the scenario file lists: "
    assert err.startswith(told)


def test_best_of_a_folder_of_comparisons(cakernel, tmp_path):
    groups = [
        frames.ranking().with_columns(group=pl.lit(group)) for group in ("in the cloud", "on site")
    ]
    settings = {"seed": 4, "outcome": "x", "tolerance": 0.1, "confidence": 0.9}
    kept(tmp_path / "results", settings, best=pl.concat(groups))
    assert cakernel("plot", "best", "--from", "results", "--out", "a.svg")[0] == 0
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "3 highest of 3 policies; in the cloud, seed 4, intervals of 90%." in text
    assert "difference in mean operational state x" in text
    assert "10% below the best" in text
    arguments = ("--only", "group=on site", "--out", "b.svg")
    assert cakernel("plot", "best", "--from", "results", *arguments)[0] == 0
    assert "on site" in (tmp_path / "b.svg").read_text(encoding="utf-8")


def test_indices_of_both_orders(cakernel, tmp_path):
    names = {"parameter": "axis", "order": "index", "index": "value"}
    frame = frames.indices().rename({"index_low": "low", "index_high": "high", **names})
    second = frame.head(1).with_columns(index=pl.lit("second"))
    pl.concat([frame, second]).write_parquet(tmp_path / "indices.parquet")
    code, _, err = cakernel("plot", "tornado", "--from", "indices.parquet", "--out", "a.svg")
    assert (code, err) == (0, "")
    words = "tau first 0.10 (0.00 to 0.20); tau total 0.30 (0.20 to 0.40); loss first 0.50"
    assert words in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_a_column_whose_first_decimal_stands_far_below(cakernel, tmp_path):
    lines = ["supply_rule,cyber_rule,principle,replication,mean_resources,mean_x,mean_y"]
    lines += [f"SRD-1,CRD-1,P,{n},{n % 7},1,1" for n in range(400)]
    lines[321] = "SRD-1,CRD-1,P,320,5.25,1.5,0.5"
    (tmp_path / "outcomes.csv").write_text("\n".join(lines) + "\n")
    code, _, err = cakernel("plot", "distribution", "--from", "outcomes.csv", "--out", "a.svg")
    assert (code, err) == (0, "")


def test_only_some_rows(cakernel, tmp_path):
    regimes = [frames.ranking().with_columns(regime=pl.lit(name)) for name in ("base", "high")]
    pl.concat(regimes).write_csv(tmp_path / "best.csv")
    arguments = ("plot", "best", "--from", "best.csv", "--out", "a.svg")
    assert cakernel(*arguments)[0] == 0
    # a column of text is part of a policy's name
    assert "The 6 highest of 6 policies" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert cakernel(*arguments, "--only", "regime=high", "--overwrite")[0] == 0
    assert "The 3 highest of 3 policies" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    code, _, err = cakernel(*arguments, "--only", "risk=high", "--overwrite")
    assert code == 2
    assert err.startswith("error: --only: got 'risk=high'; must be COLUMN=VALUE of the columns")
    code, _, err = cakernel(*arguments, "--only", "regime=low", "--overwrite")
    assert (code, err) == (
        2,
        "error: --only: got 'regime=low', of which no row is left; regime must be one of base, "
        "high\n",
    )


def test_a_folder_without_the_table_is_refused(cakernel, tmp_path):
    kept(tmp_path / "results", {}, best=frames.ranking())
    code, _, err = cakernel("plot", "tornado", "--from", "results", "--out", "a.svg")
    told = "results has no tornado.parquet or indices.parquet; must be a folder that has, or a file"
    assert (code, err) == (2, f"error: --from: {told}\n")


def test_indices_of_morris_are_no_tornado(cakernel, tmp_path):
    morris = pl.DataFrame(
        {"axis": ["stock"], "index": ["mu"], "value": [1.0], "low": [0.5], "high": [1.5]}
    )
    kept(tmp_path / "results", {}, indices=morris)
    code, _, err = cakernel("plot", "tornado", "--from", "results", "--out", "a.svg")
    told = "got the indices mu; must have first or total, of a saltelli sweep"
    assert (code, err) == (2, f"error: --from: {told}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("nope",),
            "kind: got 'nope'; must be one of history, distribution, trace, frontier, ",
        ),
        (("map", "--out", "a.eps"), "--out: got a.eps; must end in .svg, .png, .pdf or .html\n"),
        (("map", "--out", "there.svg"), "--out: there.svg exists; name another file, or say --o"),
        (("map", "--out", "folder.svg"), "--out: folder.svg is a folder; must be a file\n"),
        (("map", "--out", "no/a.svg"), "no/a.svg: No such file or directory\n"),
        (("map", "--out", "a.png", "--scale", "0"), "scale: got 0.0; must be a number above 0"),
        (("map", "--out", "a.svg", "--only", "a=1"), "--only: got 'a=1' without --from; must be l"),
        (("distribution", "--out", "a.svg", "--only", "a"), "--only: got 'a' without --from; must"),
        (("network", ".", "--out", "a.svg", "--only", "a"), "--only: got 'a' without --from; must"),
        (("map", "--out", "a.svg", "--from", "no.csv"), "--from: no.csv: cannot be read: No such "),
        (("map", "--out", "a.svg", "--from", "a.txt"), "--from: got a.txt; must end in .parquet"),
        (("map", "--out", "a.svg", "--from", "bad.parquet"), "--from: bad.parquet: cannot be read"),
        (("map", "--out", "a.svg", "--from", "there.csv"), "columns: got a, b; must include risk,"),
        (("map", "--out", "a.svg", "--replications", "0"), "replications: got 0; must be a whole"),
        (("history", "--out", "a.svg", "--policy", "SRD-9 CRD-5"), "supply_rule: got 'SRD-9'; mus"),
        (("history", "--out", "a.svg", "--policy", "SRD-5"), "policy: got 'SRD-5'; must be writt"),
        (("history", "--out", "a.svg", "--regime", "b"), "regime: got 'b'; must be one of base"),
        (("trace", "--out", "a.svg", "--scenario-index", "576"), "scenario_index: got 576; must "),
    ],
)
def test_rejects(cakernel, tmp_path, arguments, message):
    (tmp_path / "there.svg").write_text("mine")
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "there.csv").write_text("a,b\n1,2\n")
    (tmp_path / "bad.parquet").write_text("not Parquet")
    before = sorted(tmp_path.iterdir())
    code, out, err = cakernel("plot", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "there.svg").read_text() == "mine"


def test_without_the_library(cakernel, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("cakernel.pictures")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(ck, "pictures")
    monkeypatch.setitem(sys.modules, "altair", None)
    code, _, err = cakernel("plot", "map", "--out", "a.svg")
    assert code == 2
    assert err == (
        "error: a picture needs altair and vl-convert-python: pip install 'altair>=5.5' "
        "'vl-convert-python>=1.7', or cakernel's extra 'pictures'\n"
    )


DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.compiled
def test_the_tornado_of_the_gallery(cakernel, tmp_path):
    text = (DOCS / "pictures.md").read_text(encoding="utf-8")
    program = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(program) == 1
    fewer = program[0].replace("replications=50", "replications=1")
    assert fewer != program[0]
    exec(fewer, {})
    arguments = ("--from", "tornado.parquet", "--out", "tornado.svg")
    assert cakernel("plot", "tornado", *arguments)[0] == 0
    rows = pl.read_parquet(tmp_path / "tornado.parquet")
    # more disruptions, less resources
    difference = dict(
        zip(rows["parameter"], rows["outcome_at_high"] - rows["outcome_at_low"], strict=True)
    )
    assert difference["supply_severe"] < 0
    assert difference["cyber_severe"] < 0


def test_the_gallery_shows_every_kind():
    text = (DOCS / "pictures.md").read_text(encoding="utf-8")
    kinds = re.findall(r"^## ([\w-]+):", text, re.MULTILINE)
    assert sorted(kinds) == sorted(plot.listed)
    for kind in kinds:
        root = ET.parse(DOCS / f"pictures/{kind}.svg").getroot()
        assert root.get("role") == "img"
        assert f"(pictures/{kind}.svg)" in text
        assert f"cakernel plot {kind} --" in text
