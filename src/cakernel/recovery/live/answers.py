"""Answers to a setting of the live page: a ranking, courses over time and one replication."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from cakernel.live.fields import Setting
from cakernel.live.part import Answer
from cakernel.ranking import best
from cakernel.recovery.live.case import Case, case_of
from cakernel.recovery.live.fields import BEST
from cakernel.recovery.live.histories import TOO_LONG, Histories
from cakernel.recovery.live.replications import Replications
from cakernel.recovery.policy import POLICY, Policy
from cakernel.wording import counted

# replications that a page runs; `cakernel best` runs any number
MOST_REPLICATIONS: Final = 1024
# firm-periods of all replications: some ten seconds
MOST_WORK: Final = 20_000_000_000
# resamples of each ranking, for the probabilities
RESAMPLES: Final = 500


class RecoveryAnswers:
    """Answers settings one after the other; what of the one before still holds is kept."""

    def __init__(self) -> None:
        self._replications: Replications | None = None
        self._histories: Histories | None = None

    def __call__(self, setting: Setting) -> Iterator[Answer | None]:
        """Yield better and better answers, and None in between; raise InvalidInput."""
        case = case_of(setting)
        grown = self._replications
        if grown is None or grown.case != case:
            grown = self._replications = Replications(case)
        answer = Answer(outcome=setting["outcome"])
        target = max(grown.done, grown.first)
        most = max(grown.first, min(MOST_REPLICATIONS, MOST_WORK // case.work))
        while True:
            yield from self._waiting(grown, target, answer)
            ranked = best(
                grown.frame(),
                outcome=f"mean_{setting['outcome']}",
                bootstrap=RESAMPLES,
                seed=case.seed % (1 << 63),
            )
            final = grown.done >= most
            state = counted(grown.done, "replication") + ("" if final else ", more to come")
            answer = replace(answer, ranked=ranked, replications=grown.done, state=state)
            yield answer
            for later in self._over_time(answer, case, setting):
                answer = later
                yield answer
            if final:
                yield replace(answer, final=True)
                return
            target = min(most, 2 * grown.done)

    def _waiting(self, grown: Replications, target: int, answer: Answer) -> Iterator[Answer | None]:
        """Run replications; say once what is waited for."""
        said = ""
        for waiting in grown.grow(target):
            yield replace(answer, state=waiting) if waiting and waiting != said else None
            said = waiting

    def _over_time(self, answer: Answer, case: Case, setting: Setting) -> Iterator[Answer]:
        """Yield the answer with what happens over time under the policy that is shown."""
        assert answer.ranked is not None
        policy = _shown(case, setting, answer.ranked)
        histories = self._histories
        if histories is None or histories.of != (case, policy):
            histories = self._histories = Histories(case, policy)
        if histories.are_too_long:
            yield replace(answer, courses=pl.DataFrame(), courses_of=TOO_LONG)
            return
        panels = histories.panels(int(setting["replication"]))
        for courses in histories.grow(answer.replications):
            yield replace(answer, courses=courses, courses_of=histories.words, panels=panels)


def _shown(case: Case, setting: Setting, ranked: pl.DataFrame) -> Policy:
    """Return the policy that is drawn over time: the one asked for, or the best."""
    name = setting["shown"]
    if name == BEST:
        name = " ".join(ranked.select(POLICY).row(0))
    supply, cyber, principle = name.split()
    return Policy(supply_rule=supply, cyber_rule=cyber, principle=principle)
