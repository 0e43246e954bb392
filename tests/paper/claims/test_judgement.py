"""Every verdict is reached where it must be."""

import pytest

from cakernel import InvalidInput
from cakernel.paper.claims.claim import Claim
from cakernel.paper.claims.judgement import all_true, least_in_favour, verdict, verdicts
from cakernel.paper.claims.recommendations import within
from helpers.claim_results import above, results


def test_rules_of_verdicts():
    assert all_true(["true", "true"]) == "true"
    assert all_true(["true", "open"]) == "open"
    assert all_true(["open", "false", "true"]) == "false"
    assert verdict(["true", "true"]) == "holds"
    assert verdict(["false", "false"]) == "fails"
    assert verdict(["true", "false"]) == "depends"
    assert verdict(["true", "open"]) == "depends"
    assert verdict(["open"]) == "depends"


def test_each_verdict_is_reached():
    places = {
        "clear": results([100, 90, 80]),
        "clear too": results([50, 40, 30], seed=2),
        "other way": results([90, 100, 80], seed=3),
        "tie": results([100, 100, 80], seed=4),
    }

    def claim(name, *settings):
        return Claim(name, "", "", "", {place: [above("SRD-1", "SRD-2")] for place in settings})

    found = verdicts(
        [
            claim("holds", "clear", "clear too"),
            claim("fails", "other way"),
            claim("mixed", "clear", "other way"),
            claim("unsure", "clear", "tie"),
        ],
        places,
    )
    rows = {row["id"]: row for row in found.claims.to_dicts()}
    assert [row["verdict"] for row in rows.values()] == ["holds", "fails", "depends", "depends"]
    assert rows["mixed"]["true"] == ["clear"]
    assert rows["mixed"]["false"] == ["other way"]
    assert rows["unsure"]["open"] == ["tie"]
    assert rows["holds"]["probability"] == 1
    assert rows["fails"]["probability"] == 0
    assert 0 < rows["unsure"]["probability"] < 1
    assert rows["holds"]["replications"] == 20
    weakest = least_in_favour(found.comparisons)
    assert weakest.filter(id="mixed")["setting"].to_list() == ["other way"]
    assert found.settings.filter(id="unsure")["truth"].to_list() == ["true", "open"]


def test_a_set_is_judged_by_every_rule():
    means = [100, 97, 96, 93, 90, 90, 90, 90]
    place = results([float(mean) for mean in means], spread=0.1)

    def judged(rules, *, no_others=True):
        claim = Claim("set", "", "", "", {"here": within(rules, "CRD-5", no_others=no_others)})
        return verdicts([claim], {"here": place})

    found = judged(["SRD-1", "SRD-2", "SRD-3"])
    assert found.claims["verdict"].to_list() == ["holds"]
    assert found.comparisons.height == 8
    row = found.comparisons.row(3, named=True)
    assert (row["comparison"], row["truth"]) == ("SRD-4 not within 5%", "true")
    assert row["difference"] == pytest.approx(
        row["first_mean"] - 0.95 * row["second_mean"], abs=1e-9
    )
    assert judged(["SRD-1", "SRD-2"]).claims["verdict"].to_list() == ["fails"]
    assert judged(["SRD-1", "SRD-2"], no_others=False).claims["verdict"].to_list() == ["holds"]
    assert judged(["SRD-1", "SRD-4"], no_others=False).claims["verdict"].to_list() == ["fails"]


def test_verdicts_refuse():
    claim = Claim("a", "", "", "", {"here": [above("SRD-1", "SRD-2")]})
    with pytest.raises(InvalidInput, match="results: lack here; must hold every setting"):
        verdicts([claim], {})
    with pytest.raises(InvalidInput, match=r"confidence: got 1\.0; must be"):
        verdicts([claim], {"here": results([2.0, 1.0])}, confidence=1.0)
    with pytest.raises(InvalidInput, match=r"results: got \[20, 30\] replications"):
        verdicts([claim], {"here": results([2.0, 1.0]), "there": results([2.0, 1.0], count=30)})
    absent = Claim("a", "", "", "", {"here": [above("SRD-1", "SRD-9")]})
    with pytest.raises(InvalidInput, match="policies: none combines SRD-9 with CRD-5"):
        verdicts([absent], {"here": results([2.0, 1.0])})
