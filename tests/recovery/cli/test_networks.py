"""`cakernel init --network` and `cakernel estimate`."""

import json

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.network.disruptions import read_record

pytest.importorskip("scipy")


def test_the_folder_that_init_writes_is_a_network(cakernel, tmp_path):
    code, out, err = cakernel("init", "--network", "camera")
    assert (code, err) == (0, "")
    assert out.startswith("wrote camera; camera/README.md says")
    net = ck.Network.read(tmp_path / "camera")
    told = net.describe().row(0, named=True)
    # ten stages as in textbooks, and a second supplier
    assert (told["firms"], told["links"], told["inputs_with_backup"]) == (11, 10, 1)
    assert (told["firms_on_cycles"], told["isolated"], told["parts"]) == (0, 0, 1)
    assert read_record(tmp_path / "camera" / "disruptions.csv", net).through == 83


def test_the_stages_are_those_of_the_textbook(cakernel, tmp_path):
    cakernel("init", "--network", "camera")
    links = ck.Network.read(tmp_path / "camera").links.filter(pl.col("upkeep") == 0)
    assert set(links.select("supplier", "customer").rows()) == {
        ("raw-material", "process-wafers"),
        ("process-wafers", "package-test-wafers"),
        ("package-test-wafers", "imager-assembly"),
        ("imager-base", "imager-assembly"),
        ("imager-assembly", "ship-to-final-assembly"),
        ("ship-to-final-assembly", "build-test-pack"),
        ("camera", "build-test-pack"),
        ("circuit-board", "build-test-pack"),
        ("other-parts", "build-test-pack"),
    }


def test_comments_name_every_column(cakernel, tmp_path):
    from cakernel.recovery.network.columns import DISRUPTIONS, TABLES

    cakernel("init", "--network", "camera")
    for name, columns in {**TABLES, "disruptions": DISRUPTIONS}.items():
        text = (tmp_path / "camera" / f"{name}.csv").read_text()
        comments = " ".join(line for line in text.splitlines() if line.startswith("#"))
        for column in columns:
            said = column.name in comments
            # "r_x0 to r_x2"
            said |= column.name[:-1].rstrip("012") in comments
            assert said, (name, column.name)


def test_nothing_is_replaced(cakernel, tmp_path):
    (tmp_path / "camera").mkdir()
    (tmp_path / "camera" / "links.csv").write_text("mine")
    code, _, err = cakernel("init", "--network", "camera")
    assert (code, err.count("\n")) == (2, 1)
    assert err == "error: --network: camera is not empty; name another folder\n"
    assert [path.name for path in (tmp_path / "camera").iterdir()] == ["links.csv"]


def test_init_writes_one_thing(cakernel):
    code, _, err = cakernel("init", "--network", "camera", "file.toml")
    assert (code, err) == (2, "error: --network: got file.toml, too; must be one of them\n")


def test_estimate(cakernel, tmp_path):
    cakernel("init", "--network", "camera")
    given = ("camera/disruptions.csv", "--network", "camera", "--periods", 90)
    code, out, err = cakernel("estimate", *given, "--pool", "provider", "--out", "found")
    assert (code, err) == (0, "")
    assert "6 on site" in out
    found = pl.read_parquet(tmp_path / "found" / "estimates.parquet")
    record = pl.read_csv(tmp_path / "camera" / "disruptions.csv", comment_prefix="#")
    net = ck.Network.read(tmp_path / "camera")
    assert_frame_equal(found, ck.estimate(record, net, periods=90, pool="provider"))
    settings = json.loads((tmp_path / "found" / "provenance.json").read_text())["settings"]
    assert (settings["periods"], settings["pool"]) == (90, "provider")
    code, out, _ = cakernel("estimate", *given, "--json")
    assert [row["onsets"] for row in json.loads(out)["estimates"]] == [2, 7, 1, 2]


@pytest.mark.parametrize("pool", ["all", "provider", "none"])
def test_a_network_with_the_estimates(cakernel, tmp_path, pool):
    cakernel("init", "--network", "camera")
    given = ("camera/disruptions.csv", "--network", "camera", "--periods", 90, "--pool", pool)
    code, out, err = cakernel("estimate", *given, "--into", "estimated")
    assert (code, err) == (0, "")
    assert out.endswith("wrote estimated\n")
    before, after = (ck.Network.read(tmp_path / name) for name in ("camera", "estimated"))
    assert after.firms["id"].equals(before.firms["id"])
    assert after.links.equals(before.links)
    found = {
        "all": {"circuit-board": (2 / 990, 7 / 990), "imager-assembly": (2 / 990, 7 / 990)},
        "provider": {"circuit-board": (1 / 540, 5 / 540), "imager-assembly": (0, 2 / 270)},
        "none": {"circuit-board": (1 / 90, 1 / 90), "imager-assembly": (0, 0)},
    }
    for firm, risks in found[pool].items():
        row = after.firms.filter(id=firm).select("supply_severe", "supply_mild").row(0)
        assert row == pytest.approx(risks, rel=1e-12)
    cyber = (1 / 180, 2 / 180) if pool == "all" else (1 / 90, 1 / 90)
    row = after.providers.filter(id="fab-cloud").select("cyber_severe", "cyber_mild").row(0)
    assert row == pytest.approx(cyber, rel=1e-12)
    code, _, err = cakernel("estimate", *given, "--into", "estimated")
    assert (code, err) == (
        2,
        "error: estimated/firms.csv exists; name another folder, or say overwrite\n",
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"--periods": 80}, "camera/disruptions.csv row 12: period: got 83; must be at most 80, "),
        ({"--periods": 0}, "periods: got 0; must be a whole number from 1 to 2,147,483,648"),
        ({"--network": "camra"}, "camra: is no folder; must hold firms.csv"),
        ({"--confidence": 1}, "confidence: got 1.0; must be a number above 0 and below 1"),
    ],
)
def test_refusals(cakernel, changes, message):
    cakernel("init", "--network", "camera")
    options = {"--network": "camera", "--periods": 90} | changes
    given = [part for option in options.items() for part in option]
    code, out, err = cakernel("estimate", "camera/disruptions.csv", *given)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("ending", ["svg", "png", "html"])
def test_plot(cakernel, tmp_path, ending):
    pytest.importorskip("networkx")
    cakernel("init", "--network", "camera")
    code, out, err = cakernel("plot", "network", "camera", "--out", f"net.{ending}")
    assert (code, out, err) == (0, f"wrote net.{ending}\n", "")
    assert (tmp_path / f"net.{ending}").stat().st_size > 10_000


def test_plot_of_results(cakernel, tmp_path):
    pytest.importorskip("networkx")
    cakernel("init", "--network", "camera")
    firms = ck.Network.read(tmp_path / "camera").firms["id"]
    pl.DataFrame({"firm": firms, "mean_x": 1.5, "x": "a"}).write_csv(tmp_path / "firms.csv")
    plot = ("plot", "network", "camera", "--from", "firms.csv", "--out", "net.svg")
    assert cakernel(*plot)[0] == 0
    assert "mean operational state x 1.5 everywhere" in (tmp_path / "net.svg").read_text()
    code, _, err = cakernel(*plot, "--overwrite", "--colour", "x")
    assert (code, err) == (2, "error: column x: got String; must be numbers, none missing\n")


def test_plot_of_what_is_critical(cakernel, tmp_path):
    pytest.importorskip("networkx")
    cakernel("init", "--network", "camera")
    firms = ck.Network.read(tmp_path / "camera").firms["id"]
    rows = [pl.DataFrame({"change": c, "of": firms, "difference": n})
            for n, c in ((0.25, "protected"), (-3.5, "hit"))]  # fmt: skip
    pl.concat(rows).write_csv(tmp_path / "critical.csv")
    plot = ("plot", "network", "camera", "--from", "critical.csv", "--out", "net.svg")
    assert cakernel(*plot)[0] == 0
    assert "difference 0.25 everywhere" in (tmp_path / "net.svg").read_text()
    assert "operations protected" in (tmp_path / "net.svg").read_text()
    assert cakernel(*plot, "--overwrite", "--only", "change=hit")[0] == 0
    assert "difference -3.5 everywhere" in (tmp_path / "net.svg").read_text()
    assert "hit severely in period 1" in (tmp_path / "net.svg").read_text()
    code, _, err = cakernel(*plot, "--overwrite", "--only", "change=backup")
    assert code == 2
    assert "no row is left; change must be one of protected, hit" in err


def test_a_history_is_played_in_a_page(cakernel, tmp_path):
    pytest.importorskip("networkx")
    cakernel("init", "--network", "camera")
    firms = ck.Network.read(tmp_path / "camera").firms.select(firm="id")
    periods = pl.DataFrame({"period": [1, 2], "x": [2, 1]})
    periods.join(firms, how="cross").write_csv(tmp_path / "history.csv")
    plot = ("plot", "network", "camera", "--from", "history.csv", "--out")
    assert cakernel(*plot, "net.html")[0] == 0
    assert '"unit": "day"' in (tmp_path / "net.html").read_text()
    code, _, err = cakernel(*plot, "net.svg")
    assert (code, err.startswith("error: results: got several rows of firm raw-material")) == (2, 1)
    assert cakernel(*plot, "net.svg", "--only", "period=2")[0] == 0
