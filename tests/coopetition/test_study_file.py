"""Sweep files on the coopetition model, and the commands that take them.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

import json
import re

import pytest

import cakernel as ck
from cakernel.coopetition import Market
from cakernel.coopetition.words import LABEL
from cakernel.models import template
from cakernel.sweep.description import read_sweep_file
from helpers.coopetition_sweeps import in_order

TEMPLATE = template("sweep", "coopetition")
RUN = ("sweep", "sweep.toml", "--out", "out")


def written(path, *changes, text=TEMPLATE):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = path / "sweep.toml"
    file.write_text(text)
    return file


def test_the_template_says_what_it_shows(tmp_path):
    assert TEMPLATE.startswith(f"# {LABEL}\n")
    sweep = read_sweep_file(written(tmp_path))
    assert sweep.study == ck.Coopetition(
        Market(), contracts=["fixed", "fixed-moq", "flexible-moq"], regimes=["nash"]
    )
    assert sweep.design == ck.Design(kind="sobol", points=64)
    assert (sweep.replications, sweep.precision) == (1, None)
    assert sweep.points().columns == [
        "point",
        "threat_probability",
        "security_effectiveness",
        "vulnerability_1",
        "minimum_order",
        "platform",
        "sharing_level",
        "subsidy_rate",
    ]


def test_every_kind_that_the_template_names_can_be_read(tmp_path):
    (tmp_path / "points.csv").write_text("chains,vulnerability_2\n2,0.3\n2,0.5\n")
    kinds = re.findall(r"[a-z-]+", TEMPLATE.split('kind = "sobol"')[1].splitlines()[0])
    assert len(kinds) == 8
    for kind in kinds:
        changes, text = [('kind = "sobol"', f'kind = "{kind}"')], TEMPLATE
        if kind in ("grid", "one-at-a-time", "points"):
            changes.append(("points = 64", ""))
        if kind == "grid":
            text = re.sub(r"high = [\d.]+", r"\g<0>, count = 2", text)
        if kind == "points":
            text = text.split("[axes]")[0]
            changes.append(("# file =", "file ="))
        sweep = read_sweep_file(written(tmp_path, *changes, text=text))
        assert sweep.design.kind == kind
        assert sweep.points().height > 1


def test_market_contracts_and_regimes_reach_the_study(tmp_path):
    file = written(
        tmp_path,
        ("vulnerability = 0.2 ", "vulnerability = [0.2, 0.3]\nbreach_cost = 0.2 "),
        ('["fixed", "fixed-moq", "flexible-moq"]', '["flexible-moq"]\nreplications = 1'),
        ('["nash"]', '["planner", "nash"]'),
    )
    study = read_sweep_file(file).study
    assert study.market == Market(vulnerability=(0.2, 0.3), breach_cost=0.2)
    assert study.contracts == ["flexible-moq"]
    assert study.regimes == ["planner", "nash"]
    bare = tmp_path / "bare.toml"
    bare.write_text(
        '[sweep]\nmodel = "coopetition"\n[design]\nkind = "grid"\n[axes]\nchains = [2]\n'
    )
    assert read_sweep_file(bare).study == ck.Coopetition()


NOTHING_DRAWN = "must be left out where sweep.model is 'coopetition'"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"coopetition"', '"ctip"', "sweep.model: got 'ctip'; must be 'recovery' or 'coopetition'"),
        ('"coopetition"', "3", "sweep.model: got 3; must be 'recovery' or 'coopetition'"),
        ("[sweep]", "[sweep]\nreplications = 2", "sweep.replications: got 2; must be 1, or left"),
        ("[sweep]", "[sweep]\nreplications = true", "sweep.replications: got True; must be 1, or"),
        ("[sweep]", "[sweep]\nseed = 1", f"sweep.seed: got 1; {NOTHING_DRAWN}"),
        ("[sweep]", '[sweep]\nrows = "policy"', f"sweep.rows: got 'policy'; {NOTHING_DRAWN}"),
        (
            "[sweep]",
            "[sweep]\ncommon_random_numbers = true",
            f"sweep.common_random_numbers: got True; {NOTHING_DRAWN}",
        ),
        (
            "[sweep]",
            "[sweep]\ncontract = 1",
            "sweep.contract: unknown key; did you mean contracts?",
        ),
        (
            '["fixed", ',
            '["fix", ',
            "sweep.contracts: got 'fix'; must be one of fixed, fixed-moq, fl",
        ),
        ('["nash"]', "[]", "sweep.regimes: got []; must be a list of one or more names"),
        ('["nash"]', "3", "sweep.regimes: got 3; must be a list of texts"),
        (
            "\n[market]",
            "\n[policies]",
            "policies: is a section of the recovery model; must be left out",
        ),
        (
            "\n[market]",
            "\n[model]",
            "model: is a section of the recovery model; must be left out wher",
        ),
        (
            "[design]",
            "[precision]\nat_most = 9\nstandard_error = 1\n[design]",
            "precision: must be left out",
        ),
        ("\n[market]", "\n[markets]", "markets: unknown key; did you mean market?"),
        (
            "chains = 2\n",
            "chains = 1\n",
            "market.chains: got 1; must be a whole number from 2 to 20",
        ),
        ("chains = 2\n", "chians = 2\n", "market.chians: unknown key; did you mean chains?"),
        (
            "vulnerability = 0.2 ",
            "vulnerability = [0.2, 0.3, 0.4] ",
            "market.vulnerability: got 3 numbers; must be one, or one for each of the 2 chains",
        ),
        (
            "\nvulnerability_1",
            "\nvulnerability_3",
            "axes.vulnerability_3: unknown key; did you mean v",
        ),
        ("none = { sharing", "none = { shering", "axes.platform.levels.moderated: got sharing_lev"),
    ],
)
def test_mistakes_end_with_one_line_and_code_2(cakernel, tmp_path, old, new, message):
    written(tmp_path, (old, new))
    code, out, err = cakernel(*RUN)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"error: sweep.toml: {message}")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[market]\n", "market: is a section of the coopetition model; must be left out where swe"),
        (
            "[sweep]\ncontracts = []\n",
            "sweep.contracts: got []; must be left out where sweep.model",
        ),
        (
            '[sweep]\nmodel = "recovery"\n[market]\n',
            "market: is a section of the coopetition model",
        ),
    ],
)
def test_the_recovery_model_has_no_market(tmp_path, text, message):
    (tmp_path / "sweep.toml").write_text(f'{text}[design]\nkind = "grid"\n')
    with pytest.raises(ck.InvalidInput) as refused:
        read_sweep_file(tmp_path / "sweep.toml")
    assert str(refused.value).startswith(f"{tmp_path / 'sweep.toml'}: {message}")


@pytest.mark.compiled
def test_the_template_runs_and_goes_on(cakernel, tmp_path):
    code, out, _ = cakernel("init", "--sweep", "--model", "coopetition")
    assert code == 0
    assert out == "wrote sweep.toml; next: cakernel sweep sweep.toml --out results\n"
    assert (tmp_path / "sweep.toml").read_text() == TEMPLATE
    written(tmp_path, ("points = 64", "points = 8"))
    code, out, err = cakernel(*RUN)
    assert (code, err) == (0, "")
    assert out.startswith(f"{LABEL}\nwrote out: 8 points, 24 rows, ")
    assert cakernel(*RUN)[0] == 2
    written(tmp_path, ("points = 64", "points = 16"))
    code, out, err = cakernel(*RUN, "--resume", "--block-seconds", "0.001")
    assert (code, err) == (0, "")
    assert out.startswith(f"{LABEL}\nwrote out: 16 points, 48 rows, ")
    again = ck.run_sweep(read_sweep_file(tmp_path / "sweep.toml"), tmp_path / "again")
    assert in_order(ck.open_sweep(tmp_path / "out", verify=True)) == in_order(again)
    code, out, _ = cakernel("status", "out")
    assert (code, out.splitlines()[:3]) == (0, [LABEL, "out: finished", "  points        16 of 16"])
    assert json.loads(cakernel("status", "out", "--json")[1])["label"] == LABEL
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["sweep"]["label"] == LABEL


@pytest.mark.compiled
def test_points_that_are_no_market_are_told_by_exit_code_3(cakernel, tmp_path):
    written(tmp_path, ("{ low = 0, high = 1 }", "[0.5, 1.5]"), ("points = 64", "points = 4"))
    code, out, err = cakernel(*RUN)
    assert (code, err) == (3, "")
    assert out.splitlines()[1].startswith("wrote out: 4 points, 8 rows, ")
    reason = "threat_probability: got 1.5; must be a number from 0 to 1"
    assert re.search(rf"2 of 4 points are impossible; the first is point \d: {reason}$", out)


def test_models_that_init_does_not_know(cakernel, tmp_path):
    for arguments, wanted in (
        (
            ("--sweep", "--model", "ctip"),
            "got ctip; must be recovery or coopetition for a sweep file",
        ),
        (
            ("--model", "coopetition"),
            "got coopetition; must be recovery for a scenario file, or given with --sweep",
        ),
    ):
        code, out, err = cakernel("init", *arguments)
        assert (code, out, err) == (2, "", f"error: --model: {wanted}\n")
    assert list(tmp_path.iterdir()) == []
