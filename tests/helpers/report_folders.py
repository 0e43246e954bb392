"""Small folders of results of every kind that `cakernel report` takes; little is simulated."""

from __future__ import annotations

from pathlib import Path

import polars as pl

import cakernel as ck
from cakernel.cli.output import Results
from cakernel.coopetition import Market
from cakernel.coopetition.cli.claims import claims_command
from cakernel.coopetition.cli.markets import government_command, solve_command, statics_command
from cakernel.coopetition.cli.recovery import recovery_command
from cakernel.coopetition.study import Coopetition
from cakernel.paper.choices import figure_2, table_7
from cakernel.paper.claims import Among, Claim, Comparison, results_of, verdicts
from cakernel.paper.cli.conventions import conventions_command
from cakernel.paper.comparison import compare
from cakernel.paper.deviations import DEVIATIONS
from cakernel.paper.with_and_without import explained
from cakernel.provenance import provenance
from cakernel.recovery.network.beside_results import tables_beside
from cakernel.recovery.optimal.in_words import policy_in_words
from cakernel.recovery.policy import POLICY
from helpers.paper_frames import moved, nine, simulated_like, stand_in, with_crd_0

MODEL = ck.Model(chains=2, firms=3, periods=15, supply_mild=0.3, cyber_mild=0.3)
POLICIES = ck.policies(supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-5", "CRD-0"])
SETTINGS = {"regime": "base", "convention": "published", "replications": 6, "seed": 4}
OFF = {"regime": "base", "supply_rule": "SRD-4", "cyber_rule": "CRD-2", "principle": "P"}


def reproduced(path: Path) -> Path:
    """Write what `cakernel reproduce all` would, of stand-ins that meet the printed figures."""
    folder = Results(path)
    resources = {f"SRD-{number}": 100.0 + number for number in range(1, 9)}
    simulated = with_crd_0(moved(stand_in("base", "low"), "mean_x", 0.02, **OFF), resources)
    for name in ("base", "low"):
        rows = simulated.filter(pl.col("regime") == name)
        folder.keep({name: rows.drop("regime")})
    folder.keep({"comparison": compare(simulated)})
    folder.keep({"explained": explained(simulated_like(simulated))})
    folder.keep({"table_7": table_7(simulated)})
    folder.keep({"map": nine()})
    folder.keep({"figure_2": figure_2(nine())})
    folder.complete(provenance(**SETTINGS | {"target": "all", "deviations": list(DEVIATIONS)}))
    return path


def ranked(path: Path) -> Path:
    """Write what `cakernel best` does."""
    folder = Results(path)
    outcomes = _outcomes(6)
    on_site = pl.col("cyber_rule") == "CRD-0"
    group = pl.when(on_site).then(pl.lit("on site")).otherwise(pl.lit("in the cloud"))
    grouped = outcomes.with_columns(group=group)
    folder.keep({"best": ck.best(grouped, outcome="mean_resources", by=["group"])})
    folder.keep({"outcomes": outcomes})
    settings = SETTINGS | {"outcome": "resources", "tolerance": 0.05, "model": MODEL.model_dump()}
    folder.complete(provenance(**settings))
    return path


def _outcomes(replications: int) -> pl.DataFrame:
    return ck.paired_outcomes(
        MODEL,
        policies=POLICIES,
        scenarios=ck.paper_scenarios()[:1],
        replications=replications,
        seed=4,
    )


def judged(path: Path) -> Path:
    """Write what `cakernel claims` does, of claims on a small model."""
    folder = Results(path)

    def one(rule: str) -> Among:
        return Among((rule,), ("CRD-5",))

    claims = [
        Claim(
            id=f"{first}-first",
            statement=f"{first} ends with more than {second}",
            tested="R",
            source="made up & <tested>",
            settings={"base": [Comparison(f"{first} above {second}", one(first), one(second))]},
        )
        for first, second in (("SRD-1", "SRD-5"), ("SRD-5", "SRD-1"))
    ]
    outcomes = _outcomes(4)
    found = verdicts(claims, {"base": results_of(outcomes, bootstrap=20)})
    figures = [f"mean_{name}" for name in ("x", "y", "resources")]
    means = outcomes.group_by(["supply_rule", "cyber_rule", "principle"], maintain_order=True).agg(
        pl.col(figures).mean(), *(pl.col(f).std().alias(f"se_{f[5:]}") for f in figures)
    )
    tables = {
        "claims": found.claims,
        "settings": found.settings,
        "comparisons": found.comparisons,
        "means": means.select(pl.lit("base").alias("setting"), pl.all()),
    }
    for name, table in tables.items():
        twice = [table.select(pl.lit(v).alias("variant"), pl.all()) for v in ("published", "text")]
        folder.keep({name: pl.concat(twice)})
    folder.complete(provenance(replications=4, seed=4, restated="Restated."))
    return path


def fitted(path: Path) -> Path:
    """Write what `cakernel conventions` does, of one regime and three sets of conventions."""
    conventions_command(
        replications=2,
        seed=4,
        alternative=["other-draws", "table-1"],
        regime=["t30"],
        threads=1,
        out=path,
    )
    return path


def run(path: Path) -> Path:
    """Write what `cakernel run` does."""
    folder = Results(path)
    rows = ck.simulate(
        MODEL, policies=POLICIES, scenarios=ck.paper_scenarios()[:2], replications=3, seed=4
    )
    folder.keep({"policies": rows})
    folder.complete(provenance(model=MODEL.model_dump(), replications=3, seed=4))
    return path


def swept(path: Path) -> Path:
    """Run a small sweep, a point of which is impossible."""
    study = ck.Recovery(model=MODEL, policies=POLICIES, scenarios=ck.paper_scenarios()[:1])
    levels = [0.05 * step for step in range(14)] + [0.99]
    sweep = ck.Sweep(study=study, axes={"supply_mild": levels, "firms": [2, 3]}, replications=3)
    ck.run_sweep(sweep, path)
    return path


def solved(path: Path) -> Path:
    """Write what `cakernel ctip solve` does."""
    solve_command(change=["vulnerability=0.2,0.3"], out=path)
    return path


def ctip_judged(path: Path) -> Path:
    """Write what `cakernel ctip claims` does."""
    claims_command(points=16, seed=3, regime=["nash", "planner"], out=path)
    return path


def governed(path: Path) -> Path:
    """Write what `cakernel ctip government` does."""
    government_command(out=path)
    return path


def moved_by(path: Path) -> Path:
    """Write what `cakernel ctip statics` does, at a pooled order that just earns the discount."""
    statics_command(change=["vulnerability=0.2,0.3", "disclosure_cost=0"], out=path)
    return path


CASE = """
[model]
chains = 2
firms = 3
periods = 30

[policies]
supply_rules = ["SRD-2", "SRD-5"]
cyber_rules = ["CRD-2", "CRD-5", "CRD-0"]

[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""


def coupled(path: Path) -> Path:
    """Write what `cakernel ctip recovery` does, of a small model and two types of chains."""
    case = path.with_suffix(".toml")
    case.write_text(CASE, encoding="utf-8")
    recovery_command(
        100.0, change=["vulnerability=0.2,0.6"], regime=str(case), replications=6, out=path
    )
    return path


class WithGaps(Coopetition):
    """The model, but for one equilibrium that is said not to be found."""

    def run(self, points: pl.DataFrame, *, seed: int, threads: int) -> pl.DataFrame:
        rows = super().run(points, seed=seed, threads=threads)
        wrong = (pl.col("point") == 0) & (pl.col("contract") == "fixed")
        names = ["point", "contract", "regime", "status", "error", "largest_gain"]
        numbers = [name for name, kind in rows.schema.items() if kind.is_float()]
        lists = [name for name, kind in rows.schema.items() if kind == pl.List]
        return rows.with_columns(
            pl.when(wrong)
            .then(pl.lit("not converged").cast(rows.schema["status"]))
            .otherwise("status")
            .alias("status"),
            *(
                pl.when(~wrong).then(pl.col(name)).alias(name)
                for name in numbers
                if name not in names
            ),
            *(pl.when(wrong).then(pl.col(name).list.head(0)).otherwise(name) for name in lists),
        )


def ctip_swept(path: Path) -> Path:
    """Run a small sweep of the coopetition model: points impossible, not unique, not converged."""
    study = WithGaps(Market(spillover=1.0), regimes=["nash", "planner"])
    axes = {
        "threat_probability": [0.2, 0.5, 0.8],
        "sharing_level": [0.5, 1.0],
        "subsidy_rate": [0.2, 1.0],
    }
    ck.run_sweep(ck.Sweep(study=study, axes=axes, replications=1), path)
    return path


def best_recovery(path: Path) -> Path:
    """Write what `cakernel optimal` does."""
    found = ck.optimal(MODEL, scenarios=ck.paper_scenarios()[::193], replications=32)
    best = found.scenarios.filter("best")
    words = [
        policy_in_words(found.policy(*(row[name] for name in POLICY)))
        for row in best.iter_rows(named=True)
    ]
    rules = best.select("deployment", *POLICY, "mean_x", "mean_y", "gap_percent").with_columns(
        scenarios=pl.lit(1), words=pl.Series(words)
    )
    folder = Results(path)
    folder.keep({"scenarios": found.scenarios, "summary": found.summary})
    folder.keep({"speeds": found.speeds, "rules": rules, "entries": found.entries})
    folder.complete(provenance(**SETTINGS | {"model": MODEL.model_dump()}))
    return path


def best_recovery_of_points(path: Path) -> Path:
    """Write what `cakernel optimal --sweep` does."""
    study = ck.Recovery(model=MODEL, scenarios=ck.paper_scenarios()[::193])
    sweep = ck.Sweep(study=study, axes={"supply_mild": [0.1, 0.3]}, design=ck.Design(kind="grid"))
    rows = ck.optimal_at_points(sweep, families=["cutoffs", "paper"], replications=32)
    folder = Results(path)
    folder.keep({"points": rows})
    folder.complete(provenance("recovery", sweep=sweep.description(), seed=1))
    return path


def service(path: Path) -> Path:
    """Write what `cakernel frontier` does."""
    found = ck.frontier(
        MODEL, scenarios=ck.paper_scenarios()[::193], weights=[0, 20, 80], replications=32
    )
    folder = Results(path)
    folder.keep({"points": found.points, "curve": found.curve})
    folder.complete(provenance(**SETTINGS | {"model": MODEL.model_dump()}))
    return path


def one_rule(path: Path) -> Path:
    """Write what `cakernel robust` does."""
    found = ck.robust(
        MODEL, scenarios=ck.paper_scenarios()[::193], floor_x=1.2, indifference=5, replications=32
    )
    folder = Results(path)
    folder.keep({"candidates": found.candidates, "valued": found.valued})
    folder.complete(provenance(**SETTINGS | found.settings) | {"delta": found.delta})
    return path


def critical_firms(path: Path) -> Path:
    """Write what `cakernel critical` does, of a chain of three and a second mine."""
    net = ck.Network(
        firms={"id": ["mine", "mill", "shop", "quarry"], "supply_severe": [0.2, 0.02, 0.02, 0.1]},
        links={
            "supplier": ["mine", "mill"], "customer": ["mill", "shop"], "input": ["ore", "steel"],
        },
    )  # fmt: skip
    policy = ck.Policy(supply_rule="SRD-2", cyber_rule="CRD-0")
    backups = {"supplier": ["quarry"], "customer": ["mill"], "input": ["ore"], "upkeep": [0.01]}
    found = ck.critical(
        net, policy=policy, scenario=ck.paper_scenarios()[0], periods=40, replications=60,
        backups=backups,
    )  # fmt: skip
    folder = Results(path)
    folder.keep({"critical": found, **tables_beside(net)})
    settings = {"policy": str(policy), "outcome": "resources", "confidence": 0.95}
    folder.complete(provenance("recovery", network="mines", replications=60, seed=1, **settings))
    return path


FOLDERS = {
    "critical": critical_firms,
    "optimal": best_recovery,
    "optimal-sweep": best_recovery_of_points,
    "frontier": service,
    "robust": one_rule,
    "reproduce": reproduced,
    "best": ranked,
    "claims": judged,
    "conventions": fitted,
    "run": run,
    "sweep": swept,
    "ctip-solve": solved,
    "ctip-claims": ctip_judged,
    "ctip-government": governed,
    "ctip-sweep": ctip_swept,
    "ctip-statics": moved_by,
    "ctip-recovery": coupled,
}
