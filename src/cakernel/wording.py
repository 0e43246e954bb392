"""How numbers are written where people read them: terminal, pages, pictures.

Files keep all digits; whatever is shown goes through here.
"""

import math
import re
import sys
from collections.abc import Iterable
from typing import Any, Final

MISSING: Final = "\u2013"
# decimals where no error tells how many are worth showing: four digits in all
DIGITS: Final = 4
# from here on a power of ten says more than a row of digits
LONGEST: Final = 1e15
# the Particle Data Group's rule: two digits of an error that begins with less, else one
TWO_DIGITS_BELOW: Final = 3.55
# of a share written in percent
NEAR: Final = 0.05
# a number with a power of ten
POWER: Final = re.compile(r"([\d.,]+)e\+?([-\u2212]?)0*(\d+)$")
RAISED: Final = str.maketrans(
    "-\u22120123456789",
    "\u207b\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079",
)
# characters of a value that an error message shows
MOST_SHOWN: Final = 200


def decimals(errors: Iterable[float | None], values: Iterable[float | None] = ()) -> int:
    """Return the decimals that numbers with these standard errors deserve, all with as many.

    The largest error decides, so that no number shows more than it knows; without any that is
    known and above 0, the largest value has four digits.

    References
    ----------
    Particle Data Group (2022), Review of Particle Physics, section 5.3, doi 10.1093/ptep/ptac097.

    Examples
    --------
    >>> decimals([0.0123, 0.2991]), decimals([0.0071]), decimals([12.0])
    (2, 3, 0)
    >>> decimals([None], [97.748, 0.5])
    2
    """
    known = [error for error in errors if error is not None and 0 < error < math.inf]
    if known:
        largest = max(known)
        power = math.floor(math.log10(largest))
        return max(0, (1 if largest / 10**power < TWO_DIGITS_BELOW else 0) - power)
    sizes = [abs(value) for value in values if value is not None and math.isfinite(value)]
    if not sizes or not max(sizes):
        return 0
    return max(0, DIGITS - 1 - math.floor(math.log10(max(sizes))))


def written(value: Any, *, style: str, scale: float = 1.0) -> str:
    """Write a value: lists are joined, null becomes a dash, and what rounds to 0 has no sign.

    Thousands are grouped, whatever the style, as in "2,000": all but "d", of what is no amount,
    such as a seed.

    Examples
    --------
    >>> written(2000, style=""), written(2000.5, style="+.1f"), written(2000, style="d")
    ('2,000', '+2,000.5', '2000')
    """
    if value is None:
        return MISSING
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    text = format(value * scale if scale != 1 else value, _grouped(style))
    # a true minus, which is as wide as a plus
    return text.replace("-", "\u2212") if text.strip("+-0.,%e") else text.lstrip("+-")


def _grouped(style: str) -> str:
    """Return a format that groups thousands; "d" alone does not."""
    if style == "d" or "," in style:
        return style
    # the comma stands before the decimals and the kind
    head, dot, decimals_and_kind = style.partition(".")
    if dot:
        return f"{head},.{decimals_and_kind}"
    return f"{head[:-1]},{head[-1:]}" if head[-1:].isalpha() or head[-1:] == "%" else f"{head},"


def number_style(value: float, digits: int = DIGITS) -> str:
    """Return the format of a number with so many digits; one before the point is never dropped.

    Examples
    --------
    >>> [format(value, number_style(value)) for value in (0.12345, 1234.5, 12345.6, 1e6)]
    ['0.1235', '1,234', '12,346', '1,000,000']
    """
    whole = 10**digits - 0.5 <= abs(value) < LONGEST
    return ",.0f" if whole else f",.{digits}g"


def brief(value: Any, digits: int = DIGITS, *, sign: str = "") -> str:
    """Write a number with so many digits, as `number_style` says; ``sign`` "+" writes that, too."""
    return format(value, sign + number_style(value, digits))


def typeset(number: str) -> str:
    """Write a number's power of ten as it is printed, which pages can and some terminals cannot.

    Examples
    --------
    >>> typeset("1e-07"), typeset("-1e+15"), typeset("0.5")
    ('10⁻⁷', '-10¹⁵', '0.5')
    """

    def raised(found: re.Match[str]) -> str:
        factor = "" if found[1] == "1" else f"{found[1]}\u00d7"
        return f"{factor}10{(found[2] + found[3]).translate(RAISED)}"

    return POWER.sub(raised, number)


def share_style(share: float) -> str:
    """Return the format of a share in percent: whole where it is, else with a decimal or more.

    Examples
    --------
    >>> [format(share, share_style(share)) for share in (0.2, 17 / 365, 0.0005)]
    ['20%', '4.7%', '0.05%']
    """
    percent = 100 * abs(share)
    if abs(percent - round(percent)) < 1e-9:
        return ".0%"
    places = 1
    while abs(round(percent, places) - percent) > NEAR * percent:
        places += 1
    return f".{places}%"


def shown(value: Any) -> str:
    """Return a value as one line of an error message, shortened where it is long."""
    try:
        numpy = sys.modules.get("numpy")
        scalar = numpy is not None and isinstance(value, numpy.generic)
        text = " ".join(repr(value.item() if scalar else value).split())
    except Exception:
        # a number of thousands of digits, or an object that cannot be printed
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 3]}..."


def counted(number: int, thing: str, things: str = "") -> str:
    """Write "1 replication", "1,000 replications", "1 policy", "2 policies"."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def notebook_html(words: str, *frames: Any) -> str:
    """Return what a notebook shows of a result: words, and tables as Polars shows them."""
    import html

    tables = "".join(frame._repr_html_() for frame in frames)
    return f"<p>{html.escape(words)}</p>{tables}"
