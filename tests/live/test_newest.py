"""Work for the newest setting only."""

from queue import Queue
from threading import Event

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.live.newest import Newest
from cakernel.live.part import Answer
from helpers.patience import SECONDS


def told_by(answers):
    told = Queue()
    return Newest(answers, lambda setting, answer: told.put((setting, answer))), told


def test_a_newer_setting_ends_the_work_for_an_older_one():
    begun, left = Event(), Event()

    def answers(setting):
        try:
            yield Answer(replications=setting["n"])
            while setting["n"] == 1:
                begun.set()
                yield None
        finally:
            left.set()

    newest, told = told_by(answers)
    newest.ask({"n": 1})
    assert begun.wait(SECONDS)
    assert not left.is_set()
    newest.ask({"n": 2})
    assert left.wait(SECONDS)
    found = [told.get(timeout=SECONDS) for _ in range(2)]
    assert found == [({"n": n}, Answer(replications=n)) for n in (1, 2)]
    assert newest.close(SECONDS)


def test_of_settings_that_come_faster_than_answers_the_last_is_answered():
    release, asked = Event(), []

    def answers(setting):
        asked.append(setting["n"])
        yield None
        assert release.wait(SECONDS)
        yield Answer(replications=setting["n"], ranked=pl.DataFrame())

    newest, told = told_by(answers)
    for n in range(100):
        newest.ask({"n": n})
    release.set()
    setting, _ = told.get(timeout=SECONDS)
    while setting["n"] < 99:
        setting, _ = told.get(timeout=SECONDS)
    assert newest.close(SECONDS)
    assert asked[-1] == 99
    assert told.empty()


def test_what_is_wrong_is_told_and_the_next_setting_answered(capsys):
    def answers(setting):
        if setting["n"] == 0:
            raise InvalidInput("n: got 0; must be more")
        if setting["n"] == 1:
            raise RuntimeError("unforeseen")
        yield Answer(replications=setting["n"])

    newest, told = told_by(answers)
    found = []
    for n in range(3):
        newest.ask({"n": n})
        found.append(told.get(timeout=SECONDS)[1])
    assert found == [
        "n: got 0; must be more",
        "this setting failed; the terminal says why",
        Answer(replications=2),
    ]
    assert "unforeseen" in capsys.readouterr().err
    assert newest.close(SECONDS)


def test_a_closed_one_computes_no_more():
    newest, told = told_by(lambda setting: iter([Answer()] * 3))
    assert newest.close(SECONDS)
    newest.ask({})
    assert told.empty()
