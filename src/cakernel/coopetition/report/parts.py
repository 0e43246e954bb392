"""The kinds of folders that commands on the coopetition model write, and what their pages show."""

from typing import Any, Final

from cakernel.coopetition import welfare_split
from cakernel.coopetition.report import choices, claims, contracts, statics, sweep
from cakernel.coopetition.report.shared import WITHIN
from cakernel.coopetition.words import LABEL
from cakernel.recovery.report.parts import paragraphs
from cakernel.report.folder import FolderKind, ReportParts
from cakernel.report.front_page import fields_of
from cakernel.report.ranking import BEST

MODEL: Final = (
    f"{LABEL} Only that abstract is public; the model is cakernel's own, from standard parts, with "
    "openly assumed numbers. Competing supply chains share threat intelligence on a platform of "
    "the government, which sets a subsidy sigma, a sharing level theta and a pooled minimum order "
    "M. Chains invest z in security, seen by all; breaches have the probability B = tau v / "
    "(alpha Z + 1)^beta, where Z is a chain's own investment and theta lambda times its rivals' "
    "(Gordon and Loeb 2002, class I; Gal-Or and Ghose 2005). They sell differentiated products "
    "(Singh and Vives 1984), and a breached chain loses a share of its delivery, for which it has "
    "paid. Orders are always best responses to each other."
)
CONTRACTS: Final = (
    "Contracts: “fixed” is separate orders made before breaches are known; “flexible-moq” (minimum "
    "order quantity) is an equal share of M paid for in any case, at a discount from the threshold "
    "Mbar on, ordered after breaches are known; “fixed-moq” pays the same and orders before."
)
REGIMES: Final = (
    "Who chooses investments: “nash” is each chain for itself, “joint” all for the sum of profits, "
    "“planner” a planner for economic welfare. Economic welfare is consumer surplus, the chains' "
    "profits and the supplier's, less subsidies, less the harm of unmet essential need."
)
SPLIT: Final = (
    "What flexible MOQ adds to the welfare of fixed orders has two parts: the value of timing, "
    "flexible less fixed MOQ, is that of ordering after breaches are known; the value of "
    "commitment and discount, fixed MOQ less fixed, is there without any risk, too. So claims on "
    "risk are about the first, and about changes from tau = 0, where timing is worth nothing."
)
CERTIFICATE: Final = (
    "Every equilibrium has a certificate: the largest gain that a separate, finer search over all "
    "investments found for a chain that deviates alone (joint, planner: by changing one, two or "
    "all). Its status is “converged”; “not unique” where several were found from different starts, "
    "or theta lambda is above 0.95; “cycling” and “not converged” are no equilibria and have no "
    "outcomes. Expectations are exact over all breach states."
)
CLAIMS: Final = (
    "Markets are drawn independently and uniformly over wide ranges; a share is one of these "
    "ranges, not of markets in the world. Each comparison is paired: the same market under two "
    "contracts, or with one thing changed, or under two regimes of investment: the claims on who "
    "chooses stand with the regime that is not nash. A claim holds in a market if its difference, "
    f"the smallest where it has several, is above {WITHIN}; within that it is called equal. "
    "Counted are markets in which every equilibrium that the claim needs is certified and the only "
    "one found. Intervals are Wilson's, for each claim by itself. Where a claim fails most is read "
    "off a decision tree of depth 2 grown on the same markets, so it describes and does not test."
)
GOVERNMENT: Final = (
    "The government's choice is the highest economic welfare under flexible MOQ that a search over "
    "subsidy, sharing level and minimum order found, chains investing each for itself; below the "
    "threshold of the discount, at it and above it are searched apart. Participation: each chain "
    "must earn as much as under separate fixed orders, subsidy and sharing the same. The "
    "certificate is the most welfare found above the answer's at points spread over all choices "
    "and around the answer."
)
STATICS: Final = (
    "A derivative says how an outcome changes with a small change of one parameter, investments "
    "and orders following: investments by the conditions that they are at their best (implicit "
    "function theorem), those at 0 that do not pay staying there. An elasticity is a derivative "
    "times the parameter over the outcome: the per cent by which the outcome changes for one per "
    "cent more of the parameter; it needs both to be above 0. Where slopes to the left and to the "
    "right differ there is no derivative: at a kink, where orders begin to meet a commitment or a "
    "need, and at a jump, where the discount sets in. At an end of its range a parameter has one "
    "side alone. All of this holds near this market only."
)
RECOVERY: Final = (
    "Chains that invest and are breached alike are of one type. For each type the recovery model "
    "below is run by itself, with cyber risks multiplied by B / (tau v), the type's breach "
    "probability over that without any investment, and with firms that pay (1 - sigma) z / T a "
    "period out of what they acquire, z times the resources that a unit of money is worth and T "
    "the periods; what they acquire does not fall below 0. That worth is assumed. Policies are "
    "those in the cloud, as others meet no cyber risk. All types meet the same disruptions; chains "
    "of different types do not meet as neighbours."
)
SWEEP: Final = (
    "A sweep solves the model at many points of the axes. Means are over the points that have an "
    "equilibrium, those that are not unique included unless it is said; statuses are counted "
    "apart. Means along an axis are over all points at a level, so they tell of the axis alone "
    "only where the other axes are spread alike. Axes with many values are cut into eight parts "
    "of about equally many points. What flexible MOQ adds is paired, point by point."
)
METHODS: Final = {
    "solve": (MODEL, CONTRACTS, REGIMES, SPLIT, CERTIFICATE),
    "claims": (MODEL, CONTRACTS, REGIMES, SPLIT, CERTIFICATE, CLAIMS),
    "government": (MODEL, CONTRACTS, REGIMES, CERTIFICATE, GOVERNMENT),
    "statics": (MODEL, CONTRACTS, REGIMES, CERTIFICATE, STATICS),
    "recovery": (MODEL, CONTRACTS, REGIMES, CERTIFICATE, RECOVERY),
    "sweep": (MODEL, CONTRACTS, REGIMES, SPLIT, CERTIFICATE, SWEEP),
}
"""Paragraphs by kind of folder: the command that wrote it, or a sweep."""


WHO_CHOOSES: Final = "who chooses investments"
MODEL_KEY: Final = "recovery_model"


def _kind(made_by: str, title: str, contents: Any, **more: Any) -> FolderKind:
    paragraphs = METHODS[made_by.removeprefix("ctip ")]
    settings: dict[str, Any] = {"methods": lambda folder: paragraphs, "exact": True} | more
    return FolderKind(title=title, made_by=made_by, contents=contents, **settings)


PARTS = ReportParts(
    kinds=(
        _kind("ctip claims", "Claims on coopetition, in random markets", claims.contents),
        _kind("ctip government", "The government's best choices", choices.government_contents),
        _kind(
            "ctip statics",
            "What moves an equilibrium",
            statics.contents,
            told={"regime": WHO_CHOOSES},
        ),
        _kind(
            "ctip recovery",
            "Recovery speeds under a platform and its contract",
            choices.recovery_contents,
            methods=lambda folder: [*METHODS["recovery"], *paragraphs(folder, BEST)],
            facts=lambda folder: [
                ("recovery model", fields_of(folder, MODEL_KEY, folder.setting(MODEL_KEY)))
            ],
            exact=False,
        ),
        _kind(
            "ctip solve",
            "Contracts of a market, side by side",
            contracts.contents,
            titles={"ctip case": "The case study: contracts side by side"},
        ),
    ),
    sweep=_kind("sweep", "A sweep of the coopetition model", sweep.contents),
    label=LABEL,
    told={
        "regime": "regime or scenario file",
        "convention": "conventions",
        "replications": "replications of each resource scenario",
        "points": "random markets",
        "contract": "contract",
        "contracts": "contracts",
        "investments": WHO_CHOOSES,
        "regimes": WHO_CHOOSES,
        "resources_per_money": "resources that a unit of money is worth",
        "largest_subsidy_rate": "largest subsidy tried",
        "largest_minimum_order": "largest minimum order tried (null: what could be sold)",
    },
    noted=("contract", "investments", "regime", "convention", "seed"),
    sweep_tables={"split": lambda sweep: welfare_split(sweep.results.collect())},
    tables={statics.SOURCE: statics.read_elasticities},
)
