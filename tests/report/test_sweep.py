"""The page of a sweep of any study: policies over all points, and lines along its axes."""

import polars as pl
import pytest

import cakernel as ck
from cakernel import InvalidInput, models
from cakernel.pictures.levels import levels_of
from cakernel.report import write_report
from cakernel.report.verification import claimed
from cakernel.sweep.results import open_sweep
from helpers.function_study import FunctionStudy
from helpers.report_pages import answers, drawings, drawn, findings, page_of, table


class Orders(FunctionStudy):
    """A study that no model here is of; its key has the name of a column of the picture."""

    name = "orders"
    keys = ("order",)

    def description(self):
        told = {"keys": list(self.keys), "choice": list(self.keys), "label": "A toy."}
        return super().description() | told

    def run(self, points, *, seed, threads):
        rows = super().run(points, seed=seed, threads=threads)
        return rows.rename({"plan": "order"}, strict=False)


class Alone(Orders):
    """One outcome a point."""

    keys = ()

    def run(self, points, *, seed, threads):
        return super().run(points, seed=seed, threads=threads).drop("order")


FUNCTIONS = {"many": lambda row: row["demand"], "few": lambda row: 1 - row["cost"]}


def swept(path, study=Orders, rows="policy"):
    many = study(
        functions=FUNCTIONS if study.keys else {"many": FUNCTIONS["many"]},
        base={"demand": 1.0, "cost": 0.2},
        spread=lambda row: 0.01,
        rows=rows,
        columns=study.keys,
        impossible=lambda row: row["demand"] > 2,
    )
    axes = {"demand": [0.5, 1.5, 3.0], "cost": [0.1, 0.3]}
    ck.run_sweep(ck.Sweep(study=many, axes=axes, replications=3), path)
    return path


@pytest.mark.parametrize("rows", ["policy", "replication"])
def test_a_study_without_a_page_of_its_own(tmp_path, rows):
    folder = swept(tmp_path / "sweep", rows=rows)
    page = page_of(folder)
    assert "<h1>A sweep of orders</h1>" in page
    assert '<p class="subtitle">A toy. Report of a folder written by cakernel sweep</p>' in page
    found = findings(page)
    counts = [item.text for item in claimed(found[0])]
    assert counts == ["4", "8" if rows == "policy" else "24"]
    (answer,) = answers(page)
    assert answer["Highest"].startswith("many; gain on average ")
    assert answer["Second"].startswith("few; ")
    results = open_sweep(folder).joined().collect()
    means = dict(results.group_by("order").agg(pl.col("mean_gain").mean()).iter_rows())
    shown = [float(item.text) for item in claimed(table(page, "sweep-policies"))]
    assert shown[::4] == pytest.approx([means["many"], means["few"]], rel=1e-3)
    lines = [row for row in drawn(page, "axes") if "order_" in row]
    assert len(lines) == 2 * 2 * 2
    (one,) = (
        row
        for row in lines
        if (row["axis"], row["level"], row["order_"]) == ("demand", "0.5", "many")
    )
    mean = results.filter(order="many", demand=0.5)["mean_gain"].mean()
    assert one["mean_gain"] == pytest.approx(mean)
    assert one["points"] == 2
    assert [choice["name"] for choice in drawings(page)["axes"]["filters"]] == [
        "axis",
        "outcome",
        "order_",
    ]


def test_a_study_of_one_row_a_point(tmp_path):
    page = page_of(swept(tmp_path / "sweep", Alone))
    assert answers(page)[0]["On average"].startswith("gain ")
    assert {row["policy"] for row in drawn(page, "axes") if "policy" in row} == {"all"}


def test_outcomes_are_in_the_words_of_the_study(tmp_path, monkeypatch):
    folder = swept(tmp_path / "sweep")
    row = models.ModelRow(name="orders", words="orders:WORDS")
    monkeypatch.setattr(models, "MODELS", [*models.MODELS, row])
    ours = {"gain": "stock at the end"}
    load = models.load
    monkeypatch.setattr(
        models, "load", lambda place: ours if place == "orders:WORDS" else load(place)
    )
    assert "many; stock at the end on average " in answers(page_of(folder))[0]["Highest"]


def test_a_sweep_of_impossible_points_alone_is_refused(tmp_path):
    study = Orders(
        functions={"a": lambda row: 1.0},
        base={"demand": 1.0},
        impossible=lambda row: True,
    )
    ck.run_sweep(ck.Sweep(study=study, axes={"demand": [1.0, 2.0]}, replications=1), tmp_path / "s")
    with pytest.raises(InvalidInput, match="got a sweep of orders without an outcome"):
        write_report(tmp_path / "s", tmp_path / "a.html")


def test_impossible_points_are_told(pages):
    assert "Impossible points" in pages["sweep"]


def test_levels_are_numbered_in_their_order():
    points = pl.DataFrame({"point": [0, 1, 2], "risk": [0.5, 0.25, 0.5]})
    assert levels_of(points, "risk").rows() == [(0, 2, "0.5"), (1, 1, "0.25"), (2, 2, "0.5")]


def test_a_page_is_the_same_each_time(tmp_path):
    axes = {
        "supply_mild": ck.Range(low=0.1, high=0.3),
        "supply_severe": ck.Range(low=0.0, high=0.5),
    }
    design = ck.Design(kind="random", points=60, seed=3)
    study = ck.Recovery(
        ck.Model(chains=2, firms=3, periods=8),
        ck.policies()[:3],
        ck.paper_scenarios()[:1],
        rows="replication",
    )
    ck.run_sweep(ck.Sweep(study, axes=axes, design=design, replications=8), tmp_path / "sweep")
    pages = {
        write_report(tmp_path / "sweep", tmp_path / f"{n}.html").read_bytes() for n in range(4)
    }
    assert len(pages) == 1


def test_differences_are_of_the_same_points(tmp_path):
    folder = swept(tmp_path / "sweep")
    results = open_sweep(folder).joined().collect()
    wide = results.pivot("order", index=["point", "cost"], values="mean_gain")
    rows = [row for row in drawn(page_of(folder), "differences") if row["axis"] == "cost"]
    assert {row["policy"] for row in rows} == {"many", "few"}
    for row in rows:
        there = wide.filter(pl.col("cost") == float(row["level"].rstrip("%")))
        expected = (there[row["policy"]] - there["many"]).mean()
        assert row["mean_gain"] == pytest.approx(expected)
        # so few points tell nothing of their mean
        assert row["mean_gain_from"] is None
