"""`cakernel ctip solve`, and markets in files."""

import json

import polars as pl
import pytest

from cakernel.coopetition import Market, equilibria
from cakernel.coopetition.market import read_market
from cakernel.errors import InvalidInput

LABEL = "Inspired by the abstract of Arisian et al. (2025); not a reproduction."


def test_all_contracts_and_regimes(cakernel, tmp_path):
    code, out, err = cakernel("ctip", "solve", "--out", "kept")
    assert (code, err) == (0, "")
    assert out.startswith(LABEL)
    rows = equilibria([Market()], regimes=["nash", "joint", "planner"])
    assert pl.read_parquet(tmp_path / "kept/equilibria.parquet").equals(rows)
    for name in ("economic_welfare", "total_profit"):
        for value in rows[name]:
            assert f"{value:.4f}" in out
    split = pl.read_csv(tmp_path / "kept/welfare_split.csv")
    assert split["regime"].to_list() == ["nash", "joint", "planner"]
    nash = rows.filter(pl.col("regime") == "nash")["economic_welfare"]
    assert split["timing_value"][0] == pytest.approx(nash[2] - nash[1], abs=1e-15)
    assert f"{split['timing_value'][0]:.4f}" in out
    record = json.loads((tmp_path / "kept/provenance.json").read_text(encoding="utf-8"))
    assert record["settings"]["model"] == LABEL
    assert record["settings"]["market"]["spillover"] == 0.5


def test_one_contract_one_regime_changed_values(cakernel, tmp_path):
    arguments = ["--contract", "fixed", "--regime", "planner", "--set", "vulnerability=0.1,0.6"]
    code, out, _ = cakernel("ctip", "solve", *arguments, "--set", "discount=0", "--out", "kept")
    assert code == 0
    market = Market(vulnerability=(0.1, 0.6), discount=0.0)
    rows = equilibria([market], contracts=["fixed"], regimes=["planner"])
    assert pl.read_parquet(tmp_path / "kept/equilibria.parquet").equals(rows)
    assert "moq" not in out
    assert "that the flexible contract adds" not in out
    assert not (tmp_path / "kept/welfare_split.parquet").exists()
    # chains that differ have lines of their own
    for j in (1, 2):
        assert f"{rows[f'profit_{j}'][0]:.4f}" in out
    assert rows["investment_1"][0] != pytest.approx(rows["investment_2"][0], rel=0.1)


def test_file_and_change(cakernel, tmp_path):
    (tmp_path / "mine.toml").write_text(
        "[market]\nchains = 3\nessential_need = [0.1, 0.2, 0.3]\nminimum_order = 0.9\n",
        encoding="utf-8",
    )
    code, out, _ = cakernel(
        "ctip", "solve", "mine.toml", "--set", "minimum_order=0.6", "--regime", "nash"
    )
    assert code == 0
    market = Market(chains=3, essential_need=(0.1, 0.2, 0.3), minimum_order=0.6)
    for value in equilibria([market])["economic_welfare"]:
        assert f"{value:.4f}" in out


def test_all_equilibria_are_listed(cakernel):
    changes = {
        "threat_probability": 0.89,
        "vulnerability": 0.63,
        "delivery_loss": 0.85,
        "breach_cost": 0.0091,
        "security_effectiveness": 23,
        "security_elasticity": 1.4,
        "substitutability": 0.99,
        "wholesale_price": 0.42,
        "supplier_cost": 0.31,
        "subsidy_rate": 0.026,
        "spillover": 0,
    }
    sets = [f"--set={name}={value}" for name, value in changes.items()]
    code, out, _ = cakernel("ctip", "solve", "--contract", "fixed", "--regime", "nash", *sets)
    assert code == 0
    assert "not unique" in out
    listed = [line.split() for line in out.splitlines() if line.startswith("  investments")]
    assert len(listed) == 3
    assert [line[1:3] for line in listed] == [
        ["0.027676,", "0.000000;"],
        ["0.017467,", "0.017467;"],
        ["0.000000,", "0.027676;"],
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--contract", "free"], "contracts: got 'free'; must be one of fixed, fixed-moq, flex"),
        (["--regime", "all"], "regimes: got 'all'; must be one of nash, joint, planner"),
        (["--set", "discuont=1"], "discuont: unknown key; did you mean discount?"),
        (["--set", "discount"], "--set: got 'discount'; must be field=value"),
        (["--set", "discount=much"], "discount: got 'much'; must be a number from 0 to 1"),
        (["--set", "discount=1.01"], "discount: got 1.01; must be a number from 0 to 1"),
        (["--set", "chains=2.5"], "chains: got '2.5'; must be a whole number from 2 to 20"),
        (["--set", "vulnerability=0.1,0.2,0.3"], "vulnerability: got 3 numbers; must be one, or"),
        (["--set", "vulnerability=0.1,7"], "vulnerability: got (0.1, 7.0); must be a number f"),
        (["--set", "supplier_cost=0.4"], "supplier_cost: got 0.4; must be at most wholesale_pr"),
        (["--threads", "0"], "threads: got 0; must be a whole number from 1 to"),
        (["absent.toml"], "absent.toml: cannot be read: No such file or directory"),
    ],
)
def test_command_refuses(cakernel, arguments, message):
    code, _, err = cakernel("ctip", "solve", *arguments)
    assert code == 2
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1


def test_folder_of_an_earlier_run_is_kept(cakernel, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/mine.txt").write_text("mine", encoding="utf-8")
    code, _, err = cakernel("ctip", "solve", "--contract", "fixed", "--out", "kept")
    assert code == 2
    assert err.startswith("error: --out: kept is not empty")
    code, _, _ = cakernel("ctip", "solve", "--contract", "fixed", "--out", "kept", "--overwrite")
    assert code == 2
    assert (tmp_path / "kept/mine.txt").read_text(encoding="utf-8") == "mine"
    assert cakernel("ctip", "solve", "--out", "new")[0] == 0
    assert (tmp_path / "new/welfare_split.csv").exists()
    code, _, _ = cakernel("ctip", "solve", "--contract", "fixed", "--out", "new", "--overwrite")
    assert code == 0
    # what the earlier run alone had is gone
    assert not (tmp_path / "new/welfare_split.csv").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[market\n", "not a TOML file: "),
        (b"\xff\xfe", "not a TOML file: "),
        (b"[markt]\n", "markt: unknown key; did you mean market?"),
        (b"market = 3\n", "market: got 3; must be a table of keys and values"),
        (b"[market]\ndiscuont = 0.1\n", "discuont: unknown key; did you mean discount?"),
        (b"[market]\ndiscount = 'a lot'\n", "discount: got 'a lot'; must be a number from 0 to 1"),
        (b"[market]\nbreach_cost = [0.1]\n", "breach_cost: got 1 numbers; must be one, or one"),
        (b"[market]\nspillover = nan\n", "spillover: got nan; must be a number from 0 to 1"),
    ],
)
def test_bad_files(tmp_path, text, message):
    path = tmp_path / "mine.toml"
    path.write_bytes(text)
    with pytest.raises(InvalidInput) as raised:
        read_market(path)
    assert str(raised.value).startswith(f"{path}: {message}")


def test_an_empty_file_is_all_defaults(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("", encoding="utf-8")
    assert read_market(path) == Market() == read_market(None)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read: Is a directory"):
        read_market(tmp_path)
