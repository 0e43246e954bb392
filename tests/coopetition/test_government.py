"""The government's best choice: known answers, an independent solver, limits, the command."""

import io
import json
import math
import re
from itertools import product

import numpy as np
import polars as pl
import pytest
from numba import get_num_threads
from rich.console import Console

from cakernel import coopetition
from cakernel.coopetition import Market, government_search
from cakernel.coopetition.cli.market_tables import government_table
from cakernel.errors import InvalidInput
from helpers.coopetition_markets import point, random_market
from oracle import coopetition as oracle

pytestmark = pytest.mark.compiled

# no risk: nobody invests, chains order the least of what pays and what they must pay for
CALM = {"threat_probability": 0.0, "essential_need": 0.0}
# welfare is known to about this
CLOSE = 1e-8


def best(market, **arguments):
    """Return the rows without and with participation."""
    return coopetition.best_government(market, **arguments).rows(named=True)


def choices_of(row):
    return row["subsidy_rate"], row["sharing_level"], row["minimum_order"]


@pytest.fixture(scope="module")
def default():
    reported = []
    table = coopetition.best_government(Market(), progress=lambda *counts: reported.append(counts))
    return table, reported


def test_no_risk():
    """Welfare is Q - 0.8 q Q - 0.2 Q for q = M / 2 up to 1 / 2.6; profits are q (0.745 - 1.6 q)."""
    free, kept = best(Market(**CALM))
    q = 1 / 2.6
    assert choices_of(free) == pytest.approx((0, 0, 2 * q), abs=1e-7)
    assert free["economic_welfare"] == pytest.approx(2 * (q - 0.8 * q * q - 0.2 * q), abs=CLOSE)
    assert free["economic_welfare"] >= free["welfare_now"]
    fixed = 0.7 / 2.6
    earned = fixed * (0.7 - 1.6 * fixed)
    # where a chain earns as much with the discount, ordering more
    q = (0.745 + math.sqrt(0.745**2 - 6.4 * earned)) / 3.2
    assert choices_of(kept) == pytest.approx((0, 0, 2 * q), abs=1e-7)
    assert kept["economic_welfare"] == pytest.approx(2 * (q - 0.8 * q * q - 0.2 * q), abs=CLOSE)
    assert 0 <= kept["smallest_profit_gain"] < CLOSE
    assert free["smallest_profit_gain"] == pytest.approx(
        (1 / 2.6) * (0.745 - 1.6 / 2.6) - earned, abs=CLOSE
    )


def shown(table, threshold):
    """Return what the command line shows of a table."""
    console = Console(width=120, file=io.StringIO())
    console.print(government_table(table, threshold=threshold))
    return console.file.getvalue()


def test_best_order_is_the_threshold_only_where_all_must_be_kept():
    """Paying for waste to get the discount of a half: q = 1 / 2.6 of 0.45 paid for."""
    market = Market(**CALM, discount_threshold=0.9, supplier_cost=0.3, discount=0.5)
    table = coopetition.best_government(market, largest_subsidy_rate=0)
    free, kept = table.rows(named=True)
    q = 1 / 2.6
    assert free["minimum_order"] == pytest.approx(2 * q, abs=1e-7)
    assert free["at_threshold"] is False
    assert free["economic_welfare"] == pytest.approx(2 * (q - 0.8 * q * q - 0.3 * q), abs=CLOSE)
    assert choices_of(kept) == (0, 0, 0.9)
    assert kept["at_threshold"] is True
    assert kept["economic_welfare"] == pytest.approx(2 * (q - 0.8 * q * q) - 0.27, abs=1e-12)
    fixed = 0.7 / 2.6
    gain = q * (1 - 1.6 * q) - 0.15 * 0.45 - fixed * (0.7 - 1.6 * fixed)
    assert kept["smallest_profit_gain"] == pytest.approx(gain, abs=1e-12)
    assert gain > 0.007
    assert re.findall(r"\S+ [<=] Mbar", shown(table, 0.9)) == ["0.9000 = Mbar"]


def test_best_order_is_just_below_the_threshold():
    """Goods for nothing would be ordered beyond their cost: the discount is kept out of reach."""
    market = Market(
        **CALM,
        substitutability=1.0,
        wholesale_price=0.45,
        supplier_cost=0.45,
        discount=1.0,
        discount_threshold=0.48,
    )
    table = coopetition.best_government(market, largest_subsidy_rate=0)
    free, kept = table.rows(named=True)
    assert free["minimum_order"] == math.nextafter(0.48, 0)
    assert free["at_threshold"] is False
    welfare = 0.55 * 0.48 - 0.48**2 / 2
    assert free["economic_welfare"] == pytest.approx(welfare, abs=1e-12)
    assert re.findall(r"\S+ [<=] Mbar", shown(table, 0.48)) == ["0.4800 < Mbar", "0.4800 = Mbar"]
    # with participation it is given away
    assert kept["minimum_order"] == 0.48
    assert kept["at_threshold"] is True
    sold = 2 / 3
    assert kept["economic_welfare"] == pytest.approx(0.55 * sold - sold**2 / 2, abs=1e-12)


def test_breaches_that_harm_nobody_else_need_no_government():
    """No loss, no spillover: each chain bears all that its breach costs, so it invests enough."""
    free, kept = best(Market(delivery_loss=0.0, spillover=0.0, essential_need=0.0))
    q = 1 / 2.6
    reached = math.sqrt(0.7 * 0.2 * 0.1 * 100)
    spent = (reached - 1) / 100 + 0.7 * 0.2 * 0.1 / reached
    assert choices_of(free) == pytest.approx((0, 0, 2 * q), abs=1e-7)
    expected = 2 * (q - 0.8 * q * q - 0.2 * q - spent)
    assert free["economic_welfare"] == pytest.approx(expected, abs=CLOSE)
    assert choices_of(kept)[:2] == (0, 0)


def test_nothing_to_choose_but_sharing():
    market = Market(minimum_order=0.0)
    free, kept = best(market, largest_subsidy_rate=0, largest_minimum_order=0)
    assert choices_of(free)[::2] == (0, 0)
    table = pl.DataFrame({"sharing_level": np.linspace(0, 1, 1001)}).with_columns(
        subsidy_rate=0.0, minimum_order=0.0
    )
    rows = coopetition.equilibria(table, base=market, contracts=["flexible-moq"])
    highest = rows["economic_welfare"].arg_max()
    assert free["economic_welfare"] >= rows["economic_welfare"][highest]
    assert free["economic_welfare"] == pytest.approx(rows["economic_welfare"][highest], abs=CLOSE)
    assert free["sharing_level"] == pytest.approx(table["sharing_level"][highest], abs=1e-3)
    # the market's own subsidy is none of the choices
    assert free["now_allowed"] is False
    assert free["smallest_profit_gain"] > 0
    # what satisfies all anyway is the same answer
    assert {**kept, "participation": False} == free


def test_no_choice_keeps_all_chains():
    market = random_market(397, alike=False).replace(discount=0.0)
    table = coopetition.best_government(market)
    free, kept = table.rows(named=True)
    assert free["smallest_profit_gain"] < 0
    assert "none found" in shown(table, market.discount_threshold)
    for name, value in kept.items():
        if name not in ("participation", "equilibria_solved"):
            assert value is None, name
    grid = list(product([0.0, 0.4, 0.8], [0.0, 1.0], [0.0, 0.6]))
    assert oracle.government(point(market), grid, True)[1] is None


def test_default_against_the_independent_solver(default):
    p = point(Market())
    grid = list(product([0.0, 0.6], [1.0], [0.49999, 0.77]))
    for row in default[0].iter_rows(named=True):
        chosen = choices_of(row)
        participation = row["participation"]
        if participation:
            assert 0 <= row["smallest_profit_gain"] < CLOSE
            # rounding aside it is on the edge
            chosen = (*chosen[:2], chosen[2] - 1e-7)
        welfare, _ = oracle.government(p, [chosen], participation)
        assert welfare == pytest.approx(row["economic_welfare"], abs=1e-7)
        around = [
            np.clip(np.add(chosen, step), 0, (0.8, 1, 2)).tolist()
            for step in np.vstack([0.02 * np.eye(3), -0.02 * np.eye(3)])
        ]
        others, best_other = oracle.government(p, grid + around, participation)
        assert best_other is not None
        assert row["economic_welfare"] > others
    free, kept = default[0]["economic_welfare"]
    assert free > kept + 0.02


def test_default_is_no_worse_than_any_choice_of_a_grid(default):
    lines = np.linspace(0, 0.8, 7), np.linspace(0, 1, 7), np.linspace(0, 1.6, 25)
    names = ("subsidy_rate", "sharing_level", "minimum_order")
    grid = np.array(list(product(*lines)))
    rows = coopetition.equilibria(
        pl.DataFrame(grid, schema=names), contracts=["fixed", "flexible-moq"]
    )
    profits = ["profit_1", "profit_2"]
    fixed, flexible = (rows.filter(pl.col("contract") == one) for one in ("fixed", "flexible-moq"))
    gains = (flexible.select(profits) - fixed.select(profits)).min_horizontal()
    assert default[0]["economic_welfare"][0] >= flexible["economic_welfare"].max()
    kept = flexible.filter(gains >= 0)
    assert 0 < kept.height < len(grid)
    assert default[0]["economic_welfare"][1] >= kept["economic_welfare"].max()


def test_default_is_what_the_market_gives_at_the_choice(default):
    now = coopetition.equilibria([Market()], contracts=["flexible-moq"])["economic_welfare"][0]
    for row in default[0].iter_rows(named=True):
        chosen = dict(
            zip(("subsidy_rate", "sharing_level", "minimum_order"), choices_of(row), strict=True)
        )
        market = Market().replace(**chosen)
        given = coopetition.equilibria([market]).rows_by_key("contract", named=True, unique=True)
        flexible = given["flexible-moq"]
        for name in ("economic_welfare", "total_profit", "subsidy_bill", "unmet_need"):
            assert row[name] == pytest.approx(flexible[name], abs=1e-12), name
        gain = min(flexible[name] - given["fixed"][name] for name in ("profit_1", "profit_2"))
        assert row["smallest_profit_gain"] == pytest.approx(gain, abs=1e-12)
        assert row["status"] == "converged"
        assert row["welfare_now"] == now
        assert row["now_allowed"] is True
        assert row["economic_welfare"] >= now
        assert 0 <= row["largest_gain"] < CLOSE


def test_progress_ends_with_all_solved(default):
    table, reported = default
    done = [one for one, _ in reported]
    assert done == sorted(done)
    assert all(one <= total for one, total in reported)
    assert reported[-1] == (table["equilibria_solved"][0],) * 2


@pytest.fixture
def blind(monkeypatch):
    """A search that sees nothing but its corners, and does not move."""
    monkeypatch.setattr(government_search, "GRID", (2, 2, 2))
    monkeypatch.setattr(government_search, "SPREAD", 64)
    monkeypatch.setattr(government_search.Search, "_follow", lambda self, choice, *rest: choice)
    monkeypatch.setattr(
        government_search.Search, "_with_best_orders", lambda self, choices, *rest: choices
    )
    return monkeypatch


def test_interruption_leaves_the_number_of_threads():
    def interrupt(done, total):
        raise KeyboardInterrupt

    before = get_num_threads()
    with pytest.raises(KeyboardInterrupt):
        coopetition.best_government(Market(), threads=1, progress=interrupt)
    assert get_num_threads() == before


def test_own_choice_is_tried(blind):
    blind.setattr(government_search, "ROUNDS", 1)
    free, _ = best(Market(subsidy_rate=0.62, sharing_level=1.0, minimum_order=0.769))
    assert choices_of(free) == (0.62, 1.0, 0.769)
    assert free["economic_welfare"] == free["welfare_now"]
    # unless it is not allowed
    free, _ = best(
        Market(subsidy_rate=0.62, sharing_level=1.0, minimum_order=0.769), largest_subsidy_rate=0.6
    )
    assert free["now_allowed"] is False
    assert free["subsidy_rate"] <= 0.6


def test_certificate_tells_of_what_was_found_after_the_answer(blind):
    blind.setattr(government_search, "ROUNDS", 0)
    free, _ = best(Market(subsidy_rate=0.62, sharing_level=1.0, minimum_order=0.769))
    assert free["largest_gain"] == free["welfare_now"] - free["economic_welfare"] > 0.01


def test_sharing_ends_where_chains_would_stand_in_for_each_other():
    market = Market(spillover=1.0, sharing_level=1.0, minimum_order=100.0)
    free, _ = best(market, largest_minimum_order=0)
    assert choices_of(free)[1:] == (0.95, 0)
    assert 0 < free["subsidy_rate"] < 0.8
    assert free["status"] == "converged"
    assert free["now_allowed"] is False
    # nearly 100 units are produced for nobody
    assert free["welfare_now"] < -15


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"largest_subsidy_rate": 1.0}, "largest_subsidy_rate: got 1.0; must be a number from 0"),
        ({"largest_subsidy_rate": -0.1}, "largest_subsidy_rate: got -0.1; must be a number from"),
        ({"largest_subsidy_rate": math.nan}, "largest_subsidy_rate: got nan; must be a number"),
        ({"largest_minimum_order": -1}, "largest_minimum_order: got -1; must be a number from 0"),
        ({"largest_minimum_order": 1e10}, "largest_minimum_order: got 10000000000.0; must be a nu"),
        ({"threads": 0}, "threads: got 0; must be a whole number from 1 to"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(InvalidInput) as raised:
        coopetition.best_government(Market(), **arguments)
    assert str(raised.value).startswith(message)


def test_command_on_one_thread_gives_the_same_table(default, cakernel, tmp_path):
    code, out, err = cakernel("ctip", "government", "--threads", "1", "--out", "kept")
    assert (code, err) == (0, "")
    assert out.startswith("Inspired by the abstract of Arisian et al. (2025); not a reproduction.")
    for words in ("not asked", "no chain loses", "0.3367", "0.3083", "0.2808"):
        assert words in out
    assert pl.read_parquet(tmp_path / "kept/government.parquet").equals(default[0])
    record = json.loads((tmp_path / "kept/provenance.json").read_text(encoding="utf-8"))["settings"]
    assert record["market"]["subsidy_rate"] == 0.2
    assert record["largest_subsidy_rate"] == 0.8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--largest-subsidy-rate", "1"], "largest_subsidy_rate: got 1.0; must be"),
        (["--largest-minimum-order", "-2"], "largest_minimum_order: got -2.0; must be"),
        (["--set", "discount=2"], "discount: got 2.0; must be a number from 0 to 1"),
        (["nowhere.toml"], "nowhere.toml: cannot be read"),
    ],
)
def test_command_refuses(cakernel, arguments, message):
    code, out, err = cakernel("ctip", "government", *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1
