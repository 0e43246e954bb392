"""Recorded disruptions: checked against the network, and found in it."""

import pytest

from cakernel import InvalidInput, Network
from cakernel.recovery.network.disruptions import read_record, record_of

NET = Network(firms={"id": ["a", "b"], "provider": ["p", "p"]}, providers={"id": ["p", "q"]})
RECORD = {
    "period": [3, 1, 3, 8],
    "kind": ["supply", "cyber", "cyber", "supply"],
    "of": ["b", "q", "p", "a"],
    "severity": ["mild", "severe", "mild", "severe"],
}


def test_hits():
    record = record_of(RECORD, NET)
    assert record.through == 8
    assert [column.tolist() for column in record.supply] == [[3, 8], [1, 0], [1, 2]]
    assert [column.tolist() for column in record.cyber] == [[1, 3], [1, 0], [2, 1]]


def test_what_is_later_is_left_out():
    record = record_of(RECORD, NET, through=3)
    assert record.through == 3
    assert [column.tolist() for column in record.supply] == [[3], [1], [1]]
    assert record.cyber.period.tolist() == [1, 3]
    assert record.table.height == 4


def test_quiet_periods_may_follow():
    assert record_of(RECORD, NET, through=90).through == 90


def test_nothing_happened():
    record = record_of({name: [] for name in RECORD}, NET, through=5)
    assert len(record.supply.row) == len(record.cyber.row) == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"period": [3, 0, 3, 8]}, "record row 2: period: got 0; must be a whole number from 1 to"),
        ({"period": [3, None, 3, 8]}, "record row 2: period: got a blank; must be a whole number"),
        ({"kind": ["supply", "cybr", "cyber", "supply"]}, "record row 2: kind: got 'cybr'; must "),
        ({"severity": ["mild", "none", "mild", "mild"]}, "record row 2: severity: got 'none'; mu"),
        ({"of": ["b", "q", "a", "a"]}, "record row 3: of: got 'a'; must be the id of a provider,"),
        ({"of": ["b", "q", "p", "p"]}, "record row 4: of: got 'p'; must be the id of a firm, as "),
        ({"period": 3, "of": ["b", "q", "p", "b"]}, "record row 4: of: got 'b'; repeats row 1; "),
        ({"days": 1}, "record: days: unknown column; known columns: period, kind, of, severity"),
    ],
)
def test_refusals(changes, message):
    with pytest.raises(InvalidInput) as refused:
        record_of(RECORD | changes, NET)
    assert str(refused.value).startswith(message)


def test_an_empty_record_has_no_end():
    with pytest.raises(InvalidInput, match=r"^record: got no rows; must have one, or say through"):
        record_of({name: [] for name in RECORD}, NET)


def test_a_column_is_missing():
    with pytest.raises(InvalidInput, match=r"^record: of: missing column; must be there$"):
        record_of({name: RECORD[name] for name in ("period", "kind", "severity")}, NET)


def test_through_is_a_period():
    with pytest.raises(InvalidInput, match=r"^through: got 0; must be a whole number from 1 to "):
        record_of(RECORD, NET, through=0)


def test_files(tmp_path):
    path = tmp_path / "past.csv"
    path.write_text("# ours\nperiod,kind,of,severity\n3,supply,b,mild\n9,supply,c,mild\n")
    with pytest.raises(InvalidInput) as refused:
        read_record(path, NET)
    assert str(refused.value).startswith(f"{path} row 2: of: got 'c'; must be the id of a firm, ")
    path.write_text("period,kind,of,severity\n3,supply,b,mild\n")
    assert read_record(path, NET).supply.row.tolist() == [1]
