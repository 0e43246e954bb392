"""Simulate how supply-chain firms recover from supply and cyber disruptions.

The model is that of Chen and Chang (2021), doi 10.1016/j.tre.2021.102347.
"""

from importlib.metadata import version

from cakernel.batch import arithmetic
from cakernel.errors import Interrupted, InvalidInput
from cakernel.model import Model
from cakernel.policy import Policy, policies
from cakernel.regime import regime
from cakernel.rules import Rule, rule
from cakernel.scenario import ResourceScenario, paper_scenarios
from cakernel.sensitivity.indices import indices
from cakernel.sensitivity.stability import StabilityMap, stability_map
from cakernel.sensitivity.when_wins import WinningRules, when_wins
from cakernel.simulate import simulate
from cakernel.sweep.aggregate import paired_differences, summarise
from cakernel.sweep.axis import Levels, Range
from cakernel.sweep.coopetition import Coopetition
from cakernel.sweep.dask_pool import DaskPool
from cakernel.sweep.design import Design
from cakernel.sweep.recovery import Recovery
from cakernel.sweep.results import SweepResults, open_sweep
from cakernel.sweep.run import SweepProgress, run_sweep
from cakernel.sweep.status import SweepStatus, sweep_status
from cakernel.sweep.sweep import Sweep, Target
from cakernel.sweep.sweep_file import read_sweep_file
from cakernel.trace import trace

__version__ = version("cakernel")

__all__ = [
    "Coopetition",
    "DaskPool",
    "Design",
    "Interrupted",
    "InvalidInput",
    "Levels",
    "Model",
    "Policy",
    "Range",
    "Recovery",
    "ResourceScenario",
    "Rule",
    "StabilityMap",
    "Sweep",
    "SweepProgress",
    "SweepResults",
    "SweepStatus",
    "Target",
    "WinningRules",
    "arithmetic",
    "indices",
    "open_sweep",
    "paired_differences",
    "paper_scenarios",
    "policies",
    "read_sweep_file",
    "regime",
    "rule",
    "run_sweep",
    "simulate",
    "stability_map",
    "summarise",
    "sweep_status",
    "trace",
    "when_wins",
]
