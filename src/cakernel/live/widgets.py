"""What a reader sets fields with."""

from html import escape
from typing import Any

import panel as pn

from cakernel.live.fields import Choice, Field, Number
from cakernel.live.view import html

FULL = "stretch_width"


def widget_of(field: Field, value: Any) -> Any:
    """Return what a reader sets a field with."""
    more: dict[str, Any] = {"label": field.label, "value": value, "sizing_mode": FULL}
    if isinstance(field, Number):
        kind = pn.widgets.EditableIntSlider if field.whole else pn.widgets.EditableFloatSlider
        scale = {} if field.whole else {"format": "0[.]0000"}
        ends = {"start": min(field.low, value), "end": max(field.high, value), "step": field.step}
        return kind(**more, **ends, **scale)
    options = {words: name for name, words in field.options.items()}
    if isinstance(field, Choice):
        return pn.widgets.Select(**more, options=options)
    more["value"] = list(value)
    return pn.Column(
        html(f"<p>{escape(field.label)}</p>"),
        pn.widgets.CheckBoxGroup(**more, options=options, inline=False),
        sizing_mode=FULL,
        margin=0,
    )
