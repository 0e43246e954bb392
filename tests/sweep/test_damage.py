"""Damaged folders of sweeps: what is wrong is named, and computed again where that can be."""

import json
import random
from dataclasses import replace

import pytest

import cakernel as ck
from cakernel.checksums import sealed, unsealed
from cakernel.sweep.run import run_sweep
from helpers.function_study import FunctionStudy
from helpers.recovery_sweeps import contents, few_at_a_time, small

FLIPS = 40
STUDY = FunctionStudy(
    {"up": lambda row: row["a"], "down": lambda row: row["b"] - row["a"]},
    base={"a": 1.0, "b": 2.0},
    spread=lambda row: 0.5,
    rows="",
    impossible=lambda row: row["a"] == 3.0,
)
PLAIN = ck.Sweep(STUDY, axes={"a": [float(n) for n in range(6)], "b": [2.0, 5.0]}, replications=4)
PRECISE = replace(PLAIN, precision=ck.Precision(standard_error=0.1, at_most=90))
SMALL_BLOCKS = 8.0


def flipped(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << place % 7
    path.write_bytes(content)


def mended(sweep, folder):
    """Run what is missing, and return what was said to be damaged."""
    seen = []
    run_sweep(
        sweep,
        folder,
        resume=True,
        block_work=SMALL_BLOCKS,
        progress=lambda state: seen.append(list(state.repaired)),
    )
    return seen[0]


@pytest.fixture
def folder(tmp_path):
    run_sweep(PLAIN, tmp_path / "out", block_work=SMALL_BLOCKS)
    return tmp_path / "out"


@pytest.mark.parametrize("sweep", [PLAIN, PRECISE], ids=["plain", "precise"])
def test_a_flipped_bit_of_the_journal_costs_its_block_alone(tmp_path, sweep):
    run_sweep(sweep, tmp_path, block_work=SMALL_BLOCKS)
    before, journal = contents(tmp_path), tmp_path / "journal.jsonl"
    lines = journal.read_bytes()
    rows = ck.open_sweep(tmp_path).results.collect()
    chance = random.Random(1)
    for place in [0, len(lines) - 2, *chance.sample(range(len(lines) - 1), FLIPS)]:
        journal.write_bytes(lines)
        flipped(journal, place)
        opened = ck.open_sweep(tmp_path)
        # of a line's end two lines became one, or of one two
        assert 1 <= len(opened.damaged) <= 2
        number = lines.count(b"\n", 0, place) + 1
        assert f"journal.jsonl: line {number} is damaged: " in opened.damaged[0]
        left = opened.results.collect()
        assert rows.height / 2 < left.height <= rows.height
        assert not ck.sweep_status(tmp_path).finished
        with pytest.raises(ck.InvalidInput, match=rf"line {number} is damaged.*; run the sweep ag"):
            opened.undamaged()
        assert f"line {number} is damaged" in mended(sweep, tmp_path)[0]
        assert contents(tmp_path) == before
        assert ck.open_sweep(tmp_path).undamaged().results.collect().equals(rows)
        assert ck.sweep_status(tmp_path).finished


def test_a_line_that_was_cut_off_is_made_up_for(folder):
    before, journal = contents(folder), folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-30])
    assert not ck.sweep_status(folder).finished
    # that is no damage: it is what a crash leaves
    assert ck.open_sweep(folder).damaged == []
    assert mended(PLAIN, folder) == []
    assert contents(folder) == before
    assert ck.sweep_status(folder).finished
    assert all(unsealed(line) for line in journal.read_bytes().splitlines())


def test_a_damaged_line_below_more_replications_costs_those_above_it(tmp_path):
    more = replace(PLAIN, replications=9)
    run_sweep(PLAIN, tmp_path, block_work=SMALL_BLOCKS)
    run_sweep(more, tmp_path, resume=True)
    rows = ck.open_sweep(tmp_path).results.collect()
    journal = tmp_path / "journal.jsonl"
    flipped(journal, 40)
    assert len(mended(more, tmp_path)) == 1
    again = ck.open_sweep(tmp_path).undamaged().results.collect()
    assert set(again["replications"]) == {9}
    assert again["mean_gain"].to_list() == pytest.approx(rows["mean_gain"].to_list())


LINE = {"block": 0, "part": 0, "sha256": "", "size": 1, "rows": 1, "points": 1, "failed": 0}
LINE |= {"replications": 1, "goal": PLAIN.goal, "last": True, "seconds": 1.0}


@pytest.mark.parametrize(
    "line",
    [
        LINE | {"block": "../../../etc/x"},
        LINE | {"part": -1},
        LINE | {"part": 1.5},
        LINE | {"block": 99},
        LINE | {"goal": 3},
        {"block": 0, "part": 0},
        {"block": 0, "parts": None, "goal": PLAIN.goal},
        {},
    ],
)
def test_a_line_that_means_nothing_is_damaged_whatever_its_checksum(folder, line):
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(sealed(line))
    (reason,) = ck.open_sweep(folder).damaged
    assert "journal.jsonl: line 7 is damaged" in reason
    assert len(ck.sweep_status(folder).damaged) == 1
    assert len(mended(PLAIN, folder)) == 1
    assert ck.open_sweep(folder).damaged == []


def test_lines_nested_deep_or_of_many_digits_are_damaged(folder):
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b"[" * 100_000 + b"\n" + b"9" * 10_000 + b"\n\xff\n")
    assert len(ck.open_sweep(folder).damaged) == 3


def test_a_flipped_bit_of_the_manifest_is_restored_from_its_copy(folder):
    rows = ck.open_sweep(folder).results.collect()
    path = folder / "manifest.json"
    whole = path.read_bytes()
    for place in [0, len(whole) - 2, *random.Random(1).sample(range(len(whole) - 1), FLIPS)]:
        flipped(path, place)
        if path.read_bytes().split() != whole.split():
            opened = ck.open_sweep(folder)
            assert "manifest.json: is damaged: " in opened.damaged[0]
            assert opened.results.collect().equals(rows)
            assert not ck.sweep_status(folder).finished
            with pytest.raises(ck.InvalidInput, match=r"manifest\.json: is damaged"):
                opened.undamaged()
            assert mended(PLAIN, folder)[0].endswith("; restored from its copy")
        assert ck.open_sweep(folder).damaged == []
        path.write_bytes(whole)


def test_a_manifest_that_says_another_thing_is_damaged(folder):
    path = folder / "manifest.json"
    text = path.read_text()
    path.write_text(text.replace('"replications": 4', '"replications": 5'))
    assert "manifest.json: is damaged: its checksum differs" in ck.open_sweep(folder).damaged[0]
    path.unlink()
    assert ck.open_sweep(folder).damaged == [f"{path}: is missing"]
    (folder / "manifest-copy.json").write_text("")
    path.write_text(text[:-3])
    for read in (ck.open_sweep, ck.sweep_status, lambda out: mended(PLAIN, out)):
        with pytest.raises(ck.InvalidInput, match=r"is damaged.*; so is its copy"):
            read(folder)
    path.write_text(text)
    assert mended(PLAIN, folder) == []
    assert (folder / "manifest-copy.json").read_text() == text


@pytest.mark.parametrize(
    "change",
    [
        {"points": []},
        {"points": [{"file": "../points-000.parquet"}]},
        {"sweep": {}},
        {"sweep": None},
        {"kernel": 3},
    ],
)
def test_a_manifest_that_lacks_what_is_needed_is_damaged(folder, change):
    held = unsealed((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_bytes(sealed(held | change))
    assert "manifest.json: is damaged" in ck.open_sweep(folder).damaged[0]


@pytest.mark.parametrize("number", [1, 2, 4, 99])
def test_other_formats_are_refused_in_one_line(folder, number):
    held = unsealed((folder / "manifest.json").read_bytes()) | {"format": number}
    old = json.dumps(held).encode()
    (folder / "manifest.json").write_bytes(old if number < 3 else sealed(held))
    for read in (ck.open_sweep, ck.sweep_status, lambda out: mended(PLAIN, out)):
        with pytest.raises(ck.InvalidInput) as error:
            read(folder)
        message = str(error.value)
        assert f"is of format {number}, written by cakernel {ck.__version__}; this ver" in message
        assert len(message.splitlines()) == 1


@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_a_damaged_shard_is_found_named_and_computed_again(tmp_path, harm):
    sweep = small()
    run_sweep(sweep, tmp_path, block_work=few_at_a_time(sweep))
    before, whole = contents(tmp_path), ck.open_sweep(tmp_path).results.collect()
    shard = tmp_path / "shards/000002-000.parquet"
    if harm == "remove":
        shard.unlink()
    elif harm == "flip":
        flipped(shard, 40)
    else:
        shard.write_bytes(shard.read_bytes()[:-5])
    opened = ck.open_sweep(tmp_path)
    assert len(opened.damaged) == 1
    assert "000002-000.parquet" in opened.damaged[0]
    assert 0 < opened.results.collect().height < whole.height
    assert ck.sweep_status(tmp_path, verify=True).damaged == opened.damaged
    # a flipped bit is found by reading alone
    assert bool(ck.open_sweep(tmp_path, verify=False).damaged) == (harm != "flip")
    assert "000002-000.parquet" in mended(sweep, tmp_path)[0]
    assert contents(tmp_path) == before
    assert ck.open_sweep(tmp_path).damaged == []


def test_a_damaged_part_below_others_is_computed_again(tmp_path):
    run_sweep(small(), tmp_path)
    run_sweep(small(replications=10), tmp_path, resume=True)
    before = contents(tmp_path)
    (tmp_path / "shards/000000-000.parquet").write_bytes(b"")
    run_sweep(small(replications=10), tmp_path, resume=True)
    assert contents(tmp_path) == before


def test_shards_that_are_gone_are_all_computed_again(folder):
    before = contents(folder)
    for shard in (folder / "shards").iterdir():
        shard.unlink()
    (folder / "shards").rmdir()
    assert len(ck.open_sweep(folder).damaged) == 6
    with pytest.raises(ck.InvalidInput, match=r"000000-000\.parquet: is missing; and 5 more; run"):
        _ = ck.open_sweep(folder).results
    assert len(mended(PLAIN, folder)) == 6
    assert contents(folder) == before


@pytest.mark.parametrize("harm", [b"", b"PAR1" * 9, None])
@pytest.mark.parametrize("number", [0, 1])
def test_damaged_points_are_named_and_made_again(tmp_path, harm, number):
    design = ck.Design(kind="random", points=9, seed=3)
    axes = {"a": ck.Range(low=0.0, high=1.0)}
    sweep = replace(PLAIN, axes=axes, design=design)
    run_sweep(sweep, tmp_path, block_work=SMALL_BLOCKS)
    more = replace(sweep, design=ck.Design(kind="random", points=20, seed=3), replications=5)
    run_sweep(more, tmp_path, resume=True, block_work=3 * SMALL_BLOCKS)
    before, file = contents(tmp_path), tmp_path / f"points-00{number}.parquet"
    file.write_bytes(harm) if harm is not None else file.unlink()
    opened = ck.open_sweep(tmp_path)
    assert opened.damaged == [f"{file}: is missing or damaged"]
    for read in (lambda: opened.points, lambda: ck.sweep_status(tmp_path)):
        with pytest.raises(
            ck.InvalidInput, match=rf"points-00{number}\.parquet: is missing or dam"
        ):
            read()
    # whatever the size of blocks that is asked for now
    assert mended(more, tmp_path) == [f"{file}: is missing or damaged; made again"]
    assert contents(tmp_path) == before


def test_damaged_points_that_cannot_be_made_again_end_in_one_line(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("a\n1.0\n2.0\n")
    sweep = replace(PLAIN, axes={}, design=ck.Design(kind="points", file=file))
    run_sweep(sweep, tmp_path / "out")
    (tmp_path / "out/points-000.parquet").write_bytes(b"")
    file.write_text("a\n1.0\n2.5\n")
    with pytest.raises(ck.InvalidInput, match=r"points-000\.parquet: is missing or damaged; the"):
        mended(sweep, tmp_path / "out")
    file.write_text("a\n1.0\n2.0\n")
    assert len(mended(sweep, tmp_path / "out")) == 1


def test_a_journal_without_a_manifest_is_no_sweep(folder):
    for name in ("manifest.json", "manifest-copy.json"):
        (folder / name).unlink()
    with pytest.raises(ck.InvalidInput, match="is not empty and holds no sweep"):
        mended(PLAIN, folder)
