from . import coopetition, paper
from .coopetition.study import Coopetition
from .errors import Interrupted, InvalidInput
from .ranking import SampleSize, best, risk_measures, sample_size
from .recovery.live.part import explore
from .recovery.model import Model, regime
from .recovery.network.count_rules import count_rule
from .recovery.network.criticality import critical
from .recovery.network.estimates import estimate
from .recovery.network.network import Network
from .recovery.optimal import (
    Frontier,
    Objective,
    Optimum,
    Robust,
    frontier,
    optimal,
    robust,
    upper_bounds,
)
from .recovery.optimal_points import optimal_at_points
from .recovery.over_time import history
from .recovery.paired import paired_outcomes
from .recovery.policy import Policy, policies
from .recovery.quantum import arithmetic
from .recovery.rules import Rule, rule
from .recovery.scenario import ResourceScenario, paper_scenarios
from .recovery.simulation import simulate
from .recovery.study import Recovery
from .recovery.tracing import trace
from .sensitivity.indices import sensitivity_indices
from .sensitivity.rule_induction import DecisionRules, decision_rules
from .sensitivity.stability import StabilityMap, stability_map
from .sweep.axis import Levels, Range
from .sweep.dask_pool import DaskPool
from .sweep.description import Precision, Sweep, read_sweep_file
from .sweep.design import Design
from .sweep.how_far import SweepStatus
from .sweep.results import SweepResults, open_sweep
from .sweep.run import SweepProgress, run_sweep
from .sweep.status import sweep_status
from .sweep.summaries import paired_differences, summarise

__version__: str

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
    "Network",
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
    "coopetition",
    "count_rule",
    "critical",
    "decision_rules",
    "estimate",
    "explore",
    "frontier",
    "history",
    "open_sweep",
    "optimal",
    "optimal_at_points",
    "paired_differences",
    "paired_outcomes",
    "paper",
    "paper_scenarios",
    "policies",
    "read_sweep_file",
    "regime",
    "risk_measures",
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
