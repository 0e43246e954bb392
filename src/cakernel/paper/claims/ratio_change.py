"""Whether a slower supply rule stands better against a faster one in the cloud than on site."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cakernel.arguments import checked_arguments
from cakernel.paper.claims.claim import Among, Numbers, Relation, Results, truth
from cakernel.paper.published import ON_SITE_RULE
from cakernel.ranking.student import MOST_REPLICATIONS, effect_size, quantile, replications_needed

OUTCOME: Final = "mean_resources"


@checked_arguments
@dataclass(frozen=True)
class RatioChange:
    """That R(slower) / R(faster) is higher in the cloud than on site, under principle P.

    Attributes
    ----------
    slower, faster : str
        Supply rules.
    cloud_rule : str
        The cyber rule in the cloud, as CRD-5; on site it is CRD-0.
    """

    slower: str
    faster: str
    cloud_rule: str
    outcome: str = OUTCOME
    relation: Relation = "above"

    @property
    def text(self) -> str:
        """The comparison in words."""
        return f"{self.slower}/{self.faster}: {self.cloud_rule} above {ON_SITE_RULE}"

    def judge(
        self, results: Results, *, level: float, power: float
    ) -> tuple[dict[str, Any], npt.NDArray[np.bool_]]:
        """Judge by an interval that misses with probability ``level`` at most.

        A ratio of means is linear in small deviations, so its change is judged as the mean of
        (a - r b) / mean(b) in the cloud less the same on site, replication by replication (the
        delta method), with Student's t. Returns what `Comparison.judge` does: ``first_mean`` and
        ``second_mean`` are the ratios in the cloud and on site.
        """
        cloud, cloud_terms, cloud_resampled = self._ratio(results, self.cloud_rule)
        on_site, on_site_terms, on_site_resampled = self._ratio(results, ON_SITE_RULE)
        terms = cloud_terms - on_site_terms
        replications = len(terms)
        difference = cloud - on_site
        deviation = float(terms.std(ddof=1))
        error = deviation / float(np.sqrt(replications))
        half = float(quantile(1 - level / 2, replications - 1)) * error
        lower, upper = difference - half, difference + half
        needed = replications_needed(
            effect_size(difference, deviation),
            level=level,
            power_wanted=power,
            most=MOST_REPLICATIONS,
        )
        holds = cloud_resampled > on_site_resampled
        return {
            "comparison": self.text,
            "outcome": self.outcome,
            "first": f"{self.slower}/{self.faster} {self.cloud_rule} P",
            "relation": self.relation,
            "share": 1.0,
            "second": f"{self.slower}/{self.faster} {ON_SITE_RULE} P",
            "first_mean": cloud,
            "second_mean": on_site,
            "difference": difference,
            "standard_error": error,
            "lower": lower,
            "upper": upper,
            "probability": float(holds.mean()),
            "truth": truth(self.relation, lower, upper),
            "replications_to_settle": int(needed[0]) or None,
        }, holds

    def _ratio(self, results: Results, cyber_rule: str) -> tuple[float, Numbers, Numbers]:
        """Return a ratio of means, its linear terms by replication, and resamples of it."""
        slower, faster = (
            Among((rule,), (cyber_rule,), ("P",)).rows(results.policies)[0]
            for rule in (self.slower, self.faster)
        )
        values, resampled = results.values[self.outcome], results.resampled[self.outcome]
        below = values[faster].mean()
        ratio = float(values[slower].mean() / below)
        terms = (values[slower] - ratio * values[faster]) / below
        return ratio, terms, resampled[slower] / resampled[faster]
