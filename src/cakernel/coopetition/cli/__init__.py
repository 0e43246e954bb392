"""`cakernel ctip`: the coopetition model, a second model beside that of recovery."""

from cakernel.cli.groups import Group
from cakernel.coopetition.words import LABEL
from cakernel.models import Command

ctip = Group(
    name="ctip",
    label=LABEL,
    help="Competing chains that share cyber threat intelligence, and their contracts.",
    panels={
        "Commands": {
            "solve": Command(
                "cakernel.coopetition.cli.markets:solve_command",
                "Find the equilibria of one market under contracts and regimes.",
            ),
            "case": Command(
                "cakernel.coopetition.cli.markets:case_command",
                "Solve the case study of health and medical procurement under three contracts.",
            ),
            "statics": Command(
                "cakernel.coopetition.cli.markets:statics_command",
                "Say how investments, profits and welfare move with each parameter.",
            ),
            "government": Command(
                "cakernel.coopetition.cli.markets:government_command",
                "Find the best subsidy, sharing level and pooled minimum order.",
            ),
            "recovery": Command(
                "cakernel.coopetition.cli.recovery:recovery_command",
                "Rank recovery speeds under a platform and contract.",
            ),
            "claims": Command(
                "cakernel.coopetition.cli.claims:claims_command",
                "Say in what share of random markets the abstract's claims hold.",
            ),
        }
    },
)
