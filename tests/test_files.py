"""Files are written whole or not at all; TOML is read as editors write it."""

import os

import pytest

from cakernel import InvalidInput
from cakernel.files import check_writable, open_to_append, read_toml, refuse_links, write_whole


@pytest.mark.parametrize("durable", [True, False])
def test_a_file_is_replaced_whole(tmp_path, durable):
    path = tmp_path / "a.txt"
    write_whole(path, b"first", durable=durable)
    write_whole(path, lambda partial: partial.write(b"second"), durable=durable)
    assert path.read_text() == "second"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_left_of_what_failed(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("mine")

    def fail(partial):
        partial.write(b"half")
        raise OSError(28, "No space left on device")

    def give_up(partial):
        partial.write(b"half")
        raise ValueError("not a table")

    with pytest.raises(OSError, match="No space left on device") as error:
        write_whole(path, fail)
    assert error.value.filename == str(path)
    with pytest.raises(ValueError, match="not a table"):
        write_whole(path, give_up)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_named_before(tmp_path):
    check_writable(tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    for path in (tmp_path / "none/a.txt", tmp_path / "file/a.txt"):
        with pytest.raises(OSError, match=r"a\.txt") as error:
            check_writable(path)
        assert error.value.filename == str(path)
        with pytest.raises(OSError, match=r"a\.txt"):
            write_whole(path, b"")


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfa = 1\n", b"a = 1\r\n\r\n", b"\xef\xbb\xbfa = 1"]
)
def test_toml_of_any_editor(tmp_path, content):
    (tmp_path / "a.toml").write_bytes(content)
    assert read_toml(tmp_path / "a.toml") == {"a": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"a = " + b"[" * 3000 + b"]" * 3000,
        b"a = " + b"{a = " * 2000 + b"1" + b"}" * 2000,
        b"a = " + b"7" * 5000,
        b"a = 1\xff",
        b"a = 1\x00",
        b"\xff\xfea\x00",
    ],
)
def test_toml_that_cannot_be_read_is_one_line(tmp_path, content):
    (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"^not a TOML file: [^\n]+$"):
        read_toml(tmp_path / "a.toml")


def test_links_beside_a_file_are_not_followed(tmp_path):
    theirs, path = tmp_path / "theirs", tmp_path / "a.txt"
    theirs.write_text("theirs")
    for name in (".a.txt.partial", "a.txt"):
        (tmp_path / name).symlink_to(theirs)
    check_writable(path)
    write_whole(path, b"mine")
    assert (path.read_text(), path.is_symlink()) == ("mine", False)
    (tmp_path / "journal").symlink_to(theirs)
    with pytest.raises(OSError, match=r"journal"):
        open_to_append(tmp_path / "journal")
    assert theirs.read_text() == "theirs"


def test_folders_with_links_or_devices_are_refused(tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    refuse_links(tmp_path)
    refuse_links(tmp_path / "none")
    (tmp_path / "a/b/link").symlink_to("nowhere")
    with pytest.raises(InvalidInput, match=r"a/b/link: is a link; a folder of results may not"):
        refuse_links(tmp_path)
    (tmp_path / "a/b/link").unlink()
    os.mkfifo(tmp_path / "a/pipe")
    with pytest.raises(InvalidInput, match=r"a/pipe: is neither a file nor a folder"):
        refuse_links(tmp_path)
