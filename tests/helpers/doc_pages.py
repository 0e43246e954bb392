"""Pages of documentation: their blocks of code, and what running them prints.

In tutorial and how-tos, run top to bottom in one folder: a block of `python` is executed, of `sh`
called command by command, as are the commands that a block of `r` calls; a `toml` block that opens
with a file's name in a comment is written to that file; a block of `text` is what the block before
it prints, where "..." stands for anything.
"""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
RUN = [DOCS / "tutorial.md", *sorted((DOCS / "howto").glob("*.md"))]
_OF_R = re.compile(r'system2\("cakernel", c\((.*?)\)')
_FENCE = re.compile(r"^```([a-z]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return languages and texts of a page's blocks of code; those set in by four have none."""
    text = page.read_text(encoding="utf-8")
    indented = re.findall(r"^ {4}(cakernel .*\n)", _FENCE.sub("", text), re.MULTILINE)
    return [*_FENCE.findall(text), *(("", line) for line in indented)]


def commands(text: str) -> list[list[str]]:
    """Return the words of each call of cakernel, in a shell or in R; a backslash goes on."""
    lines = text.replace("\\\n", " ").splitlines()
    called = [line for line in lines if line.startswith(("cakernel ", "exec cakernel "))]
    of_shell = [shlex.split(line.removeprefix("exec "), comments=True)[1:] for line in called]
    return of_shell + [re.findall(r'"(.*?)"', words) for words in _OF_R.findall(text)]


def is_printed(expected: str, printed: str) -> bool:
    """Say whether a text is printed, however it is wrapped."""
    words = " ".join(printed.split())
    parts = [" ".join(part.split()) for part in expected.split("...")]
    return all(part in words for part in parts)


def run_page(page: Path, call, capsys):
    """Run a page's blocks in the working folder; yield each text with what was printed."""
    names: dict[str, object] = {}
    printed = ""
    for language, text in blocks(page):
        if language == "python":
            exec(text, names)
            printed = capsys.readouterr().out
        elif language in ("sh", "r"):
            printed = ""
            for words in commands(text):
                code, out, error = call(*words)
                assert code == 0, (words, error)
                printed += out + error
        elif language == "toml" and (named := re.match(r"# (\S+\.toml)\n", text)):
            Path(named[1]).write_text(text, encoding="utf-8")
        elif language == "text":
            yield text, printed
