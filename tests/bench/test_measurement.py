"""The benchmark: what it times is checked, and its table and record are whole. Never its times."""

import io
import json
import sys
from dataclasses import replace

import polars as pl
import pytest
from rich.console import Console

import cakernel as ck
from cakernel.bench import measurement, timed_case
from cakernel.bench.tables import TITLES, section_table
from cakernel.bench.timed_case import (
    TimedCase,
    WrongResult,
    check_against_scalar_kernel,
    peak_bytes,
    time_case,
)
from cakernel.jit.compile import MOST_THREADS
from cakernel.recovery.outcomes import OUTCOMES
from cakernel.recovery.policy import CRD_1_TO_6_AND_0, SRD_1_TO_8

TINY = TimedCase("grid", chains=2, firms=3, periods=3, scenarios=2, replications=3)


def assert_row_of(case, row):
    assert list(row) == list(measurement.COLUMNS)
    assert row["section"] == case.section
    for name in ("chains", "firms", "periods", "scenarios", "replications", "threads", "processes"):
        assert row[name] == getattr(case, name)
    assert row["policies"] == len(case.chosen)
    assert row["firm_periods"] == case.firm_periods
    assert row["seconds"] > 0
    assert row["firm_periods_per_second"] == pytest.approx(case.firm_periods / row["seconds"])
    nanoseconds = 1e9 * case.threads * case.processes * row["seconds"] / case.firm_periods
    assert row["ns_per_firm_period_per_core"] == pytest.approx(nanoseconds)
    if row["peak_mib"] is not None:
        assert 0 <= row["added_mib"] < row["peak_mib"]


def test_a_case_is_timed_and_checked(monkeypatch):
    monkeypatch.setattr(timed_case, "LEAST_SECONDS", 0)
    row = time_case(TINY, repeats=2)
    assert_row_of(TINY, row)
    assert row["repeats"] == 2


def test_short_cases_are_repeated(monkeypatch):
    monkeypatch.setattr(timed_case, "LEAST_SECONDS", 1e9)
    monkeypatch.setattr(timed_case, "MOST_REPEATS", 3)
    assert time_case(TINY, repeats=1)["repeats"] == 3


def test_the_program_writes_the_row_of_its_case(monkeypatch, capsys):
    asked = {"case": timed_case.asdict(TINY), "repeats": 1}
    monkeypatch.setattr(timed_case, "LEAST_SECONDS", 0)
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(asked) + "\n\n"))
    timed_case.main()
    ready, row = capsys.readouterr().out.splitlines()
    assert ready == timed_case.READY
    assert_row_of(TINY, json.loads(row))


def test_policies_use_every_rule():
    chosen = TINY.chosen
    assert {policy.supply_rule.name for policy in chosen} == set(SRD_1_TO_8)
    assert {policy.cyber_rule.name for policy in chosen} == set(CRD_1_TO_6_AND_0)
    assert {policy.principle for policy in chosen} == {"P", "C"}


def test_the_mix_of_table_3():
    case = measurement.cases()[0]
    assert case.section == "Table 3"
    assert case.model == ck.regime("base")
    assert case.chosen == ck.policies()
    assert len(case.chosen) == 104
    assert case.resource_scenarios == ck.paper_scenarios()


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_wrong_result_is_seen(name):
    table = TINY.run()
    check_against_scalar_kernel(TINY, table)
    with pytest.raises(WrongResult, match=name):
        check_against_scalar_kernel(TINY, table.with_columns(pl.col(name) + 1e-6))


def test_a_result_that_changes_is_seen(monkeypatch):
    tables = [TINY.run(), TINY.run(), TINY.run().with_columns(pl.col("mean_x") + 1e-15)]
    monkeypatch.setattr(TimedCase, "run", lambda self, **_: tables.pop(0))
    with pytest.raises(WrongResult, match="different results"):
        time_case(TINY, repeats=1)


@pytest.mark.parametrize("quick", [False, True])
def test_cases(quick):
    cases = measurement.cases(quick=quick)
    assert ["devices", *dict.fromkeys(case.section for case in cases)] == list(TITLES)
    assert {case.device for case in cases} == {"cpu"}
    for case in cases:
        # sizes that the engine takes
        assert case.model
        assert case.replications >= 1
        assert len(case.resource_scenarios) == case.scenarios
    counts = [case.threads for case in cases if case.section == "threads"]
    assert counts == sorted(set(counts))
    assert (counts[0], counts[-1]) == (1, MOST_THREADS)
    assert len({case.firm_periods for case in cases if case.section == "threads"}) == 1


@pytest.mark.parametrize("quick", [False, True])
def test_cases_of_a_card(quick):
    on_threads, *on_card = measurement.cases_of_card(quick=quick)
    assert (on_threads.device, on_threads.threads) == ("cpu", MOST_THREADS)
    assert replace(on_threads, device="gpu", threads=1) == on_card[0]
    assert {(case.device, case.threads, case.processes) for case in on_card} == {("gpu", 1, 1)}
    assert {case.section for case in on_card} == {"devices", "grid", "periods", "replications"}
    assert all(case.model and case.replications for case in on_card)
    if not quick:
        assert (on_threads.replications, on_threads.scenarios) == (200, 576)


def test_as_many_processes_as_threads_do_the_same_work():
    cases = [case for case in measurement.cases() if case.section == "processes"]
    for one, many in zip(cases[::2], cases[1::2], strict=True):
        assert (one.processes, many.threads) == (1, 1)
        assert one.threads == many.processes > 1
        assert one.firm_periods == many.firm_periods


def test_thread_counts():
    assert [measurement._thread_counts(n) for n in (1, 2, 6, 8)] == [
        [1],
        [1, 2],
        [1, 2, 4, 6],
        [1, 2, 4, 8],
    ]


def test_work_is_whole_powers_of_two_a_thread():
    for threads in (1, 3, 8):
        case = measurement._sized("grid", threads, 1 << 28, firms=100)
        items = case.scenarios * case.replications
        assert items % threads == 0
        assert (items // threads).bit_count() == 1
        assert case.firm_periods <= threads << 28
    smallest = measurement._sized("grid", 1, 1, firms=100)
    assert smallest.scenarios * smallest.replications == measurement.FEWEST_ITEMS


@pytest.mark.compiled
def test_measure_in_fresh_processes():
    done = []
    cases = [
        TINY,
        TimedCase("periods", chains=1, firms=1, periods=2, replications=5),
        replace(TINY, section="processes", processes=2),
    ]
    frame = measurement.measure(cases, repeats=1, row_done=done.append)
    assert dict(frame.schema) == measurement.COLUMNS
    assert frame.to_dicts() == done
    for case, row in zip(cases, done, strict=True):
        assert_row_of(case, row)


def test_a_case_that_fails_says_so():
    case = TimedCase("grid", firms=0)
    with pytest.raises(RuntimeError, match=r"a benchmark failed: TimedCase.*: firms: got 0; must"):
        measurement.in_fresh_process(case, repeats=1)


def test_measure_checks_what_it_gets():
    with pytest.raises(ck.InvalidInput, match="repeats: got 0; must be a whole number from 1"):
        measurement.measure([TINY], repeats=0)
    with pytest.raises(ck.InvalidInput, match="cases: got none; must be one or more"):
        measurement.measure([])


def test_peak_memory_grows():
    before = peak_bytes()
    if before is None:
        pytest.skip("the system does not tell")
    held = bytes(range(256)) * (before // 128)
    assert peak_bytes() > before
    assert len(held) > before


@pytest.fixture
def bench(cakernel, monkeypatch):
    """Run `cakernel bench` in an empty folder, on tiny work; return exit code and what it said."""
    monkeypatch.setattr(timed_case, "LEAST_SECONDS", 0)
    monkeypatch.setattr(measurement, "in_fresh_process", time_case)
    small = TimedCase("periods", chains=1, firms=2, periods=1, scenarios=1)
    checked = measurement.cases

    def cases(**settings):
        checked(**settings)
        return [TINY, small, replace(small, periods=2)]

    monkeypatch.setattr(measurement, "cases", cases)
    return lambda *arguments: cakernel("bench", *arguments)


def test_a_card_that_is_not_there_is_refused(bench, monkeypatch):
    monkeypatch.setattr("cakernel.jit.cuda.device_missing", lambda: "none answers")
    assert bench("--device", "gpu") == (
        2,
        "",
        "error: device: got 'gpu'; no graphics card can be used: none answers\n",
    )


def test_a_case_of_a_card_is_timed_there(card, monkeypatch):
    monkeypatch.setattr(timed_case, "LEAST_SECONDS", 0)
    case = replace(TINY, device="gpu")
    row = time_case(case, repeats=1)
    assert_row_of(case, row)
    assert row["device"] == "gpu"
    # warmed up, run twice and checked by replication
    assert card.firm_periods == [8, TINY.firm_periods, TINY.firm_periods, TINY.firm_periods // 8]


def test_a_case_that_runs_elsewhere_is_no_case_of_the_card(card):
    card.refuses = "it has too many firms"
    with pytest.raises(WrongResult, match="ran on the CPU: it has too many firms"):
        replace(TINY, device="gpu").run()


def test_a_table_of_devices_compares_their_seconds(card, bench):
    cases = [replace(TINY, section="devices"), replace(TINY, section="devices", device="gpu")]
    rows = [time_case(case, repeats=1) for case in cases]
    rows[0] |= {"seconds": 3.0, "threads": 16}
    rows[1] |= {"seconds": 0.5}
    text = io.StringIO()
    Console(file=text, width=120).print(section_table(rows, "devices"))
    lines = text.getvalue().splitlines()
    [on_threads] = [line.split() for line in lines if "1 x 16" in line]
    [on_card] = [line.split() for line in lines if "card" in line.split()[10:11]]
    assert on_threads[-3] == "6.00"
    assert on_card[-3] == "1.00"


def assert_record(found, rows=3):
    assert found["settings"]["quick"] is True
    assert len(found["settings"]["policies"]) == 8
    assert found["threads_available"] == MOST_THREADS
    assert found["versions"]["cakernel"] == ck.__version__
    assert found["machine"]["processor"]
    assert len(found["results"]) == rows
    assert_row_of(TINY, found["results"][0])


def test_bench_prints_tables(bench):
    code, out, err = bench("--quick")
    assert (code, err) == (0, "")
    assert out.count(TITLES["grid"]) == out.count(TITLES["periods"]) == 1
    assert "2 x 3 x 3" in out
    assert "8 x 2 x 3" in out
    assert f"cakernel {ck.__version__}" in out
    assert max(map(len, out.splitlines())) <= 100


def test_bench_prints_json(bench):
    code, out, err = bench("--quick", "--json")
    assert (code, err) == (0, "")
    assert_record(json.loads(out))
    assert json.loads(out)["interrupted"] is False


def test_bench_writes_one_file(bench, tmp_path):
    code, out, _ = bench("--quick", "--out", "speed.json")
    assert code == 0
    assert out.endswith("wrote speed.json\n")
    assert_record(json.loads((tmp_path / "speed.json").read_text()))
    assert [path.name for path in tmp_path.iterdir()] == ["speed.json"]
    assert bench("--out", "speed.json")[::2] == (
        2,
        "error: --out: speed.json exists; name another file, or say --overwrite\n",
    )
    assert bench("--quick", "--out", "speed.json", "--overwrite")[0] == 0


def test_bench_writes_a_folder(bench, tmp_path):
    assert bench("--quick", "--out", "speed")[0] == 0
    assert_record(json.loads((tmp_path / "speed/bench.json").read_text()))
    frame = pl.read_parquet(tmp_path / "speed/bench.parquet")
    assert dict(frame.schema) == measurement.COLUMNS
    assert pl.read_csv(tmp_path / "speed/bench.csv").height == 3
    code, _, err = bench("--out", "speed")
    assert code == 2
    assert "speed is not empty" in err


def test_bench_interrupted_keeps_what_it_has(bench, tmp_path, monkeypatch):
    def interrupted(case, *, repeats):
        if case.section == "periods":
            raise KeyboardInterrupt
        return time_case(case, repeats=repeats)

    monkeypatch.setattr(measurement, "in_fresh_process", interrupted)
    code, out, _ = bench("--quick", "--out", "speed.json")
    assert code == 130
    assert "interrupted after 1 of 3 cases" in out
    found = json.loads((tmp_path / "speed.json").read_text())
    assert_record(found, rows=1)
    assert found["interrupted"] is True


@pytest.mark.parametrize("threads", [0, -1, MOST_THREADS + 1])
def test_bench_with_impossible_threads(bench, threads):
    assert bench("--threads", threads) == (
        2,
        "",
        f"error: threads: got {threads}; must be a whole number from 1 to {MOST_THREADS}\n",
    )


def test_bench_where_it_cannot_write(bench, tmp_path):
    assert bench("--out", "missing/speed.json")[0] == 2
    (tmp_path / "folder.json").mkdir()
    code, out, err = bench("--out", "folder.json")
    assert (code, out) == (2, "")
    assert err == "error: --out: folder.json is a folder; must be a file, or lose its .json\n"
    (tmp_path / "taken").touch()
    assert bench("--out", "taken")[::2] == (
        2,
        "error: --out: taken is a file; must be a folder\n",
    )
