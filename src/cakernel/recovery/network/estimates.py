"""Probabilities of disruptions, estimated from recorded ones."""

from typing import Annotated, Any, Final, Literal

import numpy as np
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Share, Whole
from cakernel.recovery.kernel.shocks import MAX_PERIODS
from cakernel.recovery.network.columns import SEVERITIES
from cakernel.recovery.network.disruptions import Hits, Record, record_of
from cakernel.recovery.network.network import Network

Pool = Literal["all", "provider", "none"]
# who is counted together, by kind of disruption and pool: a column of firms or of providers
_MEMBERS: Final = {
    ("supply", "all"): pl.lit(None, pl.String),
    ("supply", "provider"): pl.col("provider"),
    ("supply", "none"): pl.col("id"),
    ("cyber", "all"): pl.lit(None, pl.String),
    ("cyber", "provider"): pl.col("id"),
    ("cyber", "none"): pl.col("id"),
}


@checked_arguments
def estimate(
    record: Any,
    network: Network,
    *,
    periods: Annotated[int, Whole(1, MAX_PERIODS)],
    pool: Pool = "all",
    confidence: Share = 0.95,
) -> pl.DataFrame:
    """Estimate probabilities of disruptions from a record of their onsets.

    A row of the record is the onset of one disruption, with its cause: an outage of ten periods is
    one row. The exposure is the number of chances that it had: firms (of supply disruptions), or
    providers (of cyber disruptions), times the periods that were watched, also those in which one
    was still down, as the model draws in every period. The probability is onsets / exposure. A mild
    and a severe disruption exclude each other; each has an interval of its own.

    Parameters
    ----------
    record : table
        Columns period (from 1), kind ("supply" or "cyber"), of (the id of a firm, or for cyber of a
        provider), severity ("mild" or "severe").
    network : Network
        Says who was watched, also those that nothing hit.
    periods : int
        How many periods were watched; at least the record's last.
    pool : {"all", "provider", "none"}, default "all"
        What is taken to have one probability: all firms, and all providers; the firms of one
        provider; or each firm by itself.
    confidence : float, default 0.95
        Of the intervals.

    Returns
    -------
    polars.DataFrame
        A row for each kind, each ``of`` that is counted together and each severity: kind, of (null
        for all; with pool "provider" null are the firms on site), members (how many firms or
        providers), severity, onsets, exposure, probability, low and high. Intervals are those of
        Jeffreys: quantiles of a beta distribution of onsets + 1/2 and exposure - onsets + 1/2, from
        0 where there was no onset, to 1 where there was one each time.

    Raises
    ------
    InvalidInput
        If the record names what the network has not, or has what was later than ``periods``.

    References
    ----------
    Brown, Cai and DasGupta (2001), "Interval estimation for a binomial proportion", Statistical
    Science 16(2), doi 10.1214/ss/1009213286.

    Examples
    --------
    >>> net = Network(firms={"id": ["lens", "camera"]})
    >>> record = {"period": [3, 40], "kind": "supply", "of": "lens", "severity": ["mild", "severe"]}
    >>> found = estimate(record, net, periods=100)
    >>> found.select("severity", "onsets", "exposure", "probability").rows()
    [('severe', 1, 200, 0.005), ('mild', 1, 200, 0.005)]
    >>> found["high"].round(4).to_list()
    [0.0231, 0.0231]
    """
    watched = record_of(record, network, through=periods, all_of_it=True)
    return estimate_watched(watched, network, pool=pool, confidence=confidence)


def estimate_watched(
    watched: Record, network: Network, *, pool: Pool, confidence: float
) -> pl.DataFrame:
    """Return what `estimate` does, of a record that is checked; it was watched to its end."""
    from scipy import special

    sides = {
        "supply": (network.firms, watched.supply),
        "cyber": (network.providers, watched.cyber),
    }
    counted = pl.concat(
        [
            _counted(frame.with_columns(of=_MEMBERS[kind, pool])["of"], hits).select(
                pl.lit(kind).alias("kind"), pl.all()
            )
            for kind, (frame, hits) in sides.items()
        ]
    ).with_columns(exposure=pl.col("members") * watched.through)
    onsets = counted["onsets"].to_numpy() + 0.5
    others = (counted["exposure"] - counted["onsets"]).to_numpy() + 0.5
    tail = (1 - confidence) / 2
    return counted.with_columns(
        probability=pl.col("onsets") / pl.col("exposure"),
        low=np.where(onsets > 0.5, special.betaincinv(onsets, others, tail), 0.0),
        high=np.where(others > 0.5, special.betaincinv(onsets, others, 1 - tail), 1.0),
    )


def _counted(of: pl.Series, hits: Hits) -> pl.DataFrame:
    """Count disruptions of each size, by whom ``of`` (firms or providers,) each is counted with."""
    sizes = pl.DataFrame({"severity": SEVERITIES[::-1]})
    counts = pl.DataFrame(
        {"of": of.gather(hits.row), "severity": [SEVERITIES[size - 1] for size in hits.severity]},
        schema={"of": pl.String, "severity": pl.String},
    )
    return (
        of.to_frame()
        .group_by("of", maintain_order=True)
        .agg(members=pl.len().cast(pl.Int64))
        .join(sizes, how="cross")
        .join(
            counts.group_by("of", "severity").agg(onsets=pl.len().cast(pl.Int64)),
            on=["of", "severity"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .with_columns(pl.col("onsets").fill_null(0))
    )


def with_estimates(network: Network, estimates: pl.DataFrame, pool: Pool) -> Network:
    """Return the network with the probabilities of `estimate`, which counted with this pool."""
    tables = {"links": network.links, "peers": network.peers}
    for kind, name in (("supply", "firms"), ("cyber", "providers")):
        frame = getattr(network, name)
        found = estimates.filter(kind=kind).pivot("severity", index="of", values="probability")
        columns = {f"{kind}_{size}": pl.col(size) for size in SEVERITIES if found.height}
        tables[name] = (
            frame.with_columns(of=_MEMBERS[kind, pool])
            .join(found, on="of", how="left", nulls_equal=True, maintain_order="left")
            .with_columns(**columns)
            .select(frame.columns)
        )
    return Network(**tables, demand=network.demand)
