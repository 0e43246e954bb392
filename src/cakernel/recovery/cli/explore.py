"""`cakernel explore`: the model on a live page, on this machine."""

from typing import Annotated

import typer

from cakernel.cli.exit_codes import INTERRUPTED
from cakernel.recovery.cli.options import (
    FileSeed,
    RegimeConvention,
    RegimeName,
    ScenarioArgument,
    ScenarioIndex,
)


def explore_command(
    scenario: ScenarioArgument = None,
    regime: RegimeName = None,
    convention: RegimeConvention = None,
    scenario_index: ScenarioIndex = 0,
    seed: FileSeed = None,
    port: Annotated[int, typer.Option(help="Where to serve.", show_default="a free one")] = 0,
) -> None:
    """Explore a model on a live page: move risk, chains, gains and costs, see who wins.

    Serves it on 127.0.0.1 alone, at the address that is printed, until Ctrl-C. A scenario file
    gives the model, its rules and one of its resource scenarios to start with.
    """
    import gc

    from cakernel.extras import library
    from cakernel.recovery.cli.setups import setup
    from cakernel.recovery.live.part import explore

    library("panel", extra="explore", what="explore")
    chosen = setup(scenario, regime, convention, scenario_index=scenario_index, seed=seed)
    try:
        explore(
            chosen.file.model,
            policies=chosen.listed,
            scenario=chosen.scenario,
            seed=chosen.seed,
            port=port,
        )
    except KeyboardInterrupt:
        print("the live page is closed", flush=True)
        # at its end Python would look for cycles in all libraries, which takes a second
        gc.freeze()
        raise typer.Exit(INTERRUPTED) from None
