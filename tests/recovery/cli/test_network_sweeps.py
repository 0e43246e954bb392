"""Sweeps of networks on the command line: files, folders that go on, and what is made of them."""

import json

import polars as pl
import pytest

import cakernel as ck
from cakernel.sweep.run import run_sweep
from helpers.killing import killed_and_resumed
from helpers.network_sweeps import NET, STUDY, SWEEP, write_sweep
from helpers.recovery_sweeps import contents
from helpers.toml_sections import POLICIES_AND_SCENARIOS

pytestmark = pytest.mark.compiled
DESIGNS = {
    "points": """
[design]
kind = "sobol"
points = 16
[axes]
firms.mill.stock = { low = 0, high = 3 }
firms.supply_mild = { low = 0.0, high = 0.6 }
""",
    "morris": """
[design]
kind = "morris"
points = 4
[axes]
firms.mill.stock = { low = 0, high = 3 }
group.makers.supply_mild = { low = 0.0, high = 0.6 }
""",
    "saltelli": """
[design]
kind = "saltelli"
points = 8
[axes]
firms.mill.stock = { low = 0, high = 3 }
providers.cyber_mild = { low = 0.0, high = 0.6 }
""",
    "grid": """
[design]
kind = "grid"
[axes]
firms.supply_mild = { low = 0.0, high = 0.6, count = 2 }
group.makers.supply_severe = { low = 0.0, high = 0.3, count = 2 }
""",
}
BASE = '[network]\nfolder = "net"\n[model]\nperiods = 17\n' + POLICIES_AND_SCENARIOS


def swept(cakernel, folder, kind, *, rows="policy"):
    """Run a sweep of a design into a folder of its name."""
    settings = f'[sweep]\nreplications = 30\nrows = "{rows}"\n'
    write_sweep(folder, settings + DESIGNS[kind] + BASE)
    code, _, err = cakernel("sweep", "sweep.toml", "--out", kind)
    assert (code, err) == (0, "")


def test_names_with_dots_need_no_quotes(tmp_path):
    axes = """
[design]
kind = "grid"
[axes]
demand = ["half", "all"]
firms.mill.stock = [0, 2]
"firms.mine.stock" = [1]
group.makers.supply_mild = { low = 0.1, high = 0.3, count = 2 }
[axes.cloud.levels]
calm = { providers.cyber_mild = 0.1, "providers.cloud.cyber_severe" = 0.0 }
rough = { providers.cyber_mild = 0.3, "providers.cloud.cyber_severe" = 0.1 }
"""
    sweep = ck.read_sweep_file(write_sweep(tmp_path, axes + BASE))
    points = sweep.points()
    assert points.columns[1:] == [
        "demand", "firms.mill.stock", "firms.mine.stock", "group.makers.supply_mild", "cloud",
        "providers.cyber_mild", "providers.cloud.cyber_severe",
    ]  # fmt: skip
    assert points.height == 16
    assert sweep.study.description()["network"] == STUDY.description()["network"]


def test_axes_over_links_and_terminal_values(cakernel, tmp_path):
    axes = """
[design]
kind = "grid"
[axes]
links.upkeep = [0.0, 0.125]
links.mine.mill.upkeep = [0.25]
intangibles_terminal_value_1 = [0.0, 8.0]
[axes.contract.levels]
cheap = { customer.shop.upkeep = 0.0, input.mill.upkeep = 0.5 }
dear = { customer.shop.upkeep = 0.5, input.mill.upkeep = 0.5 }
"""
    worth = "operational_terminal_value = [0.0, 2.0, 4.0]\n"
    settings = '[sweep]\nreplications = 5\nrows = "replication"\n'
    write_sweep(tmp_path, settings + axes + BASE + worth)
    code, _, err = cakernel("sweep", "sweep.toml", "--out", "links")
    assert (code, err) == (0, "")
    rows = ck.open_sweep("links").joined().collect()
    assert rows.height == 8 * 2 * 5
    for (point,), part in rows.group_by("point"):
        row = part.row(0, named=True)
        names = ("links.upkeep", "input.mill.upkeep", "links.mine.mill.upkeep",
                 "customer.shop.upkeep")  # fmt: skip
        study = ck.read_sweep_file(tmp_path / "sweep.toml").study
        asked = study.scenarios[0].replace(
            intangibles_terminal_value=(0, row["intangibles_terminal_value_1"], 0)
        )
        expected = ck.simulate(
            NET.with_fields({name: row[name] for name in names}), policies=study.policies,
            scenarios=[asked], periods=17, replications=5, by="replication",
        )  # fmt: skip
        for name in ("mean_resources", "mean_value"):
            assert part[name].to_list() == expected[name].to_list(), point


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "firms.mill.stock",
            "firms.mil.stock",
            "axes.firms.mil.stock: got 'mil'; must be an id in firms",
        ),
        ("low = 0, high = 3", "low = -1, high = 3", "axes.firms.mill.stock: got -1.0; must be a w"),
        ("low = 0, high = 3", "lo = 0, high = 3", "axes.firms.mill.stock.lo: unknown key; did you"),
        ("periods = 17", "chains = 2", "model.chains: is of grids; with [network] [model] has per"),
        ('folder = "net"', 'folder = "nets"', "FOLDER/nets: is no folder; must hold firms.csv"),
        ('folder = "net"', 'model = "net"', "network.model: unknown key; known keys: folder, dem"),
        ("[network]", "[disruptions]", "disruptions: there is no section [network]; must be left"),
        (
            "[network]",
            '[sweep]\nmodel = "coopetition"\n[network]',
            "network: is a section of the r",
        ),
    ],
)
def test_mistakes_are_named_by_file_key_value_and_range(tmp_path, old, new, message):
    text = DESIGNS["points"] + BASE
    assert old in text
    file = write_sweep(tmp_path, text.replace(old, new, 1))
    with pytest.raises(ck.InvalidInput) as refused:
        ck.read_sweep_file(file)
    wanted = message.replace("FOLDER", str(tmp_path))
    assert str(refused.value).startswith(f"{file}: {wanted}")


def test_the_commented_file(cakernel, tmp_path):
    code, out, err = cakernel("init", "--sweep", "--network", "chain")
    assert (code, err) == (0, "")
    assert out.endswith("wrote sweep.toml; next: cakernel sweep sweep.toml --out results\n")
    sweep = ck.read_sweep_file(tmp_path / "sweep.toml")
    assert sweep.points().shape == (12, 3)
    assert sweep.study.model.firms.height == 11
    # beside a folder that is there, from elsewhere, with all that is commented out
    code, _, err = cakernel("init", "--sweep", "--network", "chain", "below.toml")
    assert (code, err) == (0, "")
    text = (tmp_path / "below.toml").read_text()
    for line in text.splitlines():
        if line.startswith(
            ("# firms.", "# group.", "# [disr", "# thr", "# [axes", "# calm", "# rou")
        ):
            text = text.replace(line, line[2:])
    text = text.replace('# file = "camera/dis', 'file = "chain/dis')
    (tmp_path / "below.toml").write_text(text)
    sweep = ck.read_sweep_file(tmp_path / "below.toml")
    assert sweep.points().height == 12 * 6 * 3 * 2
    assert sweep.study.record_through == 90
    code, _, err = cakernel("init", "--sweep", "--network", "chain")
    assert (code, err) == (2, "error: sweep.toml exists; name another file or move it away\n")
    code, _, err = cakernel("init", "--sweep", "--network", "c", "--model", "coopetition", "c.toml")
    assert (code, err) == (2, "error: --model: got coopetition; must be recovery for a "
                              "network-sweep file\n")  # fmt: skip
    assert not (tmp_path / "c").exists()


def test_a_changed_network_is_refused(cakernel, tmp_path):
    swept(cakernel, tmp_path, "points")
    resume = ("sweep", "sweep.toml", "--out", "points", "--resume")
    (tmp_path / "net" / "links.csv").write_text(
        "# a comment, and another order of rows, change nothing\n" + NET.links.reverse().write_csv()
    )
    assert cakernel(*resume)[0] == 0
    before = contents(tmp_path / "points")
    NET.with_fields({"firms.kiosk.stock": 2}).write(tmp_path / "net", overwrite=True)
    code, _, err = cakernel(*resume)
    assert code == 2
    assert err.startswith("error: points: holds another sweep: network.firms is '4 rows, checksum ")
    assert err.endswith("name another folder\n")
    assert err.count("\n") == 1
    assert contents(tmp_path / "points") == before


def test_killed_at_random_moments_and_resumed(tmp_path):
    file = write_sweep(tmp_path, SWEEP + POLICIES_AND_SCENARIOS)
    run_sweep(ck.read_sweep_file(file), tmp_path / "undisturbed", block_work=0.01 * 5e9)
    wanted = contents(tmp_path / "undisturbed")
    assert len(wanted) > 4
    work = ("--block-seconds", "0.01")
    code, output = killed_and_resumed(file, tmp_path / "out", work, kills=3)
    # some points are impossible
    assert code == 3, output
    assert contents(tmp_path / "out") == wanted
    assert ck.sweep_status(tmp_path / "out", verify=True).finished


def test_its_files_are_inputs_that_a_rerun_compares(cakernel, tmp_path):
    swept(cakernel, tmp_path, "points")
    inputs = json.loads((tmp_path / "points" / "manifest.json").read_text())["command"]["inputs"]
    files = [f"net/{name}.csv" for name in ("firms", "links", "peers", "providers", "rules")]
    assert sorted(inputs) == [*files, "sweep.toml"]
    code, out, _ = cakernel("rerun", "points")
    assert (code, out.splitlines()[1]) == (0, "2 of 2 files are the same to the byte")
    code, _, err = cakernel("crate", "points")
    assert (code, err) == (0, "")
    crate = json.loads((tmp_path / "points" / "ro-crate-metadata.json").read_text())
    named = {entity.get("name") for entity in crate["@graph"]}
    assert {"firms.csv", "links.csv", "peers.csv", "providers.csv", "rules.csv"} <= named
    NET.with_fields({"firms.kiosk.stock": 2}).write(tmp_path / "net", overwrite=True)
    code, out, _ = cakernel("rerun", "points")
    assert code == 1
    assert "net/firms.csv has changed" in out


def test_what_is_made_of_a_sweep(cakernel, tmp_path):
    swept(cakernel, tmp_path, "points", rows="replication")
    code, out, _ = cakernel("best", "--sweep", "points", "--out", "best", "--json")
    assert code == 0
    assert len(json.loads(out)["best"]) == 16
    code, out, _ = cakernel("rules", "points", "--out", "rules", "--json")
    assert code == 0
    assert json.loads(out)["points"] == 16
    for folder in ("points", "best", "rules"):
        code, _, err = cakernel("report", folder, "--out", f"{folder}.html")
        assert (code, err) == (0, ""), folder
    page = (tmp_path / "points.html").read_text()
    assert "Here the firms are those of a network and differ" in page
    assert "stock of mill" in page
    for told in ("network: firms", "4 rows, checksum ", "network: demand"):
        assert told in page
    assert cakernel("plot", "map", "--from", "best", "--out", "map.svg")[0] == 0


@pytest.mark.parametrize(("kind", "index"), [("morris", "mu_star"), ("saltelli", "total")])
def test_sensitivities(cakernel, tmp_path, kind, index):
    swept(cakernel, tmp_path, kind)
    code, out, err = cakernel("sensitivity", kind, "--policy", "SRD-1", "--out", "found")
    assert (code, err) == (0, "")
    assert "stock of mill" in out
    found = pl.read_parquet(tmp_path / "found" / "indices.parquet").filter(index=index)
    values = dict(found.select("axis", "value").iter_rows())
    risk = next(name for name in values if name != "firms.mill.stock")
    # a unit of stock more matters less than the risk
    assert 0 <= values["firms.mill.stock"] < values[risk]


def test_a_map(cakernel, tmp_path):
    write_sweep(tmp_path, "[sweep]\nreplications = 30\n" + DESIGNS["grid"] + BASE)
    code, out, err = cakernel("stability", "sweep.toml", "--out", "map", "--depth", "1")
    assert (code, err) == (0, "")
    assert "Of the space " in out
    cells = pl.read_parquet(tmp_path / "map" / "map" / "map-cells.parquet")
    assert "group.makers.supply_severe_high" in cells.columns
    assert cakernel("plot", "map", "--from", "map", "--out", "map.svg")[0] == 0
    assert "mild supply disruptions a day of all firms" in (tmp_path / "map.svg").read_text()
    assert cakernel("report", "map/map", "--out", "map.html")[0] == 0
