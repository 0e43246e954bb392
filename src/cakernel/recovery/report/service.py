"""Resources against states, and one rule for many scenarios, on pages."""

from typing import Any, Final

import polars as pl

from cakernel.recovery import pictures
from cakernel.recovery.optimal.in_words import WHAT_R_LEAVES_OUT
from cakernel.recovery.policy import POLICY_PARTS
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Grid, Section, by_values, picture, simple_grid
from cakernel.report.ranking import policy_name

FRONTIER_METHODS: Final = (
    "The weights are multipliers: whatever mean x and y a policy has, its mean R is at most the "
    "bound on R and the weighted states less the weighted states themselves, for all weights. The "
    "best rules look at a firm's own state and stop some periods before the end; they are chosen "
    "for each resource scenario on some replications, and valued on fresh ones. Each of the "
    "paper's policies is one rule for all scenarios, so that part of its distance from the bound "
    "is the price of not knowing the scenario."
)
CRITERIA: Final = {
    "mean": "mean of R over scenarios",
    "minimum": "mean R of the worst scenario",
    "regret": "largest shortfall of any scenario",
}
ROBUST_METHODS: Final = (
    "All candidates are simulated on the same disruptions in ever more replications; those that "
    "are surely not best, or surely miss a floor, get no more. With the confidence stated all "
    "statements hold together, of all looks: on means of R by paired differences (Clark and Yang "
    "1986; Nelson and Matejcik 1995, doi 10.1287/mnsc.41.12.1935), on the worst scenario by "
    "simultaneous intervals of all candidates and scenarios. What was chosen is valued on fresh "
    "replications."
)
MOST_CANDIDATES: Final = 20
MOST_POLICIES: Final = 12


def frontier_contents(folder: RunFolder, note: str) -> Contents:
    """Return what a page shows of the folder that `cakernel frontier` writes."""
    points = folder.sheet("points")
    best = points.rows(pl.col("policies") == "best rules")
    first, last = (best.frame.sort("service").row(n, named=True) for n in (0, -1))
    states = ("mean_resources", "mean_x", "mean_y")
    findings = [
        say(
            "Rules chosen for each scenario end with {} at x {} and y {}, and with {} at x {} and "
            "y {}.",
            *(
                points.cite(row, c, style=".1f" if c == "mean_resources" else ".2f")
                for row in (first, last)
                for c in states
            ),
        )
    ]
    near = points.frame.filter(policies="paper").sort("short").row(0, named=True)
    findings.append(
        say(
            "Of the paper's cloud policies {} comes nearest to the bound on policies with its own "
            "states or higher ones: it ends with {}, which is {} below.",
            policy_name(points, near, POLICY_PARTS),
            points.cite(near, "mean_resources", style=".1f"),
            points.cite(near, "short", style=".1f"),
        )
    )
    curve = folder.sheet("curve")
    drawn = picture(
        pictures.frontier(points.frame, curve.frame, note=note),
        id="frontier-picture",
        caption="Resources at the end against the mean of x and y.",
        source=f"{points.file}, {curve.file}",
        filters=[by_values(points.frame, "policies", "policies")],
        columns={"policies": "policies", "service": "mean of x and y", "mean_resources": "mean R"},
    )
    return [*findings, say(WHAT_R_LEAVES_OUT)], [
        Section("frontier", "What higher states cost", [drawn, _points_grid(points)])
    ]


def _points_grid(sheet: Sheet) -> Grid:
    styles = {"mean_x": ".2f", "mean_y": ".2f", "mean_resources": ".1f", "se_resources": ".2f"}
    styles |= {"upper_bound": ".1f", "short": ".1f"}
    rows = []
    paper = sheet.frame.filter(policies="paper").sort("short").head(MOST_POLICIES)
    for row in [*sheet.frame.filter(policies="best rules").to_dicts(), *paper.to_dicts()]:
        if row["weight"] is None:
            name: Any = policy_name(sheet, row, POLICY_PARTS, brief=True)
        else:
            name = say("best rules, weight {}", sheet.cite(row, "weight", style="g", brief=True))
        figures = (sheet.cite(row, c, style=style, brief=True) for c, style in styles.items())
        rows.append([name, *figures])
    return simple_grid(
        "points-table",
        f"The best rules by weight, then those {MOST_POLICIES} of the paper's policies that are "
        "nearest to the bound. Source: points.parquet.",
        ["policies", "x", "y", "R", "error", "bound", "short"],
        rows,
        kind="numbers",
    )


def robust_contents(folder: RunFolder, note: str) -> Contents:
    """Return what a page shows of the folder that `cakernel robust` writes."""
    candidates = folder.sheet("candidates")
    settings = {
        name: folder.recorded(folder.settings, name, **style)
        for name, style in {
            "criterion": {}, "scenarios": {"style": ","}, "floor_x": {"style": "g"},
            "floor_y": {"style": "g"}, "confidence": {"style": ".0%"},
        }.items()
    }  # fmt: skip
    findings = []
    if folder.has("valued"):
        valued = folder.sheet("valued")
        for row in valued.frame.iter_rows(named=True):
            findings.append(_value(valued, row))
    findings.append(
        say(
            "Chosen by the {criterion} over {scenarios} resource scenarios, with mean x of at "
            "least {floor_x} and mean y of at least {floor_y}: at a confidence of {confidence} "
            "none of {count} candidates that meets the floors is better by more than {delta}.",
            count=candidates.over("criterion", "count"),
            delta=folder.recorded("delta", style=".2g"),
            **settings,
        )
    )
    drawn = picture(
        pictures.candidates(
            candidates.frame, criterion=CRITERIA[str(folder.setting("criterion"))], note=note
        ),
        id="candidates-picture",
        caption="Candidates by the criterion and by the mean of x and y.",
        source=candidates.file,
        filters=[by_values(candidates.frame, "kind", "kind")],
        columns={"policy": "policy", "kind": "kind", "floors": "floors", "service": "mean of x, y"}
        | {"criterion": "criterion"},
    )
    return [*findings, say(WHAT_R_LEAVES_OUT)], [
        Section("candidates", "Candidates", [drawn, _candidates_grid(candidates)])
    ]


def _value(sheet: Sheet, row: dict[str, Any]) -> Any:
    """Say what one of the policies that are valued on fresh draws earns."""
    return say(
        "On fresh replications {} ({}) ends with {} on average, at x {} and y {}: {}",
        sheet.cite(row, "policies"),
        policy_name(sheet, row, POLICY_PARTS),
        sheet.cite(row, "mean_earned", style=".1f"),
        *(sheet.cite(row, f"mean_{state}", style=".2f") for state in ("x", "y")),
        sheet.cite(row, "words", style="sentence"),
    )


def _candidates_grid(sheet: Sheet) -> Grid:
    styles = {"criterion": ".2f", "lower": "+.2f", "upper": "+.2f"}
    styles |= {"mean_x": ".2f", "mean_y": ".2f", "replications": ","}
    kept = sheet.frame.filter(pl.col("floors") != "missed").head(MOST_CANDIDATES)
    rows = [
        [
            policy_name(sheet, row, POLICY_PARTS, brief=True),
            *(sheet.cite(row, c, brief=True) for c in ("kind", "floors")),
            *(sheet.cite(row, c, style=style, brief=True) for c, style in styles.items()),
        ]
        for row in kept.iter_rows(named=True)
    ]
    return simple_grid(
        "candidates-table",
        f"The best {MOST_CANDIDATES} at most, of those that do not surely miss a floor; better: "
        "than the best other, at least and at most. Source: candidates.parquet.",
        [
            "policy",
            "kind",
            "floors",
            "criterion",
            "better, least",
            "most",
            "x",
            "y",
            "replications",
        ],
        rows,
        kind="numbers",
    )
