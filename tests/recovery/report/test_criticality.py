"""The page of critical firms: its card, picture and tables are those of the file."""

import polars as pl
import pytest

import cakernel as ck
from cakernel.recovery.network.beside_results import tables_beside
from cakernel.recovery.report.parts import PARTS
from cakernel.report.folder import RunFolder
from cakernel.report.verification import claimed
from helpers.kept_folders import kept

KIND = next(kind for kind in PARTS.kinds if kind.made_by == "critical")


@pytest.fixture
def found(reports):
    return pl.read_parquet(reports["critical"] / "critical.parquet")


@pytest.fixture
def contents(reports):
    return KIND.contents(RunFolder(reports["critical"]), "seed 1")


def test_the_card_opens_with_the_answer(contents, found):
    ((card,), _) = contents
    assert card.heading == "Which firms matter to mean resources R at the end"
    told = dict(card.lines)
    assert list(told) == [
        "Protect", "Most missed when hit", "Where stock pays", "Which backup pays", "How sure",
    ]  # fmt: skip
    protected = found.filter(change="protected").row(0, named=True)
    assert protected["low"] > 0
    texts = [item.text for item in claimed(told["Protect"])]
    assert texts[0] == protected["of"] == "mine"
    assert float(texts[1]) == pytest.approx(protected["difference"], abs=0.05)
    assert texts[-1] == "4"


def test_what_lowers_is_told_by_its_size(contents, found):
    ((card,), _) = contents
    hit = found.filter((pl.col("change") == "hit") & (pl.col("high") < 0)).row(0, named=True)
    line = dict(card.lines)["Most missed when hit"]
    assert f"A severe hit of {hit['of']} lowers" in line.striptags()
    assert float(claimed(line)[1].text) == pytest.approx(-hit["difference"], abs=0.05)


def test_the_picture_has_all_kinds_and_intervals(contents, found):
    _, (section,) = contents
    (drawn,) = section.blocks
    assert [choice for choice, _ in drawn.filters[0].options] == [
        "protected", "hit", "stock", "backup",
    ]  # fmt: skip
    rows = max(drawn.drawing["datasets"].values(), key=len)
    assert {(row["change"], row["of"]) for row in rows} == set(found["change", "of"].rows())
    assert [len(part.blocks[-1].bodies[0].rows) for part in section.parts] == [4, 4, 4, 1]


def test_the_network_is_coloured_by_what_changing_each_firm_does(contents, found):
    _, (section,) = contents
    # links that might be added are no firms
    assert [len(part.blocks) for part in section.parts] == [2, 2, 2, 1]
    for part, kind in zip(section.parts, ("protected", "hit", "stock"), strict=False):
        drawing = part.blocks[0].drawing
        nodes = [row for rows in drawing["datasets"].values() for row in rows if "value" in row]
        told = {row["name"]: row["value"] for row in nodes}
        assert told == dict(found.filter(change=kind).select("of", "difference").iter_rows())


def test_a_folder_without_its_network_is_not_drawn(reports, tmp_path):
    found = pl.read_parquet(reports["critical"] / "critical.parquet")
    old = kept(tmp_path / "old", {"outcome": "resources"}, critical=found)
    _, (section,) = KIND.contents(RunFolder(old), "seed 1")
    assert [len(part.blocks) for part in section.parts] == [1, 1, 1, 1]


def drawn_of(folder, net, found):
    """Return the blocks below the first kind of change, of a folder that holds a network."""
    path = kept(folder, {"outcome": "resources"}, critical=found, **tables_beside(net))
    _, (section,) = KIND.contents(RunFolder(path), "seed 1")
    return section.parts[0].blocks


def test_a_network_with_rules_of_its_own_is_drawn(tmp_path, found):
    rules = {"rule": "patient", "suppliers_high": ["50%", None], "own": [None, 0], "target": [2, 1]}
    net = ck.Network(
        firms={"id": ["mine", "mill", "shop", "quarry"], "supply_rule": ["patient", *[None] * 3]},
        rules=rules,
    )
    assert [block.block for block in drawn_of(tmp_path / "found", net, found)] == [
        "picture", "grid",
    ]  # fmt: skip


def test_a_network_of_too_many_tiers_leaves_the_rest_of_its_page(tmp_path, found):
    ids = [f"firm {n}" for n in range(201)]
    net = ck.Network(firms={"id": ids}, links={"supplier": ids[1:], "customer": ids[:-1]})
    row = found.filter(change="protected").head(1)
    rows = pl.concat([row.with_columns(of=pl.lit(name)) for name in ids])
    prose, grid = drawn_of(tmp_path / "found", net, rows)
    assert prose.sentences == [
        "The network is not drawn: groups: got 201; must be at most 200 to be drawn."
    ]
    assert len(grid.bodies[0].rows) > 0
