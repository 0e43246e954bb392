"""One answer on a live page: its card, its drawings and its numbers."""

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import panel as pn
import polars as pl

from cakernel.live.drawings import LEVEL_COLOURS, MOST_PLACES, SHOWN, Courses, Film, Ranking
from cakernel.live.part import Answer, Panels, Part
from cakernel.models import outcome_in_words, terms_of
from cakernel.ranking.in_words import Card, Plain
from cakernel.wording import MISSING, decimals

CONFIDENCE: Final = 0.95
TOLERANCE: Final = 0.05
"""What `cakernel.best` takes by default."""
STYLE: Final = """
:host { font: 15px/1.5 Arial, 'Liberation Sans', Helvetica, sans-serif; color: #222 }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px }
h2 { font-size: 17px; margin: 8px 0 4px }
p { margin: 4px 0; overflow-wrap: anywhere }
.soft { color: #595959; font-size: 13px }
dl { display: grid; grid-template-columns: minmax(5.5em, max-content) 1fr; gap: 2px 12px;
  margin: 6px 0; padding: 10px 12px; background: #f4f7fa; border-left: 4px solid #0072B2 }
dt { font-weight: bold }
dd { margin: 0; overflow-wrap: anywhere }
.error { margin: 6px 0; padding: 8px 12px; background: #fdf0e8; border-left: 4px solid #D55E00;
  overflow-wrap: anywhere }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-size: 13px; white-space: nowrap }
th, td { text-align: left; padding: 2px 10px 2px 0; border-bottom: 1px solid #e3e3e3 }
td.number { text-align: right; font-variant-numeric: tabular-nums }
pre { overflow-x: auto; background: #f4f7fa; padding: 8px; font-size: 13px }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: 4px } }
.key { display: inline-block; width: 12px; height: 12px; border: 1px solid #777;
  vertical-align: -1px; margin: 0 4px 0 10px }
"""


def html(content: str = "", **more: Any) -> Any:
    """Return a piece of the page; ``content`` is HTML, in which what was given is escaped."""
    return pn.pane.HTML(
        content, stylesheets=[STYLE], sizing_mode="stretch_width", margin=(0, 8), **more
    )


class View:
    """What an answer looks like; ``beside`` is the view that it is compared with."""

    def __init__(self, part: Part, beside: "View | None" = None) -> None:
        self._part, self._terms = part, terms_of(part.model)
        self.answer = Answer()
        self._head, self._table, self._courses_of, self._film_of = html(), html(), html(), html()
        self.ranking = Ranking(part.keys, self._terms)
        self.courses: Courses = Courses(part.courses, beside.courses if beside else None)
        self.film = Film()
        self._period = 1
        # all is there from the start: what comes later may miss a page that is still loading
        self._drawn = pn.Column(
            *map(pane, self.courses.figures.values()),
            visible=False,
            sizing_mode="stretch_width",
            margin=0,
        )
        self.layout = pn.Column(
            self._head,
            pane(self.ranking.figure),
            self._table,
            self._courses_of,
            self._drawn,
            self._film_of,
            pane(self.film.figure),
            styles={"flex": "1 1 360px", "min-width": "0"},
            sizing_mode="stretch_width",
            margin=0,
        )

    def show(self, answer: Answer, title: str, words: str) -> None:
        """Show an answer; what is the same as before is left as it is."""
        before, self.answer = self.answer, answer
        if answer.ranked is not None and answer.ranked is not before.ranked:
            outcome = outcome_in_words(answer.outcome, model=self._part.model)
            card = Card(
                answer.ranked, self._part.keys, outcome, CONFIDENCE, TOLERANCE, self._terms, Plain()
            )
            lines = "".join(
                f"<dt>{escape(label)}</dt><dd>{escape(str(line))}</dd>"
                for label, line in card.lines()
            )
            self._head.object = (
                f"<h2>{escape(title)}</h2><p class='soft'>{escape(words)}</p><dl>{lines}</dl>"
                f"<p class='soft'>The first of {answer.ranked.height:,} policies, by "
                f"{escape(outcome)}: their means, how far they lie from the best, and 95% "
                "intervals of that; blue: within 5% of the best.</p>"
            )
            self.ranking.show(answer.ranked)
            self._table.object = _table(answer.ranked, self._part.keys)
        if answer.courses is not None and answer.courses is not before.courses:
            self._show_courses(answer.courses)
            self._courses_of.object = (
                f"<h2>Over time</h2><p class='soft'>{escape(answer.courses_of)}</p>"
            )
        if answer.panels is not before.panels:
            self._show_film(answer.panels)

    def turn(self, period: int) -> None:
        """Show the firms in a period, counted from 1."""
        self._period = period
        self.film.turn(period)
        self.courses.mark(period)

    def _show_courses(self, courses: pl.DataFrame) -> None:
        self.courses.show(courses)
        self._drawn.visible = bool(courses.height)

    def _show_film(self, panels: Panels | None) -> None:
        rows_columns = panels.shape[1:] if panels else (0, 0)
        drawn = panels is not None and rows_columns[0] * rows_columns[1] <= MOST_PLACES
        self.film.figure.visible = drawn
        if panels is None:
            self._film_of.object = ""
            return
        if not drawn:
            self._film_of.object = "<p class='soft'>Too many firms to draw one by one.</p>"
            return
        self.film.show(panels, self._period)
        shapes = dict(zip(panels.levels, ("square", "disc"), strict=False))
        keys = "".join(
            f"<span class='key' style='background:{colour}'></span>{escape(name)}"
            for name, colour in zip(panels.level_names, LEVEL_COLOURS, strict=False)
        )
        told = ", ".join(f"{shape}: {name}" for name, shape in shapes.items())
        self._film_of.object = (
            f"<h2>Firm by firm</h2><p class='soft'>{escape(panels.title)}; {escape(told)};"
            f"{keys}</p>"
        )


def pane(figure: Any) -> Any:
    """Put a figure on the page."""
    return pn.pane.Bokeh(figure, sizing_mode="stretch_width", margin=(0, 4))


def _table(ranked: pl.DataFrame, keys: Sequence[str]) -> str:
    """Return the numbers of a ranking as a table that opens when asked to."""
    rows = ranked.head(SHOWN)
    mean = f".{decimals(rows['standard_error'].to_list(), rows['mean'].to_list())}f"
    apart = f".{decimals(rows['difference_error'].to_list(), rows['difference'].to_list())}f"
    lines = []
    for row in rows.iter_rows(named=True):
        interval = MISSING
        if row["lower"] is not None:
            interval = f"{row['lower']:{apart}} to {row['upper']:{apart}}"
        cells = [
            f"{row['mean']:{mean}}", f"{row['standard_error']:{mean}}",
            f"{row['difference']:{apart}}", interval, f"{row['probability_best']:.2f}",
        ]  # fmt: skip
        name = " ".join(str(row[key]) for key in keys)
        lines.append(
            f"<tr><th scope='row'>{escape(name)}</th>"
            + "".join(f"<td class='number'>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    heads = ("policy", "mean", "error", "difference", "95% interval", "P(best)")
    head = "".join(f"<th scope='col'>{name}</th>" for name in heads)
    return (
        f"<details><summary>The numbers of the first {rows.height:,} of {ranked.height:,} policies"
        "</summary><div class='scroll'><table><thead><tr>"
        f"{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
        "<p class='soft'>Difference: from the best; the best's own from the second.</p></details>"
    )
