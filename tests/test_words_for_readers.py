"""What people read has words and few digits: every command at 80 columns, and every page."""

from __future__ import annotations

import html
import re

import pytest

from cakernel.models import terms_of
from helpers import report_folders

SCENARIO = """
simulation.replications = 3
model = { chains = 2, firms = 3, periods = 12 }
policies = { supply_rules = ["SRD-2", "SRD-5"], cyber_rules = ["CRD-5"], principles = ["P", "C"] }
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""
SWEEP = """
sweep = { replications = 3, rows = "replication" }
design = { kind = "grid" }
axes.supply_mild = { low = 0.1, high = 0.4, count = 4 }
axes.cyber_severe = [0.01, 0.123456789, 0.2]
[model]
chains = 2
firms = 3
periods = 12
[policies]
supply_rules = ["SRD-2", "SRD-5"]
cyber_rules = ["CRD-5"]
""" + SCENARIO[SCENARIO.index("[[") :]
COMMANDS = [
    ("run", "scenario.toml", "--out", "ran", "--target", 3.0),
    ("best", "--regime", "scenario.toml", "--target", 3.0),
    ("history", "scenario.toml", "--out", "over", "--replications", 2, "--policy", "SRD-2 CRD-5"),
    ("trace", "scenario.toml"),
    ("sweep", "sweep.toml", "--out", "swept", "--csv", "swept.csv"),
    ("status", "swept"),
    ("best", "--sweep", "swept"),
    ("rules", "swept"),
    ("stability", "sweep.toml", "--out", "map", "--depth", 1),
    ("sweep", "morris.toml", "--out", "morris"),
    ("sensitivity", "morris", "--policy", "SRD-5 CRD-5 P"),
    ("sweep", "saltelli.toml", "--out", "saltelli"),
    ("sensitivity", "saltelli", "--margin"),
    ("ctip", "solve"),
    ("ctip", "statics"),
    ("ctip", "government"),
    ("ctip", "claims", "--points", 4),
    (
        "ctip",
        "recovery",
        "--resources-per-money",
        100,
        "--regime",
        "scenario.toml",
        "--replications",
        3,
    ),
    ("reproduce", "table3", "--replications", 1),
]
# names with an underscore that are no columns: files, Python, and what is written into files
NAMES = re.compile(
    r"\S+\.(parquet|csv|json|toml|py)\b|cakernel\.[a-z_.]+|common_random_numbers = false"
    r"|--\S+|by_risk|\b10\.\d{4}/\S+"
)
# the parameters' own symbols and what a chain invests
SYMBOLS = {"c_s", "z_1", "z_2"}
# as programs write them; pages have 10 with a raised number
POWER = re.compile(r"(?<![\w.])[\d.]+e[-+\u2212]?\d+(?!\w)")


def not_for_readers(text: str) -> list[str]:
    """Return raw names of columns, long decimals and false plurals."""
    text = NAMES.sub("", text)
    raw = re.findall(r"\b[A-Za-z]+(?:_[A-Za-z0-9]+)+\b", text)
    digits = re.findall(r"\d\.\d{6,}", text)
    plurals = re.findall(
        r"(?<![\d.,])1 (?:replications|policies|points|rows|scenarios)\b|"
        r"(?<![\d.,])0 (?:other )?policies\b.*",
        text,
    )
    return [*(name for name in raw if name not in SYMBOLS), *digits, *plurals]


@pytest.mark.compiled
def test_commands_speak_in_words_at_80_columns(cakernel, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "scenario.toml").write_text(SCENARIO)
    (tmp_path / "sweep.toml").write_text(SWEEP)
    for design in ("morris", "saltelli"):
        text = SWEEP.replace('kind = "grid"', f'kind = "{design}", points = 8')
        text = text.replace("[0.01, 0.123456789, 0.2]", "{ low = 0.01, high = 0.2 }")
        (tmp_path / f"{design}.toml").write_text(text.replace(", count = 4", ""))
    for command in COMMANDS:
        code, out, err = cakernel(*command)
        assert (code, err) == (0, ""), command
        assert max(map(len, out.splitlines())) <= 80, command
        assert "\u2026" not in out.replace(", \u2026)", ""), command
        assert not_for_readers(out) == [], command


@pytest.mark.parametrize("kind", list(report_folders.FOLDERS))
def test_pages_speak_in_words(pages, kind):
    body = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", pages[kind])
    # where numbers come from is told by columns, on purpose
    body = re.sub(r'(?s)<details class="origins">.*?</details>', " ", body)
    # what the results came from has names of the record, and hashes
    body = body[: body.index('<h2 id="sources"')]
    # fields as a user writes them: beside their words, and in messages on what was written
    body = re.sub(r'(?s)<div class="table" id="(market|failures)-table".*?</table>', " ", body)
    text = html.unescape(re.sub(r"<[^>]+>", " ", body))
    assert not_for_readers(text) == []
    assert POWER.findall(text) == []


def test_the_check_finds_what_it_is_for():
    assert not_for_readers("axis supply_mild at 0.046575342 of 1 replications") == [
        "supply_mild",
        "0.046575342",
        "1 replications",
    ]
    assert not_for_readers("wrote best.parquet; 21 replications, 0.05%") == []
    assert not_for_readers("0 policies cannot be ruled out") != []
    assert POWER.findall("at most 8e\u221217, above 1e-07; hash 7e1e2d70 and 651e2") != []
    assert POWER.findall("hash 7e1e2d70, 0651e2aeb; 8\u00d710\u207b\u00b9\u2077") == []


@pytest.mark.parametrize("kind", ["best", "run", "reproduce", "sweep", "ctip-sweep"])
def test_pictures_name_what_the_pointer_shows(pages, kind):
    from helpers.report_pages import drawings

    hints = list(hints_of([picture["drawing"] for picture in drawings(pages[kind]).values()]))
    assert hints
    for hint in hints:
        assert "_" not in hint.get("title", hint.get("field", "_")), hint
    assert terms_of().value("supply_rule", "SRD-1") == "SRD-1 radical"


def hints_of(part):
    """Yield what pointers show in a drawing."""
    if isinstance(part, list):
        for each in part:
            yield from hints_of(each)
    if isinstance(part, dict):
        hints = part.get("tooltip")
        yield from [hint for hint in hints or [] if isinstance(hint, dict)]
        for name, each in part.items():
            if name not in ("datasets", "tooltip"):
                yield from hints_of(each)
