"""Simulate how supply-chain firms recover from supply and cyber disruptions.

The model is that of Chen and Chang (2021), doi 10.1016/j.tre.2021.102347.
"""

from importlib.metadata import version

from cakernel.coopetition.study import Coopetition
from cakernel.errors import Interrupted, InvalidInput
from cakernel.ranking import SampleSize, best, sample_size
from cakernel.recovery.model import Model, regime
from cakernel.recovery.optimal import (
    Frontier,
    Objective,
    Optimum,
    Robust,
    frontier,
    optimal,
    robust,
    upper_bounds,
)
from cakernel.recovery.paired import paired_outcomes
from cakernel.recovery.policy import Policy, policies
from cakernel.recovery.quantum import arithmetic
from cakernel.recovery.rules import Rule, rule
from cakernel.recovery.scenario import ResourceScenario, paper_scenarios
from cakernel.recovery.simulation import simulate, trace
from cakernel.recovery.study import Recovery
from cakernel.sensitivity.indices import sensitivity_indices
from cakernel.sensitivity.rule_induction import DecisionRules, decision_rules
from cakernel.sensitivity.stability import StabilityMap, stability_map
from cakernel.sweep.axis import Levels, Range
from cakernel.sweep.dask_pool import DaskPool
from cakernel.sweep.description import Precision, Sweep, read_sweep_file
from cakernel.sweep.design import Design
from cakernel.sweep.results import SweepResults, open_sweep
from cakernel.sweep.run import SweepProgress, run_sweep
from cakernel.sweep.status import SweepStatus, sweep_status
from cakernel.sweep.summaries import paired_differences, summarise

__version__ = version("cakernel")

__all__ = [
    "Coopetition",
    "DaskPool",
    "DecisionRules",
    "Design",
    "Frontier",
    "Interrupted",
    "InvalidInput",
    "Levels",
    "Model",
    "Objective",
    "Optimum",
    "Policy",
    "Precision",
    "Range",
    "Recovery",
    "ResourceScenario",
    "Robust",
    "Rule",
    "SampleSize",
    "StabilityMap",
    "Sweep",
    "SweepProgress",
    "SweepResults",
    "SweepStatus",
    "arithmetic",
    "best",
    "decision_rules",
    "frontier",
    "open_sweep",
    "optimal",
    "paired_differences",
    "paired_outcomes",
    "paper_scenarios",
    "policies",
    "read_sweep_file",
    "regime",
    "robust",
    "rule",
    "run_sweep",
    "sample_size",
    "sensitivity_indices",
    "simulate",
    "stability_map",
    "summarise",
    "sweep_status",
    "trace",
    "upper_bounds",
]
