"""`cakernel run` and `trace` simulate; `cakernel rule` writes a rule to start one's own from."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cakernel.cli.options import Device, Overwrite, OverwriteFile, Quantiles, Tail, Target, Threads
from cakernel.errors import Interrupted, InvalidInput
from cakernel.recovery.cli.options import (
    FileSeed,
    OnePolicy,
    RegimeConvention,
    RegimeName,
    ScenarioArgument,
    ScenarioIndex,
)
from cakernel.wording import counted

if TYPE_CHECKING:
    from cakernel.cli.output import Results
    from cakernel.recovery.model import Model
    from cakernel.recovery.network.network import Network


def run_command(
    scenario: Annotated[Path, typer.Argument(help="A scenario file; `cakernel init` writes one.")],
    out: Annotated[Path, typer.Option(help="Folder for results, as Parquet and CSV.")],
    risk: Annotated[
        bool,
        typer.Option("--risk", help="Also quantiles and shortfalls of the resources at the end."),
    ] = False,
    target: Target = None,
    tail: Tail = 0.05,
    quantile: Quantiles = None,
    threads: Threads = None,
    device: Device = None,
    overwrite: Overwrite = False,
) -> None:
    """Simulate the scenario file's model, policies and resource scenarios.

    Writes policies.parquet and .csv (one row a policy), scenarios.parquet and .csv (one row a
    policy and resource scenario) and provenance.json; with --risk, --quantile or --target, which
    simulate twice, also risk.parquet and .csv (one row a policy, of its replications, each the
    mean over the resource scenarios). A network (section [network]) is simulated once more, firm
    by firm: firms.parquet and .csv have one row a policy and firm.
    """
    from cakernel.checks import Share, check_value
    from cakernel.cli.output import Results, progress_bar
    from cakernel.provenance import provenance
    from cakernel.ranking.risk import QUANTILES
    from cakernel.recovery.cli.tables import result_table
    from cakernel.recovery.input_files import read_scenario_file
    from cakernel.recovery.outcomes import over_scenarios
    from cakernel.recovery.quantum import arithmetic
    from cakernel.recovery.simulation import simulate

    check_value("tail", tail, Share)
    for at in quantile or ():
        check_value("quantile", at, Share)
    described = read_scenario_file(scenario, networks=True)
    results = Results(out, overwrite=overwrite)
    given: dict[str, Any] = {
        "policies": described.policies,
        "scenarios": described.scenarios,
        "replications": described.settings.replications,
        "seed": described.settings.seed,
        "threads": threads,
        **described.horizon,
    }
    interrupted = ""
    try:
        with progress_bar(scenario.name) as progress:
            rows = simulate(described.simulated, **given, by="scenario", progress=progress)
    except Interrupted as stopped:
        rows = stopped.kept()
        interrupted = (
            f"interrupted; kept {stopped.replications:,} of {described.settings.replications:,} "
            f"replications of every policy and scenario in {out}"
        )
    by_policy = over_scenarios(rows)
    kinds: dict[str, int] = {}
    if described.network is None:
        kinds = Counter(arithmetic(described.model, described.scenarios))
    results.show(result_table(by_policy))
    for numbers, scenarios in kinds.items():
        results.show(f"arithmetic of {counted(scenarios, 'resource scenario')}: {numbers}")
    results.keep({"scenarios": rows, "policies": by_policy})
    if described.network is not None and not interrupted:
        interrupted = _firms(described.network, given, scenario.name, results)
    if (risk or quantile or target is not None) and not interrupted:
        measures = {"tail": tail, "target": target, "quantiles": quantile or QUANTILES}
        interrupted = _risk(described.simulated, given, scenario.name, results, measures)
    record = provenance(
        "recovery",
        **described.described,
        policies=[str(policy) for policy in described.policies],
        scenarios=[scenario.given for scenario in described.scenarios],
        seed=described.settings.seed,
        replications=rows["replications"][0],
        arithmetic=kinds,
        tail=tail,
        target=target,
    )
    results.conclude(record, interrupted=interrupted)


def _firms(net: "Network", given: Mapping[str, Any], name: str, results: "Results") -> str:
    """Simulate a network firm by firm; keep what comes out."""
    from cakernel.cli.output import progress_bar
    from cakernel.recovery.simulation import simulate

    interrupted = ""
    try:
        with progress_bar(f"{name}, firms") as progress:
            rows = simulate(net, **given, by="firm", progress=progress)
    except Interrupted as stopped:
        interrupted = "interrupted; kept the means of policies, and of firms what was finished"
        if stopped.partial is None:
            return interrupted
        rows = stopped.partial
    results.keep({"firms": rows})
    return interrupted


def _risk(
    simulated: "Model | Network",
    given: Mapping[str, Any],
    name: str,
    results: "Results",
    measures: Mapping[str, Any],
) -> str:
    """Simulate replication by replication; show and keep what is beyond the mean."""
    from cakernel.cli.output import progress_bar
    from cakernel.cli.ranking_tables import risk_table
    from cakernel.ranking import risk_measures
    from cakernel.recovery.cli.tables import ROWS_SHOWN
    from cakernel.recovery.paired import paired_outcomes
    from cakernel.recovery.policy import POLICY
    from cakernel.recovery.words import OUTCOME_WORDS

    interrupted = ""
    try:
        with progress_bar(f"{name}, risk") as progress:
            outcomes = paired_outcomes(simulated, **given, progress=progress)
    except Interrupted as stopped:
        interrupted = "interrupted; kept the means, and of the risk what was finished"
        if stopped.partial is None:
            return interrupted
        outcomes = stopped.partial
    found = risk_measures(
        outcomes,
        outcome="mean_resources",
        keys=POLICY,
        **measures,
        seed=given["seed"],
    )
    highest = found.sort("mean", descending=True, maintain_order=True).head(ROWS_SHOWN)
    words = OUTCOME_WORDS["resources"]
    told = {name: measures[name] for name in ("tail", "target")}
    results.show(risk_table(highest, keys=POLICY, outcome=words, **told))
    results.keep({"risk": found})
    return interrupted


def rule_command(
    name: Annotated[
        str, typer.Argument(help="A built-in rule, such as SRD-4, CRD-5 or SRD-5@4/12.")
    ],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    counts: Annotated[
        bool,
        typer.Option(
            "--counts",
            help="As conditions on how many neighbours are how high, for networks, too; also "
            "SRD-quarter, SRD-half, CRD-quarter and CRD-half.",
        ),
    ] = False,
) -> None:
    """Write a built-in rule as a table of targets, to be edited into a rule of your own.

    The columns are the firm's own state, those of its neighbours upstream, downstream, in the
    previous and in the next chain (3 = there is none), and the target; of a rule with cutoffs also
    cutoff, the least periods that must remain to leave the own state. With --counts each line is a
    row of conditions, and the first one that holds gives the target.
    """
    from cakernel.cli.output import refuse_existing
    from cakernel.files import ending, write_whole
    from cakernel.recovery.input_files import rule_frame
    from cakernel.recovery.network.count_rules import count_frame
    from cakernel.recovery.rules import rule as named_rule

    if ending(out) != ".csv":
        raise InvalidInput(f"--out: got {out}; must end in .csv")
    if counts:
        frame = count_frame(name)
    else:
        frame = rule_frame(named_rule("cyber" if name.startswith("CRD") else "supply", name))
    refuse_existing(out)
    write_whole(out, frame.write_csv().encode())
    print(f"wrote {out}; name it in a section [[rules]] of a scenario file")


def trace_command(
    scenario: ScenarioArgument = None,
    regime: RegimeName = None,
    convention: RegimeConvention = None,
    policy: OnePolicy = None,
    scenario_index: ScenarioIndex = 0,
    replication: Annotated[int, typer.Option(help="Which replication, from 0.")] = 0,
    seed: FileSeed = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File for the history, .parquet or .csv.", show_default="none"),
    ] = None,
    overwrite: OverwriteFile = False,
) -> None:
    """Run one replication again and show the states of all firms over time.

    It is the replication that `run` or `reproduce` had with the same seed, resource scenario and
    number.
    """
    from rich.console import Console

    from cakernel.cli.output import check_out_file
    from cakernel.files import ending, write_whole
    from cakernel.recovery.cli.setups import setup
    from cakernel.recovery.cli.tables import drawing

    if out is not None:
        if ending(out) not in (".parquet", ".csv"):
            raise InvalidInput(f"--out: got {out}; must end in .parquet or .csv")
        check_out_file(out, overwrite=overwrite)
    chosen = setup(
        scenario, regime, convention, scenario_index=scenario_index, seed=seed, networks=True
    )
    (traced,) = chosen.policies([policy] if policy else None, default=["SRD-5 CRD-5"])
    history = chosen.history(traced, replication)
    if out is not None:
        write = history.write_parquet if ending(out) == ".parquet" else history.write_csv
        write_whole(out, write, durable=False)
    console = Console()
    console.print(
        f"{traced}, resource scenario {scenario_index}, replication {replication}, "
        f"seed {chosen.seed}",
        highlight=False,
        markup=False,
    )
    console.print(drawing(history, console.width), no_wrap=True, crop=True)
    if out is not None:
        print(f"wrote {out}")
