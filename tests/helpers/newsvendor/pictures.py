"""A picture of the newsvendor's sweeps."""

from cakernel.cli.picture_source import PictureFile, read_results
from cakernel.cli.plot import FromResults, PictureOut


def plot_demand(out: PictureOut, source: FromResults) -> None:
    """Draw mean profits over prices."""
    file = PictureFile(out, scale=None, overwrite=False)
    import altair as alt

    frame = read_results(source, "best")
    chart = alt.Chart(frame, title=alt.Title(["Profits"])).mark_point()
    file.write(chart.encode(x="price:Q", y="mean:Q", color="order:N").properties(description="d"))
