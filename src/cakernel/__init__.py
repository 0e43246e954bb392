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
from cakernel.simulate import simulate
from cakernel.trace import trace

__version__ = version("cakernel")

__all__ = [
    "Interrupted",
    "InvalidInput",
    "Model",
    "Policy",
    "ResourceScenario",
    "Rule",
    "arithmetic",
    "paper_scenarios",
    "policies",
    "regime",
    "rule",
    "simulate",
    "trace",
]
