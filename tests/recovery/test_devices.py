"""Simulations choose their device, say why it is not the card, and give the same numbers on it."""

import pytest

import cakernel as ck
from cakernel.devices import on_device
from cakernel.paper.claims.settings import simulated_settings
from cakernel.paper.conventions import conventions
from cakernel.paper.printed_rules import simulate_as_printed
from cakernel.recovery import devices, engine

MODEL = ck.Model(chains=2, firms=3, periods=12)
SCENARIOS = ck.paper_scenarios()[:2]
POLICIES = ck.policies(
    supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-0", "CRD-5"], principles=["P"]
)
GIVEN = {"policies": POLICIES, "scenarios": SCENARIOS, "replications": 6}
WORK = 2 * 3 * 12 * 4 * 2 * 6


def simulated(**changes):
    return ck.simulate(MODEL, **GIVEN | changes)


@pytest.mark.parametrize("by", ["policy", "scenario", "replication"])
def test_both_devices_give_the_same_bits(card, by):
    rows = simulated(device="gpu", by=by)
    assert card.firm_periods == [WORK]
    assert rows.equals(simulated(device="cpu", by=by))
    assert card.firm_periods == [WORK]


def test_the_environment_chooses_unless_an_argument_does(card, monkeypatch):
    monkeypatch.setenv("CAKERNEL_DEVICE", "gpu")
    simulated()
    assert len(card.firm_periods) == 1
    simulated(device="cpu")
    assert len(card.firm_periods) == 1
    monkeypatch.setenv("CAKERNEL_DEVICE", "tpu")
    with pytest.raises(ck.InvalidInput, match=r"^CAKERNEL_DEVICE: got 'tpu'"):
        simulated()


@pytest.mark.parametrize("wrong", ["tpu", 1])
def test_another_word_is_refused(wrong):
    with pytest.raises(ck.InvalidInput, match=r"^device: got .*; must be 'cpu', 'gpu' or 'auto'"):
        simulated(device=wrong)


def ran_on(**given):
    """Return devices, and why not on the card, of a simulation."""
    with on_device(None) as chosen:
        simulated(**given)
    assert sum(row["firm_periods"] for row in chosen.rows) == WORK
    return [(row["device"], row["why"]) for row in chosen.rows]


def test_auto_takes_the_card_where_the_work_is_worth_it(card, monkeypatch, capsys):
    monkeypatch.setattr(devices, "FIRST_WORK", 2 * WORK)
    monkeypatch.setattr(devices, "WORK", WORK)
    assert ran_on() == [("cpu", devices.TOO_LITTLE)]
    # both together are enough; then the card is open
    assert ran_on() == [("gpu", "")]
    assert ran_on(device="auto") == [("gpu", "")]
    monkeypatch.setattr(devices, "WORK", WORK + 1)
    assert ran_on() == [("cpu", devices.TOO_LITTLE)]
    assert ran_on(device="gpu") == [("gpu", "")]
    assert ran_on(device="cpu") == [("cpu", devices.ASKED)]
    assert capsys.readouterr().err == ""


def test_auto_without_a_card_is_silent_and_notes_why(card, monkeypatch, capsys):
    card.missing = "no driver"
    monkeypatch.setattr(devices, "FIRST_WORK", 1)
    assert ran_on() == [("cpu", "no driver")]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("device", ["auto", "gpu"])
def test_what_the_card_cannot_run_runs_on_the_cpu_and_says_so_once(
    card, monkeypatch, capsys, device
):
    card.refuses = "it has more firms than a block"
    monkeypatch.setattr(devices, "FIRST_WORK", 1)
    for _ in range(2):
        assert ran_on(device=device) == [("cpu", card.refuses)]
    assert capsys.readouterr().err == (
        "cakernel: runs on the CPU: it has more firms than a block\n"
    )
    assert simulated(device=device).equals(simulated(device="cpu"))


def test_no_card_is_refused_before_anything_runs(card, monkeypatch):
    card.missing = "no driver"

    def run(*_):
        raise AssertionError("something ran")

    monkeypatch.setattr("cakernel.recovery.optimal.optimum.upper_bounds", run)
    monkeypatch.setattr("cakernel.recovery.optimal.robust_rules.upper_bounds", run)
    scenarios = {"scenarios": SCENARIOS}
    calls = [
        lambda: simulated(device="gpu"),
        lambda: ck.paired_outcomes(MODEL, **GIVEN, device="gpu"),
        lambda: ck.optimal(MODEL, **scenarios, device="gpu"),
        lambda: ck.frontier(MODEL, **scenarios, device="gpu"),
        lambda: ck.robust(MODEL, **scenarios, criterion="regret", device="gpu"),
        lambda: ck.simulate(ck.Network.of_grid(MODEL), **GIVEN, periods=5, device="gpu"),
        lambda: simulate_as_printed(MODEL, **GIVEN, device="gpu"),
        lambda: next(simulated_settings("text", names=["t30"], replications=1, seed=1,
                                        scenarios=SCENARIOS, device="gpu")),
        lambda: next(conventions(names=["r-0"], regimes=["t30"], replications=2, device="gpu")),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(ck.InvalidInput, match="no graphics card can be used: no driver"):
            call()


def test_what_calls_simulations_passes_the_device_on(card):
    chosen = {"scenarios": SCENARIOS[:1], "device": "gpu"}
    calls = {
        "paired": lambda: ck.paired_outcomes(MODEL, **GIVEN, device="gpu"),
        "robust": lambda: ck.robust(MODEL, **chosen, replications=32),
        "optimal": lambda: ck.optimal(MODEL, **chosen, families=["cutoffs"], replications=32),
        "frontier": lambda: ck.frontier(MODEL, **chosen, weights=[0], replications=32),
        "printed": lambda: simulate_as_printed(MODEL, **GIVEN, device="gpu"),
        "settings": lambda: list(simulated_settings("text", names=["t30"], replications=1, seed=1,
                                                    **chosen)),
    }  # fmt: skip
    for name, call in calls.items():
        card.firm_periods.clear()
        with on_device("cpu") as where:
            call()
        assert card.firm_periods, name
        assert [row["device"] for row in where.rows] == ["gpu"], name


def test_an_interrupted_card_keeps_finished_rounds(card, monkeypatch):
    # a round of two replications
    monkeypatch.setattr(engine, "FIRM_PERIODS_PER_GPU_ROUND", WORK // 3)
    card.interrupts = 2
    with pytest.raises(ck.Interrupted) as stopped:
        simulated(device="gpu")
    assert card.firm_periods == [WORK // 3, WORK // 3]
    assert stopped.value.replications == 4
    assert stopped.value.partial.equals(simulated(device="cpu", replications=4))
    card.firm_periods.clear()
    card.interrupts = 0
    with pytest.raises(ck.Interrupted) as stopped:
        simulated(device="gpu")
    assert stopped.value.partial is None


def test_progress_of_a_card_is_told(card, monkeypatch):
    monkeypatch.setattr(engine, "FIRM_PERIODS_PER_GPU_ROUND", WORK // 3)
    told = []
    simulated(device="gpu", progress=lambda done, whole: told.append((done, whole)))
    assert told == [(16, 48), (32, 48), (48, 48)]


def test_a_network_runs_on_the_cpu_and_says_so(card, capsys):
    given = {**GIVEN, "periods": 12}
    with on_device(None) as chosen:
        rows = ck.simulate(ck.Network.of_grid(MODEL), **given, device="gpu")
    assert [(row["device"], row["why"]) for row in chosen.rows] == [
        ("cpu", "networks have no code for graphics cards")
    ]
    assert sum(row["firm_periods"] for row in chosen.rows) == WORK
    assert capsys.readouterr().err == (
        "cakernel: runs on the CPU: networks have no code for graphics cards\n"
    )
    assert rows.equals(ck.simulate(ck.Network.of_grid(MODEL), **given))
