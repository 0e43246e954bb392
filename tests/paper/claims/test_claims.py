"""The list of claims fits the settings; the command."""

import json

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.paper.claims import all_claims, settings, settings_of, simulated_settings
from cakernel.paper.claims.settings import EXPERIMENTS, SETTINGS, under
from cakernel.paper.deviations import DEVIATIONS
from cakernel.paper.published import printed_choices

FEW = ck.paper_scenarios()[::200]


def test_the_list_of_claims():
    listed = all_claims()
    names = [claim.id for claim in listed]
    assert len(set(names)) == len(names)
    for claim in listed:
        assert claim.settings
        assert all(claim.settings.values())
        assert claim.statement
        assert claim.tested
        assert claim.source
    known = {*SETTINGS, *(under(r, e) for r in ("low", "base", "high") for e in EXPERIMENTS)}
    order = settings_of(listed)
    for place, name in enumerate(order):
        assert name in known or all(part in order[:place] for part in settings.needs(name))
    # every printed choice is a claim of its own
    table_7 = {claim.id: claim for claim in listed if claim.id.startswith("table-7")}
    assert len(table_7) == printed_choices().height == 14
    [inside] = [
        [c.first.supply_rules[0] for c in comparisons if c.relation == "at least"]
        for comparisons in table_7["table-7-base-cloud"].settings.values()
    ]
    assert inside == ["SRD-3", "SRD-4", "SRD-5"]


def test_remarks_speak_of_what_the_paper_says():
    listed = {claim.id: claim for claim in all_claims()}
    regimes = ["base", "high", "low", "n3", "n15", "t30", "t360"]
    remark_1, remark_2 = listed["remark-1"], listed["remark-2"]
    assert list(remark_1.settings) == list(remark_2.settings) == regimes
    texts = [comparison.text for comparison in remark_1.settings["base"]]
    assert texts[:5] == [f"SRD-{n} not within 5%" for n in (1, 2, 6, 7, 8)]
    assert len(texts) == 7
    assert len(remark_2.settings["n3"]) == 24
    low = [comparison.text for comparison in listed["text-low"].settings["low"]]
    assert low == ["SRD-2 above SRD-4", "SRD-4 above all others"]


@pytest.fixture
def command(monkeypatch, tmp_path, capsys):
    """Run `cakernel claims` with few claims on few scenarios in an empty folder."""
    from cakernel.cli import app
    from cakernel.paper import claims

    some = ["table-7-base-cloud", "lead", "lead-no-r_x0", "r0-supply-margin"]
    chosen = [claim for claim in all_claims() if claim.id in some]
    monkeypatch.setattr(claims, "all_claims", lambda: chosen)
    monkeypatch.setattr(settings, "paper_scenarios", lambda: FEW)
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = app.commands()(["claims", "--replications", "3", *arguments], standalone_mode=False)
        return code, capsys.readouterr().out

    return call


@pytest.mark.compiled
def test_the_command(command, tmp_path):
    variants = ("--variant", "published", "--variant", "chains-1", "--variant", "published")
    code, out = command(*variants, "--out", "results")
    assert not code
    assert "Claims, variant published, 3 replications" in out
    assert "Remarks 1 and 2 are tested in substance" in " ".join(out.split())
    assert "Matching against its strongest rival" in out
    assert "Verdicts by variant" in out
    tables = {
        name: pl.read_parquet(tmp_path / f"results/{name}.parquet")
        for name in ("claims", "settings", "comparisons", "means")
    }
    names = tables["claims"]["variant"].unique(maintain_order=True).to_list()
    assert names == ["published", "chains-1"]
    assert pl.read_csv(tmp_path / "results/claims.csv").height == 2 * 4
    record = json.loads((tmp_path / "results/provenance.json").read_text())["settings"]
    assert (record["variants"], record["interrupted"]) == (names, False)
    # a mean that is compared is a row of the table of means
    row = tables["comparisons"].filter(variant="chains-1", id="lead").row(0, named=True)
    policy = pl.concat_str("supply_rule", "cyber_rule", "principle", separator=" ")
    mean = tables["means"].filter(
        policy == row["first"], variant="chains-1", setting=row["setting"]
    )
    assert mean["mean_resources"].item() == pytest.approx(row["first_mean"])
    code, out = command("--variant", "published", "--json")
    found = json.loads(out)
    assert_frame_equal(
        pl.DataFrame(found["claims"]).select("id", "verdict", "probability"),
        tables["claims"].filter(variant="published").select("id", "verdict", "probability"),
    )


@pytest.mark.compiled
def test_only_the_papers_claims_are_on_the_printed_rules(command, tmp_path):
    def differences(folder, *options):
        code, _ = command("--out", folder, *options)
        assert not code
        table = pl.read_parquet(tmp_path / folder / "comparisons.parquet")
        return {
            name: table.filter(id=name)["difference"].to_list()
            for name in ("table-7-base-cloud", "lead", "lead-no-r_x0")
        }

    published = differences("published", "--variant", "published")
    table_1 = differences("table-1", "--variant", "table-1")
    every = [part for name in DEVIATIONS for part in ("--without", name)]
    off = differences("off", "--variant", "published", *every)
    assert published["table-7-base-cloud"] != table_1["table-7-base-cloud"]
    for name in ("lead", "lead-no-r_x0"):
        assert published[name] == pytest.approx(table_1[name])
    assert off["table-7-base-cloud"] == pytest.approx(table_1["table-7-base-cloud"])
    record = json.loads((tmp_path / "off/provenance.json").read_text())["settings"]
    assert record["deviations"] == []


@pytest.mark.compiled
def test_an_interruption_keeps_finished_variants(command, monkeypatch, tmp_path):
    from cakernel.paper import claims

    def simulated(variant, **options):
        if variant == "text":
            raise KeyboardInterrupt
        return simulated_settings(variant, **options)

    monkeypatch.setattr(claims, "simulated_settings", simulated)
    code, out = command("--variant", "torus", "--variant", "text", "--out", "results")
    assert code == 130
    assert "interrupted; kept 1 of 2 variants" in out
    assert (
        pl.read_parquet(tmp_path / "results/claims.parquet")["variant"].unique().item() == "torus"
    )
    record = json.loads((tmp_path / "results/provenance.json").read_text())["settings"]
    assert (record["variants"], record["interrupted"]) == (["torus"], True)


def test_the_command_refuses():
    from cakernel.cli.app import commands

    with pytest.raises(ck.InvalidInput, match="replications: got 1; must be a whole number"):
        commands()(["claims", "--replications", "1"], standalone_mode=False)
    with pytest.raises(ck.InvalidInput, match=r"confidence: got 0\.0; must be"):
        commands()(["claims", "--confidence", "0"], standalone_mode=False)
