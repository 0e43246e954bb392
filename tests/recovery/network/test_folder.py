"""Folders of CSV files: what is written is read again; what cannot be read is named."""

import tempfile

import pytest
from hypothesis import given, settings
from polars.testing import assert_frame_equal

from cakernel import InvalidInput, Network, files
from cakernel.recovery.network import folder as network_folder
from cakernel.recovery.network.columns import TABLES
from helpers.networks import networks


def written(folder, **files):
    """Write files into a folder; firms.csv has a and b unless it is given."""
    for name, content in ({"firms": "id\na\nb\n"} | files).items():
        content = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.csv").write_bytes(content)
    return folder


@settings(max_examples=40, deadline=None)
@given(networks())
def test_what_is_written_is_read_again(net):
    with tempfile.TemporaryDirectory() as folder:
        net.write(folder)
        again = Network.read(folder, demand=net.demand)
    for name in TABLES:
        assert_frame_equal(getattr(again, name), getattr(net, name), check_exact=True)
    assert again.demand == net.demand


def test_files_of_other_programs(tmp_path):
    """A byte-order mark, CRLF, comments, blanks around values, quotes, blank lines at the end."""
    content = '\ufeff# who\r\nid , stock\r\n# between\r\n a , 3\r\n"b, and c",\r\n,\r\n'
    net = Network.read(written(tmp_path, firms=content))
    assert net.firms.select("id", "stock").rows() == [("a", 3), ("b, and c", 0)]


def test_columns_that_spreadsheets_add_are_left_out(tmp_path):
    content = "# a, long, comment,,\nid,x, ,,\na,1,,,\nb,0,, ,\n"
    net = Network.read(written(tmp_path, firms=content))
    assert net.firms["x"].to_list() == [1, 0]


def test_old_ends_of_lines(tmp_path):
    net = Network.read(written(tmp_path, firms="# who\rid,stock\ra,3\rb,\r"))
    assert net.firms.select("id", "stock").rows() == [("a", 3), ("b", 0)]


def test_ids_stay_as_they_are_written(tmp_path):
    net = Network.read(written(tmp_path, firms="id\n007\n7\n7.0\n1e3\nnull\nNaN\ntrue\n"))
    assert net.firms["id"].to_list() == ["007", "7", "7.0", "1e3", "null", "NaN", "true"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"firms": "id\na\na\n"}, "/firms.csv row 2: id: got 'a'; repeats row 1; must be given on"),
        ({"firms": "# x\nid,x\na,2\n# y\nb,3"}, "/firms.csv row 2: x: got '3'; must be a state: "),
        ({"firms": "name\na\n"}, "/firms.csv: name: unknown column; known columns: id, provider"),
        ({"firms": "id,id\na,b\n"}, "/firms.csv: id: is there more than once; must be one column"),
        ({"firms": "id, id\na,b\n"}, "/firms.csv: id: is there more than once; must be one col"),
        ({"firms": "id;stock\na;1\n"}, "/firms.csv: got 'id;stock'; columns must be separated by"),
        ({"firms": "id;risk\na;0,1\n"}, "/firms.csv: got 'id;risk'; columns must be separated by"),
        ({"firms": "# a, b\n\nid\tx\n"}, "/firms.csv: got 'id\\tx'; columns must be separated by"),
        ({"firms": 'id\n# 5"\na\n5" pipe\n'}, "/firms.csv: cannot be read: line 4 has a quotation"),
        ({"firms": 'id\n"a\nb\n'}, "/firms.csv: cannot be read: line 2 has a quotation mark that"),
        ({"firms": "id\n"}, "/firms.csv: got no rows; must have one or more"),
        ({"firms": ""}, "/firms.csv: cannot be read: "),
        (
            {"firms": "# x\nid\na\na,1,2\n"},
            "/firms.csv: cannot be read: line 4 has 3 values for 1 column",
        ),
        ({"firms": "id,,x,\na,,1,\nb,,1,7"}, "/firms.csv: cannot be read: a column with values ha"),
        (
            {"firms": b"id\na\n\xe9\n"},
            "/firms.csv: cannot be read: byte 0xe9 in line 3 is not UT",
        ),
        ({"firms": "id\na\n".encode("utf-16")}, "/firms.csv: cannot be read: byte 0xff in line 1 "),
        ({"links": "supplier,customer\na,c\n"}, "/links.csv row 1: customer: got 'c'; must be an "),
        ({"links": "supplier\na\n"}, "/links.csv: customer: missing column; must be there"),
        ({"peers": "firm,peer\na,b\nb,a\n"}, "/peers.csv row 2: peer: got 'a'; repeats row 1; mu"),
        ({"firms": "id,provider\na,p\n"}, "/firms.csv row 1: provider: got 'p'; must be an id in"),
        ({"link": ""}, "/link.csv: unknown file; did you mean links.csv?"),
        ({"provider": ""}, "/provider.csv: unknown file; did you mean providers.csv?"),
    ],
)
def test_refusals_name_the_file(tmp_path, files, message):
    with pytest.raises(InvalidInput) as refused:
        Network.read(written(tmp_path, **files))
    assert str(refused.value).startswith(f"{tmp_path}{message}")
    assert "\n" not in str(refused.value)


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(InvalidInput, match=r"nowhere: is no folder; must hold firms\.csv$"):
        Network.read(tmp_path / "nowhere")
    with pytest.raises(InvalidInput, match=r"firms\.csv: is not there; must have a row for each"):
        Network.read(tmp_path)


def test_nothing_is_replaced_unasked(tmp_path):
    first, second = (Network(firms={"id": [name]}) for name in "ab")
    first.write(tmp_path / "new" / "folder")
    with pytest.raises(InvalidInput, match=r"firms\.csv exists; name another folder, or say"):
        second.write(tmp_path / "new" / "folder")
    assert Network.read(tmp_path / "new" / "folder").firms["id"].item() == "a"
    with pytest.raises(InvalidInput, match=r"firms\.csv is a file; must be a folder$"):
        second.write(tmp_path / "new" / "folder" / "firms.csv", overwrite=True)
    second.write(tmp_path / "new" / "folder", overwrite=True)
    assert Network.read(tmp_path / "new" / "folder").firms["id"].item() == "b"


def test_a_network_that_is_replaced_is_none_until_it_is_whole(tmp_path, monkeypatch):
    first, second = (Network(firms={"id": [name]}) for name in "ab")
    first.write(tmp_path / "net")
    (tmp_path / "net" / "notes").write_text("mine")

    def stopping(path, content):
        assert not (path.parent / "firms.csv").exists()
        with pytest.raises(InvalidInput, match=r"firms\.csv: is not there"):
            Network.read(path.parent)
        files.write_whole(path, content)
        names.append(path.name)

    names = []
    monkeypatch.setattr(network_folder, "write_whole", stopping)
    second.write(tmp_path / "net", overwrite=True)
    assert sorted(names) == sorted(f"{name}.csv" for name in TABLES)
    assert Network.read(tmp_path / "net").firms["id"].item() == "b"
    assert (tmp_path / "net" / "notes").read_text() == "mine"
