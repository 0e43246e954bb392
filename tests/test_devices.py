"""Which device is asked for, and what is kept of what ran where."""

from threading import Thread

import pytest

import cakernel as ck
from cakernel import devices
from cakernel.devices import asked_device, note_cpu_alone, note_run, noted, on_device


def test_an_argument_counts_before_the_caller_and_this_before_the_environment(card, monkeypatch):
    assert asked_device() == "auto"
    monkeypatch.setenv("CAKERNEL_DEVICE", "")
    assert asked_device() == "auto"
    monkeypatch.setenv("CAKERNEL_DEVICE", "gpu")
    assert asked_device() == "gpu"
    with on_device("cpu"):
        assert asked_device() == "cpu"
        assert asked_device("gpu") == "gpu"
        with on_device(None):
            assert asked_device() == "cpu"
        with on_device("auto"):
            assert asked_device() == "auto"
    assert asked_device() == "gpu"


@pytest.mark.parametrize("given", ["GPU", "cuda", " "])
def test_an_environment_that_names_no_device_is_refused(monkeypatch, given):
    monkeypatch.setenv("CAKERNEL_DEVICE", given)
    expected = f"CAKERNEL_DEVICE: got '{given}'; must be 'cpu', 'gpu' or 'auto'"
    with pytest.raises(ck.InvalidInput, match=expected), on_device(None):
        pass
    # what is asked for otherwise needs no environment
    with on_device("cpu"):
        assert asked_device() == "cpu"


def test_a_card_that_is_not_there_is_refused_and_why(card, monkeypatch):
    card.missing = "no driver"
    told = "got 'gpu'; no graphics card can be used: no driver"
    with pytest.raises(ck.InvalidInput, match=f"^device: {told}"), on_device("gpu"):
        pass
    monkeypatch.setenv("CAKERNEL_DEVICE", "gpu")
    with pytest.raises(ck.InvalidInput, match=f"^CAKERNEL_DEVICE: {told}"), on_device(None):
        pass
    with on_device("auto"):
        pass


def test_what_ran_within_is_noted_without_too():
    assert noted() == []
    with on_device("cpu") as around:
        note_run("cpu", 3, "asked for")
        with on_device("auto") as within:
            note_run("gpu", 5)
            note_run("cpu", 1, "asked for")
        assert within.rows == [
            {"device": "gpu", "firm_periods": 5, "why": ""},
            {"device": "cpu", "firm_periods": 1, "why": "asked for"},
        ]
        assert noted() == around.rows
    assert around.rows == [
        {"device": "gpu", "firm_periods": 5, "why": ""},
        {"device": "cpu", "firm_periods": 4, "why": "asked for"},
    ]
    # nobody asks
    note_run("cpu", 1)
    assert noted() == []


def test_other_threads_have_choices_of_their_own():
    found = []
    with on_device("cpu"):
        other = Thread(target=lambda: found.append((asked_device(), devices.chosen_around())))
        other.start()
        other.join()
    assert found == [("auto", None)]


def test_what_has_no_code_for_cards_says_so_once_where_one_is_asked_for(card, capsys):
    for device in ("cpu", "auto"):
        with on_device(device) as chosen:
            note_cpu_alone("clouds")
        assert [row["why"] for row in chosen.rows] == ["clouds have no code for graphics cards"]
    assert capsys.readouterr().err == ""
    with on_device("gpu"):
        note_cpu_alone("clouds")
        note_cpu_alone("clouds")
    assert capsys.readouterr().err == (
        "cakernel: runs on the CPU: clouds have no code for graphics cards\n"
    )
