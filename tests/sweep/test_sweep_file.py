"""Sweeps in TOML files: what the template says, and what is said of mistakes."""

import re

import pytest

import cakernel as ck
from cakernel.models import template
from cakernel.recovery.input_files import SweepSettings
from cakernel.sweep.description import read_sweep_file

TEMPLATE = template("sweep", "recovery")


def written(path, *changes, text=TEMPLATE):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = path / "sweep.toml"
    file.write_text(text)
    return file


def test_the_template_says_what_it_shows(tmp_path):
    sweep = read_sweep_file(written(tmp_path))
    assert sweep.design == ck.Design(kind="sobol", points=64)
    assert (sweep.replications, sweep.seed, sweep.precision) == (20, 1, None)
    assert sweep.study.model == ck.Model()
    assert len(sweep.study.policies) == 15
    assert len(sweep.study.scenarios) == 1
    assert sweep.parsed_axes["operational_cost_01"] == ck.Range(low=1, high=10, decimals=1)
    made = sweep.points()
    assert made.columns == [
        "point",
        "supply_severe",
        "firms",
        "periods",
        "operational_cost_01",
        "cyber_risk",
        "cyber_severe",
        "cyber_mild",
    ]
    assert made.height == 64


def test_the_template_holds_the_defaults(tmp_path):
    file = written(tmp_path)
    section = dict(re.findall(r"^(\w+) = (\S+)", TEMPLATE.split("[design]")[0], re.MULTILINE))
    defaults = {name: str(value).lower() for name, value in SweepSettings().model_dump().items()}
    assert {k: v.strip('"') for k, v in section.items()} == defaults
    assert not read_sweep_file(file).study.rules


def test_what_the_template_leaves_out_can_be_put_in(tmp_path):
    commented = ("[precision]", 'outcome = "resources"', "standard_error = 0.5", "at_most = 1000")
    file = written(tmp_path, *((f"# {line}", line) for line in commented))
    expected = ck.Precision(outcome="resources", standard_error=0.5, at_most=1000)
    assert read_sweep_file(file).precision == expected
    whole = written(tmp_path, ("standard_error = 0.5", "standard_error = 1"), text=file.read_text())
    assert read_sweep_file(whole).precision.standard_error == 1.0


def test_every_kind_that_the_template_names_works(tmp_path):
    (tmp_path / "points.csv").write_text("firms,periods\n3,30\n5,60\n")
    named = TEMPLATE.split('kind = "sobol"')[1].splitlines()[0]
    kinds = re.findall(r"[a-z-]+", named)
    assert len(kinds) == 8
    for kind in kinds:
        changes = [('kind = "sobol"', f'kind = "{kind}"')]
        text = TEMPLATE
        if kind in ("grid", "one-at-a-time", "points"):
            changes.append(("points = 64", ""))
        if kind == "grid":
            text = re.sub(r"high = [\d.]+", r"\g<0>, count = 2", text)
        if kind == "points":
            text = text.split("[axes]")[0] + "[model]\n"
            changes.append(("# file =", "file ="))
        sweep = read_sweep_file(written(tmp_path, *changes, text=text))
        assert sweep.design.kind == kind
        assert sweep.points().height > 1


def test_a_file_of_points_and_rules_lie_beside_the_file(tmp_path, monkeypatch):
    folder = tmp_path / "study"
    folder.mkdir()
    from cakernel.recovery.input_files import rule_frame
    from cakernel.recovery.rules import rule

    rule_frame(rule("supply", "SRD-4")).write_csv(folder / "mine.csv")
    (folder / "points.csv").write_text("supply_rule\nmine\nSRD-1\n")
    file = folder / "sweep.toml"
    file.write_text(
        '[design]\nkind = "points"\nfile = "points.csv"\n'
        '[[rules]]\nname = "mine"\nfile = "mine.csv"\n'
        '[policies]\ncyber_rules = ["CRD-1"]\nprinciples = ["P"]\n'
    )
    monkeypatch.chdir(tmp_path)
    sweep = read_sweep_file(file)
    assert sweep.points()["supply_rule"].to_list() == ["mine", "SRD-1"]
    assert [own.name for own in sweep.study.rules] == ["mine"]
    assert len(sweep.study.scenarios) == 576


def test_settings_reach_the_sweep(tmp_path):
    file = written(
        tmp_path,
        ("replications = 20", "replications = 7"),
        ("seed = 1", f"seed = {2**64 - 1}"),
        ("common_random_numbers = true", "common_random_numbers = false"),
        ('rows = "policy"', 'rows = "replication"'),
        ("chains = 5", "chains = 2"),
    )
    sweep = read_sweep_file(file)
    assert (sweep.replications, sweep.seed) == (7, 2**64 - 1)
    assert (sweep.study.common_random_numbers, sweep.study.rows) == (False, "replication")
    assert sweep.study.model.chains == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[sweep]", "[sweeps]", "sweeps: unknown key; did you mean sweep?"),
        ("[sweep]", "[sweep", "not a TOML file: "),
        ("replications = 20", "replications = 0", "sweep.replications: got 0; must be a whole num"),
        ("replications = 20", "replications = 2.5", "sweep.replications: got 2.5; must be a whole"),
        ("replications = 20", "replication = 2", "sweep.replication: unknown key; did you mean re"),
        ("seed = 1", "seed = -1", "sweep.seed: got -1; must be a whole number from 0 to 18,446"),
        ("= true", "= 1", "sweep.common_random_numbers: got 1; must be true or false"),
        ('rows = "policy"', 'rows = "row"', "sweep.rows: got 'row'; must be 'policy' or 'replicat"),
        ("# [precision]", "precision = 3\n", "sweep.precision: unknown key"),
        ("# [precision]", "[precision]\n", "precision.standard_error: missing; must be"),
        (
            "# [precision]",
            "[precision]\nat_most = 9\nstandard_error = 0\n",
            "precision.standard_error: got 0; must be a finite number above 0",
        ),
        ("# [precision]", "[precision]\nat_mots = 9\n", "precision.at_mots: unknown key; did"),
        (
            "# [precision]",
            "[precision]\nat_most = 9\nstandard_error = 1\n",
            "replications: got 20; must be from 2 to precision.at_most, 9",
        ),
        (
            "# [precision]",
            '[precision]\nat_most = 90\nstandard_error = 1\noutcome = "z"\n',
            "precision.outcome: got 'z'; must be one of resources, x, y",
        ),
        ('kind = "sobol"', 'kind = "sobel"', "design.kind: got 'sobel'; must be one of grid, one-"),
        ('kind = "sobol"', "", "design.kind: missing; must be one of grid, one-at-a-time"),
        ("points = 64", "", "design.points: got None; must be a whole number of 1 or more"),
        ("points = 64", "points = 0", "design.points: got 0; must be a whole number from 1 to"),
        ("points = 64", 'file = "a.csv"\npoints = 64', "design.file: got "),
        ("points = 64", "point = 64", "design.point: unknown key; did you mean points?"),
        ('kind = "sobol"', 'kind = "points"', "design.points: got 64; must be left out for points"),
        ("low = 0.01, high = 0.1", "low = 0.2, high = 0.1", "axes.supply_severe.low: got 0.2; mu"),
        ("low = 0.01, ", "", "axes.supply_severe.low: missing; must be a finite number"),
        ("low = 3, high", "low = 3.5, high", "axes.firms: got 3.5; must be a whole number"),
        ("decimals = 1 ", "decimal = 1 ", "axes.operational_cost_01.decimal: unknown key; did yo"),
        ("periods = [30", 'periods = ["a"', "axes.periods: got 'a'; must be a whole number"),
        ("periods = [30, 180, 360]", "periods = []", "axes.periods.levels: got none; must be one"),
        ("periods = [30, 180, 360]", "periods = 30", "axes.periods: got 30; must be a list of le"),
        ("periods = [30", "perods = [30", "axes.perods: unknown key; did you mean periods?"),
        ("low = { cyber_severe", "low = { cyber_sever", "axes.cyber_risk.levels.high: got cyber_"),
        ("cyber_severe", "chains", "axes.cyber_risk.levels.high: got cyber_severe, cyber_mild; m"),
        ("chains = 5", "chains = 0", "model.chains: got 0; must be a whole number from 1 to 4,096"),
        ("chains = 5", "chians = 5", "model.chians: unknown key; did you mean chains?"),
        ('["P"]', '["p"]', "policies.principles: got 'p'; must be one of P, C"),
        ('"SRD-1"', '"SRD-9"', "policies.supply_rules: got 'SRD-9'; must be one of SRD-1"),
        ("[1.0, 5.0, 9.0]", "[1.0, -5.0, 9.0]", "scenarios[0].operational_cost[1]: got -5.0; mus"),
        ("[policies]", "[[rules]]\nname = 3\n[policies]", "rules[0].name: got 3; must be a text"),
        ("[axes]", "[axes]\nscenario = [0, 1.5]", "axes.scenario: got 1.5; must be a whole number"),
    ],
)
def test_mistakes_are_named_by_file_key_value_and_range(tmp_path, old, new, message):
    file = written(tmp_path, (old, new))
    with pytest.raises(ck.InvalidInput) as refused:
        read_sweep_file(file)
    text = str(refused.value)
    assert text.startswith(f"{file}: {message}")
    assert "\n" not in text


@pytest.mark.parametrize("section", ["sweep", "precision", "design", "axes", "model", "policies"])
def test_sections_are_tables(tmp_path, section):
    file = tmp_path / "sweep.toml"
    others = "" if section == "design" else '[design]\nkind = "grid"\n'
    file.write_text(f"{section} = 3\n{others}")
    with pytest.raises(ck.InvalidInput, match=rf": {section}[:.].*must be a table of keys"):
        read_sweep_file(file)


def test_a_file_of_points_that_is_wrong_is_named(tmp_path):
    file = tmp_path / "sweep.toml"
    file.write_text('[design]\nkind = "points"\nfile = "points.csv"\n')
    points = tmp_path / "points.csv"
    with pytest.raises(ck.InvalidInput) as refused:
        read_sweep_file(file)
    missing = f"file: {points}: cannot be read: No such file or directory"
    assert str(refused.value) == f"{file}: {missing}"
    points.write_text("firms\n2.5\n")
    with pytest.raises(ck.InvalidInput) as refused:
        read_sweep_file(file)
    assert str(refused.value).startswith(f"{file}: {points}: firms: got 2.5; must be a whole")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(ck.InvalidInput, match=r"none\.toml: cannot be read: No such file"):
        read_sweep_file(tmp_path / "none.toml")
    with pytest.raises(ck.InvalidInput, match=r": cannot be read: Is a directory"):
        read_sweep_file(tmp_path)
