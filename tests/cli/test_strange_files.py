"""Files of strange content, and files that are none: one clear line, or they work."""

import os

import pytest

from helpers.toml_sections import POLICIES_AND_SCENARIOS

SECTIONS = (
    """
[model]
chains = 1
periods = 2
"""
    + POLICIES_AND_SCENARIOS
)
DEEP = ".a" * 3000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("model.self = 3", "model.self: unknown key; "),
        ("self = 3", "self: unknown key; "),
        ("simulation = { self = 1 }", "simulation.self: unknown key; "),
        ("policies.self = []", "self: unknown key; "),
        ("scenarios = [{ self = 1 }]", "scenarios[0].self: unknown key; "),
        ("[[rules]]\nself = 1", "rules[0].self: unknown key; "),
        ("model.__class__ = 1", "model.__class__: unknown key; "),
        (f"model.firms{DEEP} = 1", "model.firms: got "),
        (f"model{DEEP} = 1", "model.a: unknown key; "),
        ("model.firms = 0x" + "f" * 20_000, "model.firms: got "),
        ("model.supply_mild = 0x" + "f" * 20_000, "model.supply_mild: got "),
        ("model.firms = 99" + "9" * 4000, "model.firms: got "),
        ("model.firms = 5.5", "model.firms: got 5.5; must be a whole number from 1 to 1,048,576"),
        ('model.recovery = "' + "x" * 100_000 + '"', "model.recovery: got "),
        ('model."' + "k" * 100_000 + '" = 1', "model.kkk"),
        ('[[rules]]\nname = "a"\nfile = "\\u0000.csv"', "rules[0].file: "),
        ('[[rules]]\nname = "a"\nfile = "/dev/zero"', "rules[0].file: got /dev/zero; must end in "),
    ],
)
def test_strange_content_is_one_line(cakernel, tmp_path, content, told):
    (tmp_path / "a.toml").write_text(content)
    code, out, err = cakernel("run", "a.toml", "--out", "out")
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
    assert len(err) < 1600


def test_whole_numbers_may_be_written_with_a_point(cakernel, tmp_path):
    settings = "simulation = { replications = 2.0, seed = 1e3 }\n"
    (tmp_path / "a.toml").write_text(settings + SECTIONS.replace("chains = 1", "chains = 1.0"))
    assert cakernel("run", "a.toml", "--out", "out")[0] == 0


@pytest.mark.parametrize("command", ["run", "sweep", "trace", "best"])
@pytest.mark.parametrize("device", ["/dev/full", "/dev/zero", "pipe.toml"])
def test_devices_and_pipes_are_no_files(cakernel, tmp_path, command, device):
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    file = {"/dev/zero": "zero.toml"}.get(device, device)
    options = ["--regime", file] if command == "best" else [file]
    out = ["--out", "out"] if command in ("run", "sweep") else []
    code, _, err = cakernel(command, *options, *out)
    assert code == 2
    assert err.count("\n") == 1
    if command != "best" or file != "/dev/full":
        assert "is a device or a pipe; must be a file" in err


@pytest.mark.parametrize("ending", ["PARQUET", "CSV", "Csv"])
def test_files_of_points_may_end_in_capitals(cakernel, tmp_path, ending):
    frame = "firms,supply_mild\n1,0.1\n2,0.2\n\n\n"
    path = tmp_path / f"points.{ending}"
    if ending == "PARQUET":
        import polars as pl

        points = pl.DataFrame({"firms": [1, 2], "supply_mild": [0.1, 0.2]})
        points.with_columns(__index_level_0__=pl.lit(1)).write_parquet(path)
    else:
        path.write_text(frame)
    design = f'[design]\nkind = "points"\nfile = "{path.name}"\n'
    (tmp_path / "Sweep.TOML").write_text(f"\ufeff[sweep]\nreplications = 2\n{design}{SECTIONS}")
    code, out, err = cakernel("sweep", "Sweep.TOML", "--out", "out")
    assert (code, err) == (0, "")
    assert "2 points" in out


def test_pictures_and_traces_may_end_in_capitals(cakernel, tmp_path):
    (tmp_path / "Own.TOML").write_text(SECTIONS)
    assert cakernel("trace", "Own.TOML", "--out", "h.CSV")[0] == 0
    assert (tmp_path / "h.CSV").read_text().startswith("period,chain,firm")
    assert cakernel("trace", "Own.TOML", "--out", "h.Parquet")[0] == 0
    for out in ("a.SVG", "a.Png", "a.HTML"):
        assert cakernel("plot", "trace", "--from", "h.Parquet", "--out", out)[0] == 0
    assert (tmp_path / "a.SVG").read_text().startswith("<svg")
    assert (tmp_path / "a.Png").read_bytes().startswith(b"\x89PNG")
    assert "<html" in (tmp_path / "a.HTML").read_text()
    assert cakernel("best", "--regime", "Own.TOML", "--replications", "4", "--out", "r")[0] == 0
    assert cakernel("report", "r", "--out", "page.HTML")[0] == 0


@pytest.mark.parametrize(
    "name",
    [
        *("winner", "margin", "state", "mean", "rows", "low", "level", "share", "good", "error"),
        *("", " ", "_copy", "mean_x", "se_y", "q05", "a\\nb", "firms_low", "rank", "contender"),
    ],
)
def test_labels_cannot_be_called_like_other_columns(cakernel, tmp_path, name):
    axes = f'design.kind = "grid"\naxes.firms = [1, 2]\n[axes."{name}".levels]\n'
    axes += "a = { supply_mild = 0.1 }\n"
    (tmp_path / "a.toml").write_text(axes + SECTIONS)
    code, out, err = cakernel("sweep", "a.toml", "--out", "out")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "axes" in err
    assert not (tmp_path / "out").exists()


def test_axes_of_many_levels_take_no_time_of_their_own(cakernel, tmp_path):
    levels = ", ".join(map(str, range(60_000)))
    twice = f"design.kind = 'grid'\n[axes]\ninitial_resources = [{levels}, 7]\n{SECTIONS}"
    (tmp_path / "a.toml").write_text(twice)
    code, _, err = cakernel("sweep", "a.toml", "--out", "out")
    assert code == 2
    assert "axes.initial_resources.levels: got 7 twice; must be once" in err


@pytest.mark.parametrize(
    "design",
    [
        *(f'design = {{ kind = "{kind}", points = 2_000_000 }}' for kind in ("random", "saltelli")),
        'design.kind = "grid"\naxes.supply_mild = { low = 0.0, high = 0.5, count = 1_000_000 }',
    ],
)
def test_designs_that_exhaust_memory_are_refused_with_their_estimate(
    cakernel, tmp_path, monkeypatch, design
):
    monkeypatch.setattr("cakernel.memory.free_bytes", lambda: 30e6)
    axes = "\naxes.cyber_mild = { low = 0.0, high = 0.5, count = 2 }\n"
    (tmp_path / "a.toml").write_text(f"{design}{axes}{SECTIONS}")
    code, _, err = cakernel("sweep", "a.toml", "--out", "out")
    assert code == 2
    assert "of memory are needed; must fit in the 0.0 GiB that are free" in err
