"""The live page: fields, the answer that follows them, one kept to compare, and what to take."""

import io
import time
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import panel as pn

from cakernel.errors import InvalidInput
from cakernel.live.fields import (
    Field,
    Group,
    Setting,
    read_query,
    write_query,
)
from cakernel.live.film import Film
from cakernel.live.newest import Newest
from cakernel.live.part import Answer, Part
from cakernel.live.view import View, html
from cakernel.live.widgets import FULL, widget_of
from cakernel.models import terms_of
from cakernel.wording import decimals, written

FREEZE, UNFREEZE = "Freeze this answer, to compare", "Let the frozen answer go"
WHITE = {"background": "#fff"}


class Page:
    """A reader's page of a model's part, on a server or in a notebook.

    ``seconds`` are how long the first answer to the newest setting took, from the moment that the
    field moved to the moment that it is told.
    """

    def __init__(self, part: Part, query: str = "", search: Callable[[str], None] | None = None):
        self.part = part
        self.setting, problems = read_query(query, part.groups, part.start)
        self.seconds = float("nan")
        self._search = search
        self._asked_at = time.monotonic()
        self._answered = False
        self._document = pn.state.curdoc
        self._error, self._difference = html(), html()
        # in sight wherever a field is moved
        self._state = html(styles={"position": "sticky", "top": "0", "z-index": "9"} | WHITE)
        # of the address: stays until a field is moved
        self._problems = [f"{line}." for line in problems]
        self._say_wrong("")
        self.now = View(part)
        self.frozen: View | None = None
        self._beside = View(part, beside=self.now)
        self._beside.layout.visible = False
        self._widgets: dict[str, Any] = {}
        self._film = Film(self._turn)
        self.freeze = pn.widgets.Button(label=FREEZE, color="primary", disabled=True)
        self.freeze.on_click(lambda _: self._freeze())
        self._views = pn.FlexBox(
            self._beside.layout,
            self.now.layout,
            flex_wrap="wrap",
            gap="16px",
            sizing_mode=FULL,
            margin=0,
        )
        self._address, self._code = html(), html()
        self.layout = self._laid_out()
        self._take_away()
        self._latest: tuple[Setting, Answer | str] | None = None
        # what changes while a browser loads the page is lost there
        self._stands = False
        pn.state.onload(self._begin)
        self._newest = Newest(part.new_answers(), self._tell)
        self._newest.ask(self.setting)

    def close(self) -> None:
        """Compute nothing any more."""
        self._newest.close()

    def _laid_out(self) -> Any:
        groups = [self._card(group) for group in self.part.groups]
        downloads = [
            pn.widgets.FileDownload(
                filename=name, label=name, auto=True, callback=self._download(name),
                embed=False, sizing_mode=FULL,
            )
            for name in self.part.files
        ]  # fmt: skip
        taken = pn.Card(
            self._address, *downloads, self._code, header=_heading("Take this setting along"),
            collapsed=True, sizing_mode=FULL, margin=4,
        )  # fmt: skip
        controls = pn.Column(
            *groups, taken,
            styles={"flex": "1 1 280px", "max-width": "420px", "min-width": "260px"},
            sizing_mode=FULL, margin=0,
        )  # fmt: skip
        main = pn.Column(
            self.freeze,
            self._difference,
            self._views,
            self._film.layout,
            styles={"flex": "4 1 400px", "min-width": "0"},
            sizing_mode=FULL,
            margin=0,
        )
        return pn.Column(
            html(f"<h1>{escape(self.part.title)}</h1>"),
            self._error,
            self._state,
            pn.FlexBox(controls, main, flex_wrap="wrap", gap="16px", sizing_mode=FULL, margin=0),
            sizing_mode=FULL,
            styles={"max-width": "1500px", "margin": "0 auto", "padding": "8px"},
        )

    def _card(self, group: Group) -> Any:
        rows = []
        for field in group.fields:
            row = widget_of(field, self.setting[field.name])
            widget = row[-1] if isinstance(row, pn.Column) else row
            self._widgets[field.name] = widget
            widget.param.watch(self._moved(field), "value")
            rows.append(row)
        return pn.Card(
            *rows,
            header=_heading(group.title),
            collapsed=not group.open,
            sizing_mode=FULL,
            margin=4,
        )

    def _moved(self, field: Field) -> Callable[[Any], None]:
        def call(event: Any) -> None:
            value = event.new
            if value is None:
                self._say_wrong(f"{field.name}: got nothing; must have a value.")
                return
            self.setting = self.setting | {
                field.name: tuple(value) if isinstance(value, list) else value
            }
            self._problems = []
            self._asked_at, self._answered = time.monotonic(), False
            self._newest.ask(self.setting)

        return call

    def _tell(self, setting: Setting, answer: Answer | str) -> None:
        """Keep what was found on the thread that works for the page; have it shown there."""
        self._latest = setting, answer
        if self._document is not None and self._document.session_context is not None:
            if self._stands:
                self._document.add_next_tick_callback(self._show_latest)
        else:
            self._show_latest()
            pn.io.push_notebook(self.layout)

    def _begin(self) -> None:
        """Show what was found while the page was loaded, and from now on whatever is."""
        self._stands = True
        self._show_latest()

    def _show_latest(self) -> None:
        """Show the latest answer, unless a field has moved since."""
        if self._latest is not None and self._latest[0] == self.setting:
            self._show(self._latest[1])

    def _show(self, answer: Answer | str) -> None:
        if isinstance(answer, str):
            self._say_wrong(f"{answer}.")
            self._state.object = "<p class='soft'>What stands below is of the setting before.</p>"
            return
        if answer.ranked is not None and not self._answered:
            self.seconds = time.monotonic() - self._asked_at
        # words first: a browser takes longer for the drawings that follow
        self._state.object = (
            f"<p role='status'>{self._in_short(answer)}<span class='soft'>{escape(answer.state)}; "
            f"first answer after {self.seconds:.2f} s</span></p>"
        )
        if answer.ranked is not None:
            self._say_wrong("")
            self.now.show(answer, "Now", self.part.in_words(self.setting))
            self._compare()
            if not self._answered:
                self._answered = True
                self._take_away()
            elif self._search is not None and answer.courses is not None:
                self._search(self._query())
            self.freeze.disabled = False
        if answer.panels is not None:
            self._film.reach(answer.panels.shape[0])

    def _in_short(self, answer: Answer) -> str:
        """Name the best policy and its lead, in HTML."""
        ranked = self.now.answer.ranked if answer.ranked is None else answer.ranked
        if ranked is None:
            return ""
        first = ranked.row(0, named=True)
        mean = f".{decimals([first['standard_error']])}f"
        lead = f".{decimals([first['difference_error']], [first['difference']])}f"
        interval = ""
        if first["lower"] is not None:
            ends = (written(first[end], style=lead) for end in ("lower", "upper"))
            interval = f" ({' to '.join(ends)})"
        words = terms_of(self.part.model).policy(first, self.part.keys)
        told = f", {escape(words)}," if words else ""
        return (
            f"<strong>{escape(self._name(first))}</strong>{told} is best: {first['mean']:{mean}}, "
            f"lead {written(first['difference'], style=lead)}{interval}. "
        )

    def _name(self, row: Mapping[str, Any]) -> str:
        return " ".join(str(row[key]) for key in self.part.keys)

    def _say_wrong(self, line: str) -> None:
        """Say what is wrong with the address, and with the setting; nothing if all is well."""
        lines = [*self._problems, *([line] if line else [])]
        self._error.object = "".join(
            f"<p class='error' role='alert'>{escape(line)}</p>" for line in lines
        )
        self._error.visible = bool(lines)

    def _turn(self, period: int) -> None:
        for view in (self.now, self.frozen):
            if view is not None:
                view.turn(period)

    def _freeze(self) -> None:
        """Keep the answer of now beside those to come, or let it go."""
        if self.frozen is None:
            self.frozen = self._beside
            self.frozen.show(self.now.answer, "Frozen", self.part.in_words(self.setting))
            self.frozen.turn(self._film.day)
        else:
            self.frozen = None
        self._beside.layout.visible = self.frozen is not None
        self._compare()
        self.freeze.label = UNFREEZE if self.frozen else FREEZE

    def _compare(self) -> None:
        """Say how the best mean differs from that of the frozen answer."""
        self._difference.visible = self.frozen is not None
        frozen, now = self.frozen.answer if self.frozen else Answer(), self.now.answer
        if frozen.ranked is None or now.ranked is None:
            return
        if frozen.outcome != now.outcome:
            self._difference.object = "<p>The two answers rank by different outcomes.</p>"
            return
        first, second = (ranked.row(0, named=True) for ranked in (frozen.ranked, now.ranked))
        style = f".{decimals([first['standard_error'], second['standard_error']])}f"
        names = [self._name(row) for row in (first, second)]
        change = written(second["mean"] - first["mean"], style=f"+{style}")
        ways = f"{names[0]}, then {names[1]}" if names[0] != names[1] else f"{names[0]} in both"
        self._difference.object = (
            f"<p>The best mean: {first['mean']:{style}} frozen, {second['mean']:{style}} now, "
            f"{change}; the best is {escape(ways)}.</p>"
        )

    def _query(self) -> str:
        return write_query(self.setting, self.part.groups, self.part.start)

    def _take_away(self) -> None:
        query = self._query()
        self._address.object = (
            "<p>The address of this page holds the setting:</p>"
            f"<p class='soft'>?{escape(query)}</p>"
        )
        try:
            code = list(self.part.files.values())[-1](self.setting, self.now.answer.replications)
            self._code.object = f"<pre>{escape(code)}</pre>"
        except InvalidInput:
            self._code.object = ""

    def _download(self, name: str) -> Callable[[], io.StringIO]:
        def content() -> io.StringIO:
            try:
                text = self.part.files[name](self.setting, self.now.answer.replications)
            except InvalidInput as error:
                text = f"# {error}\n"
            return io.StringIO(text)

        return content


def _heading(title: str) -> Any:
    """Return the heading of a card."""
    return html(
        f"<h2 style='font-size: 15px; margin: 2px 0; text-align: left'>{escape(title)}</h2>"
    )
