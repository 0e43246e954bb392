"""Estimates recover the probabilities that records were drawn with."""

import numpy as np
import polars as pl
import pytest

from cakernel import InvalidInput, Network, estimate

stats = pytest.importorskip("scipy.stats")

NET = Network(
    firms={"id": ["a", "b", "c"], "provider": ["p", "p", None]}, providers={"id": ["p", "q"]}
)
RECORD = {
    "period": [3, 5, 5, 8, 9],
    "kind": ["supply", "supply", "cyber", "supply", "supply"],
    "of": ["a", "c", "q", "a", "b"],
    "severity": ["mild", "mild", "severe", "severe", "mild"],
}


def counted(pool):
    rows = estimate(RECORD, NET, periods=10, pool=pool)
    return rows.select("kind", "of", "members", "severity", "onsets", "exposure").rows()


def test_all_together():
    assert counted("all") == [
        ("supply", None, 3, "severe", 1, 30),
        ("supply", None, 3, "mild", 3, 30),
        ("cyber", None, 2, "severe", 1, 20),
        ("cyber", None, 2, "mild", 0, 20),
    ]


def test_by_provider():
    assert counted("provider") == [
        ("supply", "p", 2, "severe", 1, 20),
        ("supply", "p", 2, "mild", 2, 20),
        ("supply", None, 1, "severe", 0, 10),
        ("supply", None, 1, "mild", 1, 10),
        ("cyber", "p", 1, "severe", 0, 10),
        ("cyber", "p", 1, "mild", 0, 10),
        ("cyber", "q", 1, "severe", 1, 10),
        ("cyber", "q", 1, "mild", 0, 10),
    ]


def test_each_by_itself():
    rows = counted("none")
    assert [row[1] for row in rows] == [*"aabbccppqq"]
    assert [row[4] for row in rows] == [1, 1, 0, 1, 0, 1, 0, 0, 1, 0]


def test_without_providers_nothing_is_said_of_them():
    rows = estimate({"period": []} | {n: [] for n in RECORD}, Network(firms={"id": [1]}), periods=9)
    assert rows["kind"].to_list() == ["supply", "supply"]
    assert rows["probability"].to_list() == [0, 0]


def test_intervals_are_those_of_jeffreys():
    rows = estimate(RECORD, NET, periods=10, pool="none", confidence=0.9)
    for row in rows.iter_rows(named=True):
        k, n = row["onsets"], row["exposure"]
        posterior = stats.beta(k + 0.5, n - k + 0.5)
        assert row["probability"] == k / n
        assert row["low"] == (0 if k == 0 else pytest.approx(posterior.ppf(0.05), rel=1e-12))
        assert row["high"] == pytest.approx(posterior.ppf(0.95), rel=1e-12)


def test_an_onset_each_time():
    record = {"period": [1, 2], "kind": "supply", "of": "a", "severity": "mild"}
    row = estimate(record, Network(firms={"id": ["a"]}), periods=2)[1]
    assert (row["probability"].item(), row["high"].item()) == (1, 1)
    assert 0 < row["low"].item() < 1


def drawn(generator, net, periods):
    """Draw a record by the definition: one draw for each firm, or provider, and period."""
    parts = []
    for kind, frame, side in (("supply", net.firms, "supply"), ("cyber", net.providers, "cyber")):
        severe, mild = frame[f"{side}_severe"].to_numpy(), frame[f"{side}_mild"].to_numpy()
        uniform = generator.random((periods, frame.height))
        period, row = np.nonzero(uniform < severe + mild)
        hit = uniform[period, row] < severe[row]
        parts.append(
            pl.DataFrame(
                {
                    "period": period + 1,
                    "kind": [kind] * len(row),
                    "of": frame["id"].gather(row),
                    "severity": np.where(hit, "severe", "mild"),
                }
            )
        )
    return pl.concat(parts)


def test_known_probabilities_are_recovered():
    """Of 95% intervals over 400 records some 95% hold the truth, and estimates are unbiased."""
    net = Network(
        firms={"id": [*range(6)], "supply_severe": 0.03, "supply_mild": 0.1, "provider": "p"},
        providers={"id": ["p", "q"], "cyber_severe": 0.05, "cyber_mild": 0.2},
    )
    truth = {"supply": (0.03, 0.1), "cyber": (0.05, 0.2)}
    generator, records, periods = np.random.default_rng(1), 400, 120
    found = pl.concat(
        [estimate(drawn(generator, net, periods), net, periods=periods) for _ in range(records)]
    )
    for (kind, severity), rows in found.group_by("kind", "severity"):
        probability = truth[kind][severity == "mild"]
        held = rows.select((pl.col("low") <= probability) & (probability <= pl.col("high")))
        # four standard errors of a share of 0.95
        assert held.to_series().mean() == pytest.approx(
            0.95, abs=4 * np.sqrt(0.95 * 0.05 / records)
        )
        exposure = rows["exposure"].sum()
        error = np.sqrt(probability * (1 - probability) / exposure)
        assert rows["onsets"].sum() / exposure == pytest.approx(probability, abs=4 * error)


def test_what_was_later_than_watched_is_refused():
    with pytest.raises(InvalidInput, match=r"^record row 5: period: got 9; must be at most 8, the"):
        estimate(RECORD, NET, periods=8)
