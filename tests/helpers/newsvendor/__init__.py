"""A tiny third model: how much to order before demand is known. One folder, and the row below."""

from cakernel.models import Command, ModelRow

ROW = ModelRow(
    name="newsvendor",
    sections="helpers.newsvendor.study:SECTIONS",
    templates={"sweep": "helpers.newsvendor:sweep_template.toml"},
    pictures={
        "demand": Command(
            "helpers.newsvendor.pictures:plot_demand", "Draw mean profits over prices."
        )
    },
    report="helpers.newsvendor.report:PARTS",
    words="helpers.newsvendor.study:WORDS",
)
