"""The case study: a market in health and medical procurement, from one data file."""

from importlib import resources

from cakernel.coopetition.market import Market
from cakernel.coopetition.market_file import read_market


def case_market() -> Market:
    """Return the market of the case study.

    The abstract's setting is Australia's health and medical procurement; its data are not public to
    us. The numbers are those of ``case.toml``, each with its source or "assumed" beside it, and
    none is Australian.

    Returns
    -------
    Market
        Two chains, all values given in the file.
    """
    with resources.as_file(resources.files("cakernel.coopetition").joinpath("case.toml")) as path:
        return read_market(path)
