"""What `cakernel bench` shows."""

from typing import Any

from cakernel.cli.tables import FittedTable

TITLES = {
    "devices": "The same work on all threads and on the graphics card: Table 3 of the paper",
    "Table 3": "Table 3 of the paper: all its policies and resource scenarios",
    "threads": "Threads: the same work on more of them",
    "processes": "One process of n threads beside n processes of one thread each",
    "grid": "Grid: chains and firms in each",
    "periods": "Periods",
    "replications": "Replications of one resource scenario",
}
# in lines, so that columns are narrow
COLUMNS = (
    "chains x\nfirms x\nperiods",
    "policies x\nscenarios x\nreplications",
    "processes\nx threads,\nor card",
    "seconds",
    "10^9 firm-\nperiods\nper second",
    "ns per\nfirm-period\nper core,\nor card",
    "times\nthe\nbest",
    "peak\nMiB",
    "added\nMiB",
)


def machine_line(found: dict[str, Any]) -> str:
    """Return processor, threads and versions of a `measurement.record`."""
    versions = [f"{name} {number}" for name, number in found["versions"].items()]
    machine = [found["machine"]["processor"], f"{found['threads_available']} threads"]
    return ", ".join([*machine, *versions, f"Python {found['python']}"])


def section_table(rows: list[dict[str, Any]], section: str) -> FittedTable:
    """Lay out the rows of one section, each compared with the best of them."""
    rows = [row for row in rows if row["section"] == section]
    # devices are compared as wholes
    compared = "seconds" if section == "devices" else "ns_per_firm_period_per_core"
    best = min(row[compared] for row in rows)
    table = FittedTable(title=TITLES[section], pad_edge=False, keys=3)
    for n, name in enumerate(COLUMNS):
        table.add_column(name, justify="left" if n < 2 else "right", no_wrap=True)
    for row in rows:
        table.add_row(
            " x ".join(f"{row[name]:,}" for name in ("chains", "firms", "periods")),
            " x ".join(f"{row[name]:,}" for name in ("policies", "scenarios", "replications")),
            "card" if row["device"] == "gpu" else f"{row['processes']} x {row['threads']}",
            _short(row["seconds"]),
            _short(row["firm_periods_per_second"] / 1e9),
            _short(row["ns_per_firm_period_per_core"]),
            f"{row[compared] / best:.2f}",
            _mebibytes(row["peak_mib"]),
            _mebibytes(row["added_mib"]),
        )
    return table


def _short(value: float) -> str:
    """Return a number with three digits, or more before the point."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _mebibytes(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.0f}"
