"""The film of the live page: what moves it from day to day."""

from collections.abc import Callable
from typing import Any

import panel as pn

PLAY, PAUSE = "Play", "Pause"
# between two pictures of a film that plays
MILLISECONDS = 200


class Film:
    """A slider of days, a step back or on, and play; ``turn`` is called with each new day."""

    def __init__(self, turn: Callable[[int], None]) -> None:
        self._day = pn.widgets.IntSlider(
            label="day", start=1, end=2, value=1, sizing_mode="stretch_width"
        )
        self._day.param.watch(lambda event: turn(event.new), "value")
        self._play = pn.widgets.Toggle(label=PLAY)
        self._play.param.watch(lambda event: self._run(event.new), "value")
        self._clock = pn.state.add_periodic_callback(
            lambda: self._step(1), period=MILLISECONDS, start=False
        )
        back = pn.widgets.Button(label="Step back")
        back.on_click(lambda _: self._step(-1))
        on = pn.widgets.Button(label="Step")
        on.on_click(lambda _: self._step(1))
        self.layout: Any = pn.Column(
            self._day, pn.Row(back, self._play, on, margin=0),
            visible=False, width=340, align="center",
        )  # fmt: skip

    @property
    def day(self) -> int:
        """The day that is shown, from 1."""
        return int(self._day.value)

    def reach(self, periods: int) -> None:
        """Show the film of an answer with so many days."""
        self._day.param.update(end=max(2, periods), value=min(self._day.value, periods))
        self.layout.visible = True

    def _step(self, days: int) -> None:
        """Show the next day, or the one before; what plays ends with the last."""
        wanted = self._day.value + days
        if self._day.start <= wanted <= self._day.end:
            self._day.value = wanted
        else:
            self._play.value = False

    def _run(self, plays: bool) -> None:
        self._play.label = PAUSE if plays else PLAY
        if plays and self._day.value == self._day.end:
            self._day.value = self._day.start
        (self._clock.start if plays else self._clock.stop)()
