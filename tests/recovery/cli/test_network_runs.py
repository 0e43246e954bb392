"""`cakernel run`, `trace` and `best` on scenario files that name a network."""

import json

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.input_files import read_scenario_file

SCENARIO = """
[simulation]
replications = 6
seed = 4

[network]
folder = "camera"

[model]
periods = 30

[policies]
supply_rules = ["SRD-1", "SRD-4"]
cyber_rules = ["CRD-2"]
principles = ["P"]

[[scenarios]]
operational_acquisition = [0.5, 1.0, 2.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 6.0]
intangibles_cost = [2.0, 5.0, 7.0]
"""
RECORD = '[disruptions]\nfile = "camera/disruptions.csv"\nthrough = 20\n'


@pytest.fixture
def scenario(cakernel, tmp_path):
    """Write the shipped network and a scenario file of it."""
    cakernel("init", "--network", "camera")
    path = tmp_path / "camera.toml"
    path.write_text(SCENARIO)
    return path


@pytest.mark.compiled
def test_run_keeps_policies_scenarios_and_firms(cakernel, scenario, tmp_path):
    scenario.write_text(SCENARIO + RECORD)
    code, out, err = cakernel("run", scenario, "--out", "results", "--risk")
    assert (code, err) == (0, "")
    assert "wrote results" in out
    file = read_scenario_file(scenario, networks=True)
    asked = {
        "policies": file.policies, "scenarios": file.scenarios, "replications": 6, "seed": 4,
        "periods": 30, "record": file.record.table, "record_through": 20,
    }  # fmt: skip
    kept = {
        name: pl.read_parquet(tmp_path / "results" / f"{name}.parquet")
        for name in ("policies", "scenarios", "firms", "risk")
    }
    for name in ("scenario", "firm"):
        assert_frame_equal(kept[f"{name}s"], ck.simulate(file.network, **asked, by=name))
    # means over firms are those of policies
    means = ["mean_x", "mean_y", "mean_resources"]
    over_firms = (
        kept["firms"].group_by("supply_rule", maintain_order=True).agg(pl.col(means).mean())
    )
    assert_frame_equal(over_firms, kept["policies"].select("supply_rule", *means))
    assert kept["firms"].height == 2 * 11
    told = json.loads((tmp_path / "results/provenance.json").read_text())
    assert told["settings"]["network"]["firms"] == 11
    assert told["settings"]["model"]["periods"] == 30
    read = {path.removeprefix(f"{tmp_path}/") for path in told["command"]["inputs"]}
    assert {"camera/firms.csv", "camera/disruptions.csv"} <= read
    assert cakernel("report", "results", "--out", "results.html")[::2] == (0, "")
    assert "the firms are those of a network" in (tmp_path / "results.html").read_text()


@pytest.mark.compiled
def test_trace_shows_firms_by_their_ids(cakernel, scenario, tmp_path):
    code, out, err = cakernel("trace", scenario, "--replication", 2, "--out", "history.parquet")
    assert (code, err) == (0, "")
    assert "\nraw-material " in out
    assert "chain" not in out
    file = read_scenario_file(scenario, networks=True)
    expected = ck.trace(
        file.network, policy=file.policies[0], scenario=file.scenarios[0], seed=4, replication=2,
        periods=30,
    )  # fmt: skip
    assert_frame_equal(pl.read_parquet(tmp_path / "history.parquet"), expected)


@pytest.mark.compiled
def test_best_ranks_the_policies_of_a_network(cakernel, scenario, tmp_path):
    pytest.importorskip("scipy")
    code, _, err = cakernel("best", "--regime", "camera.toml", "--out", "ranked")
    assert (code, err) == (0, "")
    best = pl.read_parquet(tmp_path / "ranked/best.parquet")
    file = read_scenario_file(scenario, networks=True)
    rows = ck.simulate(
        file.network, policies=file.policies, scenarios=file.scenarios, replications=6, seed=4,
        periods=30,
    ).sort("mean_resources", descending=True)  # fmt: skip
    assert best.sort("rank")["supply_rule"].to_list() == rows["supply_rule"].to_list()
    assert cakernel("report", "ranked", "--out", "ranked.html")[::2] == (0, "")


@pytest.mark.compiled
def test_commands_show_and_rank_what_final_states_are_worth(cakernel, scenario, tmp_path):
    pytest.importorskip("scipy")
    scenario.write_text(SCENARIO + "operational_terminal_value = [0, 2, 50]\n")
    code, out, err = cakernel("run", scenario, "--out", "results")
    assert (code, err) == (0, "")
    assert "mean value" in out
    firms = pl.read_parquet(tmp_path / "results/firms.parquet")
    policies = pl.read_parquet(tmp_path / "results/policies.parquet")
    of_first = firms.filter(supply_rule="SRD-1")["mean_value"].mean()
    assert policies["mean_value"][0] == pytest.approx(of_first, rel=1e-12)
    assert cakernel("report", "results", "--out", "results.html")[::2] == (0, "")
    page = (tmp_path / "results.html").read_text()
    assert "The value of a firm is its resources at the end" in page
    code, out, err = cakernel("best", "--regime", scenario, "--outcome", "value")
    assert (code, err) == (0, "")
    assert "what final states are worth" in out
    asked = ("critical", scenario, "--outcome", "value", "--replications", 5, "--out", "found")
    code, out, err = cakernel(*asked)
    assert (code, err) == (0, "")
    assert "what final states are worth" in " ".join(out.split())
    assert cakernel("report", "found", "--out", "found.html")[::2] == (0, "")
    page = (tmp_path / "found.html").read_text()
    assert "The value of a firm is its resources at the end" in page
    code, _, err = cakernel("critical", "camera", "--outcome", "value", "--replications", 5)
    told = "must be resources, x or y where the scenario has no terminal values"
    assert (code, err) == (2, f"error: outcome: got 'value'; {told}\n")


@pytest.mark.compiled
def test_history_and_its_picture(cakernel, scenario, tmp_path):
    pytest.importorskip("altair")
    asked = ("history", scenario, "--replications", 3, "--by", "group", "--out", "over")
    code, out, err = cakernel(*asked)
    assert (code, err) == (0, "")
    assert "wafers" in out
    file = read_scenario_file(scenario, networks=True)
    expected = ck.history(
        file.network, policies=file.policies[:1], scenario=file.scenarios[0], seed=4,
        replications=3, periods=30, by="group",
    )  # fmt: skip
    found = pl.read_parquet(tmp_path / "over/over_time.parquet")
    assert_frame_equal(found.filter(supply_rule=found["supply_rule"][0]), expected)
    picture = ("plot", "history", "camera.toml", "--replications", 3, "--policy", "SRD-1")
    assert cakernel(*picture, "--by", "group", "--out", "a.svg")[::2] == (0, "")
    told = (tmp_path / "a.svg").read_text()
    assert "3 replications of 11 firms; camera.toml" in told
    assert "wafers: x " in told
    code, _, err = cakernel(*picture, "--by", "firm", "--out", "b.svg")
    told = "must be 1 to 4, each part of a network counted"
    assert (code, err) == (2, f"error: policies: got 11; {told}\n")


def test_commands_of_grids_refuse_a_network(cakernel, scenario):
    code, _, err = cakernel("plot", "trace", scenario, "--out", "a.svg")
    assert code == 2
    assert "network: this command runs grids" in err


@pytest.mark.compiled
def test_rules_by_counts_of_the_network_and_of_files(cakernel, scenario, tmp_path):
    """A rule of rules.csv, a file of [[rules]], and firms.csv; with cutoffs, too."""
    assert cakernel("rule", "CRD-4", "--counts", "--out", "mine.csv")[0] == 0
    rules = 'supply_rules = ["SRD-4", "wait-for-suppliers", "wait-for-suppliers@4/12"]'
    text = SCENARIO.replace('supply_rules = ["SRD-1", "SRD-4"]', rules)
    text = text.replace('["CRD-2"]', '["CRD-4", "mine"]')
    scenario.write_text(text + '[[rules]]\nname = "mine"\nfile = "mine.csv"\n')
    firms = tmp_path / "camera" / "firms.csv"
    with_rules = pl.read_csv(firms, comment_prefix="#", infer_schema=False).with_columns(
        supply_rule=pl.when(id="camera").then(pl.lit("wait-for-suppliers"))
    )
    with_rules.write_csv(firms)
    code, _, err = cakernel("run", scenario, "--out", "results")
    assert (code, err) == (0, "")
    rows = pl.read_parquet(tmp_path / "results/policies.parquet")
    assert rows["supply_rule"].unique(maintain_order=True).to_list() == [
        "SRD-4", "wait-for-suppliers", "wait-for-suppliers@4/12"
    ]  # fmt: skip
    assert rows["mean_x"].n_unique() == 6 or rows["mean_x"].n_unique() == 3
    mine, built_in = (
        rows.filter(pl.col("cyber_rule") == name).drop("cyber_rule") for name in ("mine", "CRD-4")
    )
    assert_frame_equal(mine, built_in, check_exact=True)
    file = read_scenario_file(scenario, networks=True)
    assert file.network.own_rules.keys() == {"wait-for-suppliers"}
    assert [rule.name for rule in file.rules] == ["mine"]
    for command in (("best", "--regime", scenario), ("trace", scenario, "--policy", "SRD-4 mine")):
        assert cakernel(*command)[::2] == (0, "")


@pytest.mark.compiled
def test_commands_on_a_folder_know_its_rules(cakernel, scenario):
    policy = ("--policy", "wait-for-suppliers@3/5 CRD-2")
    given = ("camera", "--periods", 20, "--replications", 8)
    code, out, err = cakernel("critical", *given, *policy)
    assert (code, err) == (0, "")
    assert out.startswith("wait-for-suppliers@3/5 CRD-2 P, 20 periods")
    code, _, err = cakernel("critical", *given, "--policy", "later CRD-2")
    assert (code, err[:40]) == (2, "error: supply_rule: got 'later'; must be")


@pytest.mark.parametrize("name", ["wait-for-suppliers", "SRD-half", "CRD-5"])
def test_a_rule_of_a_file_may_not_be_called_like_another(cakernel, scenario, tmp_path, name):
    (tmp_path / "mine.csv").write_text("target\n2\n")
    scenario.write_text(f'{SCENARIO}[[rules]]\nname = "{name}"\nfile = "mine.csv"\n')
    code, _, err = cakernel("run", scenario, "--out", "results")
    assert code == 2
    assert f"rules[0].name: got '{name}'; must not be that of another rule" in err


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a,,,,1.5", "camera/rules.csv row 1: target: got '1.5'; must be a state: 0, 1 or 2"),
        ("a,,,half,1", "camera/rules.csv row 1: suppliers_high: got 'half'; must be a whole numb"),
        ("SRD-4,,,1,1", "camera/rules.csv row 1: rule: got 'SRD-4'; must not be that of a built-"),
    ],
)
def test_bad_rules_of_a_folder_name_the_row(cakernel, scenario, tmp_path, row, message):
    head = "rule,own,suppliers_worst,suppliers_high,target"
    (tmp_path / "camera" / "rules.csv").write_text(f"{head}\n{row}\n")
    code, _, err = cakernel("run", scenario, "--out", "results")
    assert (code, err.count("\n")) == (2, 1)
    assert message in err


def test_rules_are_written_as_counts(cakernel, tmp_path):
    code, out, err = cakernel("rule", "SRD-half", "--counts", "--out", "half.csv")
    assert (code, err) == (0, "")
    assert out == "wrote half.csv; name it in a section [[rules]] of a scenario file\n"
    written = pl.read_csv(tmp_path / "half.csv").select("own", "neighbours_high", "target")
    assert written.rows() == [(None, "50%", 2), (0, None, 1)]
    code, _, err = cakernel("rule", "none", "--counts", "--out", "none.csv")
    assert (code, err[:40]) == (2, "error: rule: got 'none'; must be one of ")
