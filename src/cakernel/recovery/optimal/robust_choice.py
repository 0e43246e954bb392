"""A robust choice: all candidates, the one chosen, and what it earns on fresh draws."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cakernel.ranking.student import quantile
from cakernel.recovery.model import Model
from cakernel.recovery.optimal.chain_rules import PAPER
from cakernel.recovery.optimal.in_words import policy_in_words, robust_in_words
from cakernel.recovery.optimal.looks import look_at
from cakernel.recovery.optimal.selection import Criterion, Numbers, Selection
from cakernel.recovery.optimal.winners import CLOUD
from cakernel.recovery.outcomes import labels
from cakernel.recovery.policy import Policy

CHOICE, BEST_OF_PAPER, NEVER = "the choice", "the best of the paper's", "never rebuilding"


@dataclass(frozen=True)
class Robust:
    """What `robust` found.

    Attributes
    ----------
    candidates : polars.DataFrame
        One row a candidate, the best first: kind ("paper", "own-state", "chain neighbours",
        "searched"), supply_rule, cyber_rule, principle, replications (of its last look), mean_x,
        mean_y, criterion (mean, minimum or regret), floors ("met", "missed" or "unclear"), lower
        and upper (by how much the criterion is better than that of the best other candidate that
        meets the floors; regret is better where it is less; null if it surely misses a floor),
        within_delta (whether it may be the best) and twin (the candidate whose outcomes it
        shared in all replications, with which it counts as one; else null).
    choice : Policy
        The best candidate that surely meets the floors, if any does.
    delta : float
        With the confidence stated no candidate that meets the floors is better than the choice
        by more.
    valued : polars.DataFrame
        On fresh draws, a row each for the choice, the best of the paper's policies that meet the
        floors (if any do) and never rebuilding: policies, its names, words, replications, mean_x,
        mean_y, mean_earned (R, or the value where scenarios have terminal values), criterion, lower
        and upper (its interval; null for regret against candidates, which takes all of them).
    entries : polars.DataFrame
        The table of a supply rule that a search found, one row an entry.
    settings : dict
        criterion, against, floor_x, floor_y, scenarios, confidence, replications.

    Examples
    --------
    >>> import cakernel
    >>> model = cakernel.Model(chains=2, firms=3, periods=30)
    >>> found = cakernel.robust(model, scenarios=cakernel.paper_scenarios()[:2], replications=32)
    >>> found.candidates.columns[:4]
    ['kind', 'supply_rule', 'cyber_rule', 'principle']
    """

    candidates: pl.DataFrame
    choice: Policy
    delta: float
    valued: pl.DataFrame
    entries: pl.DataFrame
    settings: dict[str, Any]

    @property
    def words(self) -> str:
        """What firms do under the choice."""
        return policy_in_words(self.choice)

    @property
    def findings(self) -> list[str]:
        """How good the choice is, and how sure that is, a sentence each."""
        return robust_in_words(
            self.settings, delta=self.delta, valued=self.valued, candidates=self.candidates.height
        )


def compared_policies(
    now: Selection, known: dict[Policy, str], deployment: str
) -> dict[str, Policy]:
    """Return the policies whose values on fresh draws are told."""
    listed = [*known]
    found = {CHOICE: listed[now.choice]}
    eligible = now.sure & np.array([kind == PAPER for kind in known.values()])
    if eligible.any():
        found[BEST_OF_PAPER] = listed[int(np.where(eligible, now.score, -np.inf).argmax())]
    cyber = "none" if deployment == CLOUD else "CRD-0"
    found[NEVER] = Policy.model_validate({"supply_rule": "none", "cyber_rule": cyber})
    return found


def valued_policies(
    model: Model,
    compared: dict[str, Policy],
    criterion: Criterion,
    count: int,
    best_known: Numbers | None,
    confidence: float,
    given: dict[str, Any],
) -> pl.DataFrame:
    """Value policies on fresh draws; regret against candidates is not told, as it takes all."""
    listed = list(compared.values())
    seen = look_at(model, listed, "minimum", count, given)
    scenarios = seen.earned.shape[1]
    if criterion == "mean":
        middle = seen.earned.mean(axis=1)
        error = np.sqrt((seen.errors**2).sum(axis=1)) / scenarios
        error *= float(quantile(0.5 + confidence / 2, count - 1))
        low, high = middle - error, middle + error
    else:
        factor = float(quantile(1 - (1 - confidence) / (2 * scenarios), count - 1))
        error = factor * seen.errors
        tables = (seen.earned, seen.earned - error, seen.earned + error)
        if criterion == "minimum":
            middle, low, high = (table.min(axis=1) for table in tables)
        elif best_known is not None:
            middle, high, low = ((best_known - table).max(axis=1) for table in tables)
        else:
            middle = low = high = np.full(len(listed), np.nan)
    return pl.DataFrame(
        {
            "policies": [*compared],
            **labels(listed, 1).to_dict(),
            "words": list(map(policy_in_words, listed)),
            "replications": count,
            "mean_x": seen.states[:, 0],
            "mean_y": seen.states[:, 1],
            "mean_earned": seen.earned.mean(axis=1),
            "criterion": middle,
            "lower": low,
            "upper": high,
        }
    ).with_columns(pl.col("criterion", "lower", "upper").fill_nan(None))


def candidate_table(now: Selection, known: dict[Policy, str], criterion: Criterion) -> pl.DataFrame:
    """Return one row a candidate, the best first."""
    listed = [*known]
    texts = list(map(str, listed))
    floors = np.where(now.sure, "met", np.where(now.possible, "unclear", "missed"))
    sign = -1 if criterion == "regret" else 1
    return (
        pl.DataFrame(
            {
                "kind": list(known.values()),
                **labels(listed, 1).to_dict(),
                "replications": now.replications,
                "mean_x": now.states[:, 0],
                "mean_y": now.states[:, 1],
                "criterion": sign * now.score,
                "floors": floors,
                "lower": now.below,
                "upper": now.above,
                "within_delta": now.open,
                "twin": [
                    texts[other] if other != place else None
                    for place, other in enumerate(now.twin.tolist())
                ],
                "_score": now.score,
                "_chosen": np.arange(len(listed)) == now.choice,
            },
            schema_overrides={"twin": pl.String},
        )
        .with_columns(
            pl.when(pl.col("floors") != "missed", pl.col(name).is_finite()).then(name).alias(name)
            for name in ("lower", "upper")
        )
        .sort(
            "_chosen", pl.col("floors") != "missed", "_score", descending=True, maintain_order=True
        )
        .drop("_score", "_chosen")
    )
