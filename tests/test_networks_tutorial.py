"""The tutorial on networks: its files are written, its commands run, and print what it says."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "networks-tutorial.md"
BLOCKS = re.findall(r"```(\w+) ?(\S*)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def words(text):
    return " ".join(text.split())


@pytest.mark.compiled
def test_all_blocks(cakernel, capsys, tmp_path):
    cakernel("init", "--network", "camera")
    printed = ""
    compared = 0
    for kind, name, text in BLOCKS:
        if name:
            with (tmp_path / name).open("a") as file:
                file.write(text)
        elif kind == "sh":
            _, *arguments = text.split()
            code, printed, err = cakernel(*arguments)
            assert (code, err) == (0, "")
        elif kind == "python":
            exec(text, {})
            printed = capsys.readouterr().out
        else:
            assert kind == "text"
            for line in text.splitlines():
                assert words(line) in words(printed)
                compared += 1
    assert compared == 18
