"""Every command that writes a folder, on files that are soon simulated."""

from helpers.toml_sections import POLICIES_AND_SCENARIOS

SCENARIO = (
    "[model]\nchains = 2\nfirms = 3\nperiods = 12\n[simulation]\nreplications = 12\n"
    + POLICIES_AND_SCENARIOS
)
SWEEP = """
[sweep]
replications = 4
rows = "{rows}"
[design]
kind = "{kind}"
{points}
[axes]
supply_mild = {{ low = 0.0, high = 0.5, count = 3 }}
periods = {{ low = 10, high = 20, count = 2 }}
"""
FILES = {
    "scenario.toml": SCENARIO,
    "sweep.toml": SWEEP.format(rows="policy", kind="grid", points="") + POLICIES_AND_SCENARIOS,
    "paired.toml": SWEEP.format(rows="replication", kind="grid", points="")
    + POLICIES_AND_SCENARIOS,
    "saltelli.toml": SWEEP.format(rows="policy", kind="saltelli", points="points = 8")
    .replace(", count = 3", "")
    .replace(", count = 2", "")
    + POLICIES_AND_SCENARIOS,
}
NETWORK = {
    "net/firms.csv": "id,stock\nlens,1\nbody,0\n",
    "net/links.csv": "supplier,customer\nlens,body\n",
}
COMMANDS = {
    "run": ["run", "scenario.toml"],
    "best": ["best", "--regime", "scenario.toml"],
    "sweep": ["sweep", "sweep.toml"],
    "stability": ["stability", "sweep.toml", "--depth", "1"],
    "paired": ["sweep", "paired.toml"],
    "best of a sweep": ["best", "--sweep", "paired"],
    "saltelli": ["sweep", "saltelli.toml"],
    "sensitivity": ["sensitivity", "saltelli", "--policy", "SRD-1 CRD-1"],
    "rules": ["rules", "saltelli"],
    "reproduce": ["reproduce", "table5", "--replications", "2"],
    "history": ["history", "scenario.toml", "--replications", "8"],
    "optimal": ["optimal", "--regime", "scenario.toml", "--replications", "32"],
    "optima": ["optimal", "--sweep", "sweep.toml", "--replications", "32"],
    "frontier": ["frontier", "--regime", "scenario.toml", "--replications", "32"],
    "robust": ["robust", "--regime", "scenario.toml", "--replications", "32"],
    "critical": ["critical", "net", "--replications", "8"],
    "solve": ["ctip", "solve", "--set", "chains=2"],
}
"""By the folder that they write; later ones read folders of earlier ones."""
