"""What `fuzz.py` begins with: files and commands that are well, and how they are mutated."""

import contextlib
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

SCENARIO = """
[simulation]
replications = 2
seed = 1
[model]
chains = 1
firms = 2
periods = 3
supply_mild = 0.1
recovery = "every-period"
boundary_ends = "open"
initial_operational = 2
initial_resources = 3.0
[policies]
supply_rules = ["SRD-1", "my-rule"]
cyber_rules = ["CRD-1"]
principles = ["P"]
[[rules]]
name = "my-rule"
file = "rule.csv"
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""
SWEEP = """
[sweep]
model = "recovery"
replications = 2
rows = "replication"
common_random_numbers = true
[design]
kind = "grid"
[axes]
firms = [1, 2]
supply_mild = { low = 0.1, high = 0.2, count = 2, decimals = 2 }
[axes.risk.levels]
low = { cyber_mild = 0.1 }
high = { cyber_mild = 0.3 }
[model]
chains = 1
periods = 3
[policies]
supply_rules = ["SRD-1", "SRD-5"]
cyber_rules = ["CRD-1"]
principles = ["P"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""
SAMPLED = SWEEP.replace('kind = "grid"', 'kind = "saltelli"\npoints = 8\nseed = 3')
POINTS = re.sub(r"\[axes\].*?\[model\]", "[model]", SWEEP, flags=re.S).replace(
    'kind = "grid"', 'kind = "points"\nfile = "points.csv"'
)
MARKETS = """
[sweep]
model = "coopetition"
contracts = ["fixed", "flexible-moq"]
regimes = ["nash"]
[design]
kind = "grid"
[axes]
threat_probability = [0.2, 0.7]
vulnerability_1 = { low = 0.1, high = 0.3, count = 2 }
[market]
chains = 2
breach_cost = [0.1, 0.2]
"""
MARKET = "[market]\nchains = 2\nthreat_probability = 0.7\nvulnerability = [0.1, 0.2]\n"

# a network: of each table all columns, and what is run on it
FIRMS = """\
id,provider,supply_severe,supply_mild,r_x0,r_x1,r_x2,r_y0,r_y1,r_y2,c_x01,c_x12,c_x02,c_y01,c_y12,\
c_y02,x,y,resources,supply_rule,cyber_rule,principle,stock,holding_cost,spillover,draw,group
mine,,0.1,0.2,,,,,,,,,,,,,1,,2.5,SRD-half,,,,,,17,raw
quarry,cloud,0.05,0.1,,,,,,,,,,,,,,0,,,CRD-3,C,1,0.01,0.5,,raw
mill,cloud,0.01,0.3,0.25,0.75,1.5,0.25,0.5,0.75,4,6,10,1,5,6,2,2,,,,,2,0.05,1,,
shop,two,,,,,,,,,,,,,,,,,,,,,,,,,
"""
LINKS = """\
supplier,customer,input,upkeep
mine,mill,ore,0.1
quarry,mill,ore,
mill,shop,,
"""
PEERS = "firm,peer\nmine,quarry\n"
PROVIDERS = "id,cyber_severe,cyber_mild,draw\ncloud,0.1,0.2,\ntwo,,,5\n"
DISRUPTIONS = """\
period,kind,of,severity
1,supply,mine,severe
2,cyber,cloud,mild
2,supply,mill,mild
"""
BACKUPS = "supplier,customer,input,upkeep\nshop,mill,ore,0.2\n"
NETWORK = (
    """
[simulation]
replications = 2
seed = 1
[network]
folder = "net"
demand = "half"
[disruptions]
file = "disruptions.csv"
through = 2
[model]
periods = 3
recovery = "every-period"
initial_resources = 3.0
"""
    + SCENARIO[SCENARIO.index("[policies]") : SCENARIO.index("[[rules]]")].replace(
        ', "my-rule"', ', "SRD-4"'
    )
    + SCENARIO[SCENARIO.index("[[scenarios]]") :]
    + "operational_terminal_value = [0.0, 1.0, 2.5]\n"
)
OF_NETWORK = """
[sweep]
replications = 2
[design]
kind = "grid"
[axes]
firms.supply_mild = { low = 0.1, high = 0.2, count = 2, decimals = 2 }
firms.mill.stock = [0, 3]
group.raw.spillover = [0.0, 0.5]
providers.cyber_mild = [0.1]
demand = ["any", "all"]
customer.mill.upkeep = [0.0, 0.1]
[axes.risk.levels]
low = { providers.cloud.cyber_severe = 0.1, "firms.shop.provider" = "two" }
high = { providers.cloud.cyber_severe = 0.3, "firms.shop.provider" = "cloud" }
""" + NETWORK[NETWORK.index("[network]") :]
ESTIMATE = (
    *("estimate", "disruptions.csv", "--network", "net", "--periods", "90"),
    *("--pool", "provider", "--into", "estimated"),
)
DRAWN = ("plot", "network", "net", "--out", "net.svg")
ON_NETWORK = [
    ("run", "net.toml", "--out", "out"),
    ("critical", "net.toml", "--backups", "backups.csv", "--replications", "2", "--out", "out"),
    ("history", "net.toml", "--by", "tier", "--replications", "2", "--out", "out"),
    ("trace", "net.toml", "--out", "trace.csv"),
    ("best", "--regime", "net.toml", "--out", "out"),
    ("sweep", "of-network.toml", "--out", "out"),
    ("plot", "history", "net.toml", "--by", "group", "--replications", "2", "--out", "h.svg"),
    ESTIMATE,
    DRAWN,
]

# files that are mutated, and commands that read them
FILES = {
    "net/firms.csv": ON_NETWORK,
    "net/links.csv": ON_NETWORK,
    "net/peers.csv": ON_NETWORK,
    "net/providers.csv": ON_NETWORK,
    "disruptions.csv": [ESTIMATE, *ON_NETWORK[:6]],
    "backups.csv": ON_NETWORK[1:2],
    "net.toml": ON_NETWORK,
    "of-network.toml": [("sweep", "of-network.toml", "--out", "out")],
    "firms.csv": [(*DRAWN, "--from", "firms.csv")],
    "critical.csv": [(*DRAWN, "--from", "critical.csv")],
    "found/critical.parquet": [
        (*DRAWN, "--from", "found"),
        ("report", "found", "--out", "page.html"),
    ],
    "scenario.toml": [
        ("run", "scenario.toml", "--out", "out"),
        ("best", "--regime", "scenario.toml", "--out", "out"),
        ("trace", "scenario.toml", "--out", "trace.csv"),
        ("plot", "trace", "scenario.toml", "--out", "trace.svg"),
    ],
    "rule.csv": [("run", "scenario.toml", "--out", "out")],
    "sweep.toml": [
        ("sweep", "sweep.toml", "--out", "out"),
        ("stability", "sweep.toml", "--out", "out", "--depth", "1"),
    ],
    "sampled.toml": [("sweep", "sampled.toml", "--out", "out")],
    "points.toml": [("sweep", "points.toml", "--out", "out")],
    "points.csv": [("sweep", "points.toml", "--out", "out")],
    "points.parquet": [("sweep", "parquet.toml", "--out", "out")],
    "markets.toml": [("sweep", "markets.toml", "--out", "out")],
    "market.toml": [
        ("ctip", "solve", "market.toml"),
        ("ctip", "statics", "market.toml", "--contract", "fixed"),
    ],
    "best.csv": [("plot", "best", "--from", "best.csv", "--out", "best.svg")],
    "best.parquet": [("plot", "best", "--from", "best.parquet", "--out", "best.svg")],
    "indices.csv": [("plot", "tornado", "--from", "indices.csv", "--out", "t.svg")],
    "history.parquet": [("plot", "trace", "--from", "history.parquet", "--out", "h.svg")],
    "results/provenance.json": [
        ("plot", "best", "--from", "results", "--out", "best.svg"),
        ("report", "results", "--out", "page.html"),
    ],
    "results/best.parquet": [("report", "results", "--out", "page.html")],
}
ARGUMENTS = [
    *sorted({command for commands in FILES.values() for command in commands}),
    ("rule", "SRD-4", "--out", "own.csv"),
    ("init", "new.toml"),
    ("init", "--sweep", "--model", "coopetition", "new.toml"),
    ("init", "--network", "new"),
    ("init", "--sweep", "--network", "new"),
    ("critical", "net", "--periods", "3", "--replications", "2", "--by", "group", "--outcome", "x"),
    ("trace", "net.toml", "--policy", "SRD-1 CRD-1", "--replication", "3"),
    ("history", "net.toml", "--spread", "firms", "--replications", "2", "--out", "out"),
    (*DRAWN, "--colour", "stock", "--only", "group=raw", "--overwrite"),
    (*DRAWN[:3], "--from", "found", "--only", "change=hit", "--out", "net.html"),
    ("report", "found", "--out", "page.html", "--overwrite"),
    ("report", "netswept", "--out", "page.html", "--overwrite"),
    ("rerun", "found", "--out", "again"),
    ("crate", "found", "--out", "found.zip"),
    ("sensitivity", "netswept", "--outcome", "x", "--policy", "SRD-4"),
    ("best", "--sweep", "netswept", "--json"),
    ("rules", "netswept", "--depth", "2"),
    ("sweep", "of-network.toml", "--out", "netswept", "--resume"),
    ("status", "swept"),
    ("status", "swept", "--json", "--verify"),
    ("sensitivity", "swept", "--outcome", "resources", "--policy", "SRD-5 CRD-1 P"),
    ("rules", "swept", "--depth", "2", "--choice", "supply_rule"),
    ("best", "--sweep", "swept", "--confidence", "0.9", "--json"),
    ("sweep", "sweep.toml", "--out", "swept", "--resume", "--block-seconds", "1"),
    ("report", "swept", "--out", "page.html", "--title", "x"),
    ("plot", "best", "--from", "best.csv", "--out", "b.PNG", "--only", "group=in the cloud"),
    ("ctip", "solve", "--set", "chains=3", "--contract", "fixed", "--regime", "joint"),
    ("ctip", "statics", "--set", "chains=2", "--contract", "fixed"),
    ("trace", "--policy", "SRD-1 CRD-5", "--scenario-index", "3", "--replication", "2"),
    ("bench", "--help"),
    ("--version",),
]
NUMBERS = (
    *("0", "-1", "1", "2", "3", "0.5", "1.0", "1e3", "nan", "inf", "-inf", "1e308", "1e-320"),
    *("4294967296", "9223372036854775808", "18446744073709551616", "1_0", "0x7f", "0b1", "-0.0"),
    *("9" * 400, "9" * 5000, "true", "2.5", "1e999", "1979-05-27", "07:32:00"),
)
WORDS = (
    *('""', "''", '"x"', '"self"', '"SRD-5"', '"points"', "[]", "{}", "[[]]", "[1, 2]", "{a = 1}"),
    *('"\\u0000"', '"\\n"', '"../x"', '"/dev/full"', '"' + "x" * 3000 + '"', "[" * 3000, "self"),
    *('"sobol"', '"morris"', '"random"', '"one-at-a-time"', '"latin-hypercube"', '"log"', "#"),
)
STRANGE = (
    *("", "-", "--", "-1", "0", "1", "2", "1e9", "nan", "inf", "x" * 3000, "\x1b[31m", "é", "★"),
    *("\udcff", "a\nb", "/dev/full", "/dev/null", "/dev/zero", "/", ".", "..", "missing", "[x]"),
    *("--json", "--help", "--overwrite", "--resume", "--seed=-1", "--threads=0", "--out=", "a=b"),
    *("results", "swept", "best.csv", "sweep.toml", "scenario.toml", "9" * 400, "%s", "{}", "*"),
)


def make_files(folder: Path, run: Callable[[tuple[str, ...]], tuple[int, str, str]]) -> None:
    """Write the files that are mutated, and small results of commands that ``run`` runs."""
    import polars as pl

    import cakernel as ck
    from cakernel.recovery.input_files import rule_frame

    texts = {"scenario": SCENARIO, "sweep": SWEEP, "sampled": SAMPLED, "points": POINTS}
    texts |= {"markets": MARKETS, "market": MARKET}
    texts |= {"net": NETWORK, "of-network": OF_NETWORK}
    texts["parquet"] = POINTS.replace("points.csv", "points.parquet")
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text)
    (folder / "net").mkdir()
    tables = {"net/firms": FIRMS, "net/links": LINKS, "net/peers": PEERS}
    tables |= {"net/providers": PROVIDERS, "disruptions": DISRUPTIONS, "backups": BACKUPS}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    (folder / "rule.csv").write_text(rule_frame(ck.rule("supply", "SRD-4")).write_csv())
    points = pl.DataFrame({"firms": [1, 2, None], "supply_mild": [0.1, 0.2, 0.3]})
    points = points.with_columns(supply_rule=pl.lit("SRD-1"))
    points.write_csv(folder / "points.csv")
    points.write_parquet(folder / "points.parquet")
    with contextlib.chdir(folder):
        for command in (
            ("best", "--regime", "scenario.toml", "--out", "results"),
            ("sweep", "sampled.toml", "--out", "swept"),
            ("sensitivity", "swept", "--policy", "SRD-1 CRD-1 P", "--out", "answers"),
            ("trace", "scenario.toml", "--out", "history.parquet"),
            ("run", "net.toml", "--out", "ran"),
            (*ON_NETWORK[1][:-1], "found"),
            ("sweep", "of-network.toml", "--out", "netswept"),
        ):
            code, _, err = run(command)
            assert code == 0, (command, err)
        for name in ("best.csv", "best.parquet"):
            shutil.copy(f"results/{name}", name)
        shutil.copy("answers/indices.csv", "indices.csv")
        shutil.copy("ran/firms.csv", "firms.csv")
        shutil.copy("found/critical.csv", "critical.csv")


def mutated(content: bytes, draw: random.Random) -> bytes:
    """Change a file in one place or some."""
    for _ in range(draw.choice((1, 1, 1, 2, 3, 8))):
        at, until = sorted(draw.randrange(len(content) + 1) for _ in range(2))
        until = min(until, at + draw.choice((1, 2, 8, 100)))
        kind = draw.randrange(9)
        if kind == 0:
            content = content[:at] + bytes([draw.randrange(256)]) + content[at + 1 :]
        elif kind == 1:
            content = content[:at] + content[until:]
        elif kind == 2:
            content = content[:until] + content[at:until] + content[until:]
        elif kind == 3:
            content = content[:at]
        elif kind == 4:
            lines = content.splitlines(keepends=True) or [b""]
            lines[draw.randrange(len(lines))] = draw.choice(lines)
            content = b"".join(lines)
        elif kind == 5:
            content = draw.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\n")) + content
        else:
            # a value, a word or a number, by a strange one
            pattern = (rb"[\d.]+", rb'"[^"\n]*"|\[[^\]\n]*\]|[\d.]+', rb"\w+")[kind - 6]
            found = list(re.finditer(pattern, content))
            if found:
                one = draw.choice(found)
                new = draw.choice((*NUMBERS, *WORDS)).encode()
                content = content[: one.start()] + new + content[one.end() :]
    return content


def changed(command: tuple[str, ...], draw: random.Random) -> tuple[str, ...]:
    """Change the arguments of a command in one place or some."""
    arguments = list(command)
    for _ in range(draw.choice((1, 1, 2, 3))):
        at = draw.randrange(1, len(arguments) + 1)
        kind = draw.randrange(4)
        if kind == 0:
            arguments.insert(at, draw.choice(STRANGE))
        elif kind == 1 and at < len(arguments):
            del arguments[at]
        elif kind == 2:
            arguments[at:at] = draw.choice(ARGUMENTS)[1:]
        elif at < len(arguments):
            arguments[at] = draw.choice((*STRANGE, *draw.choice(ARGUMENTS)))
    # a folder outside, and a computation of minutes, are no business of this
    return tuple(each for each in arguments if not each.startswith(("/tmp", "--install")))
