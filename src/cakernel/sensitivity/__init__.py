"""What a sweep says: which axes matter, when each policy wins, where the best one changes.

`indices` takes a `response` (a policy's outcome, or a margin) to the `estimators`. `winners` says
who wins at each point and how surely; `rule_induction` makes rules of that by a `decision_tree`,
and `stability` refines an `adaptive_grid` where the winner changes; `everywhere` says what one
choice loses. `sentences` puts all three into words.
"""
