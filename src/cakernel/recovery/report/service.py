"""Resources against states, and one rule for many scenarios, on pages."""

from typing import Any, Final

import polars as pl

from cakernel.recovery import pictures
from cakernel.recovery.optimal.in_words import WHAT_R_LEAVES_OUT
from cakernel.recovery.policy import POLICY_PARTS
from cakernel.recovery.report.best_policies import Lines, in_full, rules_explained
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import Answer, Grid, Section, by_values, picture, simple_grid
from cakernel.report.ranking import policy_name
from cakernel.wording import decimals

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
    findings: list[Any] = [Answer("What do higher states cost?", _cost_lines(points, first, last))]
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


def _cost_lines(points: Sheet, first: dict[str, Any], last: dict[str, Any]) -> Lines:
    """Say what the best rules with the lowest and the highest states end with, and the bound."""

    def told(row: dict[str, Any]) -> Any:
        style = f".{decimals([row['se_resources']], [row['mean_resources']])}f"
        figures = {"mean_resources": style, "se_resources": style, "mean_x": ".2f", "mean_y": ".2f"}
        return say(
            "{} units of resources at the end (standard error {}), with operations at {} and "
            "intangibles at {} on average, of two at most",
            *(points.cite(row, name, style=form) for name, form in figures.items()),
        )

    style = f".{decimals([first['se_resources'], last['se_resources']])}f"
    costs = say(
        "the highest states instead of those that earn most cost {} units{}",
        points.lost(first, last, "mean_resources", style),
        say(" ({})", points.less(first, last, "mean_resources"))
        if first["mean_resources"] > 0
        else "",
    )
    bound = say(
        "no policy whatever with states as high as those of the most resources ends with more than "
        "{}, with the highest ones with more than {}",
        *(points.cite(row, "upper_bound", style=style) for row in (first, last)),
    )
    near = points.frame.filter(policies="paper").sort("short").row(0, named=True)
    paper = say(
        "of the paper's cloud policies, each one rule for all scenarios, {} comes nearest to the "
        "bound at its own states: it ends with {}, {} below",
        in_full(points, near),
        points.cite(near, "mean_resources", style=style),
        points.cite(near, "short", style=style),
    )
    return [
        ("Most resources", told(first)),
        ("Highest states", told(last)),
        ("What that costs", costs),
        ("How sure", bound),
        ("To choose otherwise", paper),
        *rules_explained([near]),
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
    findings: list[Any] = [Answer("One rule for all of them", _robust_lines(folder, settings))]
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


def _robust_lines(folder: RunFolder, settings: dict[str, Any]) -> Lines:
    """Say which rule was chosen, how sure that is, and what the others end with."""
    candidates = folder.sheet("candidates")
    criterion = str(folder.setting("criterion"))
    floors = [
        say(f"mean {words} state of at least {{}}", settings[f"floor_{state}"])
        for state, words in (("x", "operational"), ("y", "intangibles"))
        if folder.setting(f"floor_{state}")
    ]
    kept = say(", with {}", say(" and ").join(floors)) if floors else ""
    sure = say(
        "chosen by the {by} of {scenarios} resource scenarios{kept}; at a confidence of "
        "{confidence} none of {count} candidates{meets} is better by more than {delta}",
        by=CRITERIA[criterion],
        kept=kept,
        meets=" that meets this" if floors else "",
        count=candidates.over("criterion", "count", style=","),
        delta=folder.recorded("delta", style=".2g"),
        scenarios=settings["scenarios"],
        confidence=settings["confidence"],
    )
    if not folder.has("valued"):
        return [("How sure", sure)]
    valued = folder.sheet("valued")
    choice, *others = valued.frame.iter_rows(named=True)
    lines: Lines = [
        (
            "Choose",
            say(
                "{} ({})",
                valued.cite(choice, "words", style="sentence"),
                policy_name(valued, choice, POLICY_PARTS),
            ),
        ),
        ("It brings", _told(valued, choice, criterion)),
        ("How sure", sure),
    ]
    for row in others:
        told = _told(valued, row, criterion)
        if row["policies"] != NEVER:
            told = say("{}: {}", in_full(valued, row), told)
        lines.append((_LABELS[row["policies"]], told))
    return lines


NEVER: Final = "never rebuilding"
_LABELS: Final = {"the best of the paper's": "The paper's best", NEVER: "Never to rebuild"}


def _told(sheet: Sheet, row: dict[str, Any], criterion: str) -> Any:
    """Say what a policy ends with on fresh replications, with the interval of the criterion."""
    known = row["lower"] is not None
    # about the standard error, of an interval of two to either side
    error = (row["upper"] - row["lower"]) / 4 if known else None
    style = f".{decimals([error], [row['mean_earned']])}f"
    interval = (
        say(" ({} to {})", *(sheet.cite(row, name, style=style) for name in ("lower", "upper")))
        if known
        else ""
    )
    by = ""
    if criterion != "mean" and row["criterion"] is not None:
        by = say(" and {}", sheet.cite(row, "criterion", style=style))
        interval = say(" by the criterion{}", interval)
    return say(
        "{} units of resources on average{}{}; operations at {} and intangibles at {} on average, "
        "of two at most",
        sheet.cite(row, "mean_earned", style=style),
        by,
        interval,
        *(sheet.cite(row, f"mean_{state}", style=".2f") for state in ("x", "y")),
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
