"""Sections that files of runs and of sweeps have in common."""

POLICIES_AND_SCENARIOS = """
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
