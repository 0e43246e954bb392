"""Work for the newest request only, on a thread of its own."""

import sys
import traceback
from collections.abc import Callable
from threading import Condition, Thread

from cakernel.errors import InvalidInput
from cakernel.live.fields import Setting
from cakernel.live.part import Answer, Answers

# after the first answer to a setting, in which the page draws it and a field may move on
PAUSE_SECONDS = 0.25
Tell = Callable[[Setting, Answer | str], None]


class Newest:
    """Answers the newest setting that was asked for, ever more exactly, until a newer one comes.

    ``tell`` is called, on the thread, with a setting and an answer, or a line on what is wrong.
    An answer to a setting that is no longer the newest is thrown away.
    """

    def __init__(self, answers: Answers, tell: Tell) -> None:
        self._answers = answers
        self._tell = tell
        self._changed = Condition()
        self._asked: Setting | None = None
        self._closed = False
        self._thread = Thread(target=self._run, daemon=True, name="cakernel-live")
        self._thread.start()

    def ask(self, setting: Setting) -> None:
        """Ask for answers to a setting, and no longer for those to the setting before."""
        with self._changed:
            self._asked = dict(setting)
            self._changed.notify()

    def close(self, seconds: float = 0.0) -> bool:
        """Ask for nothing any more; wait so long for the thread to end, and say if it did."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._asked is not None or self._closed)
                if self._closed or self._asked is None:
                    return
                setting, self._asked = self._asked, None
            try:
                self._answer(setting)
            except InvalidInput as error:
                self._tell(setting, str(error))
            except MemoryError:
                self._tell(setting, "there is not enough memory for this setting")
            except Exception:
                # the page lives on; what happened is for the terminal
                traceback.print_exc(file=sys.stderr)
                self._tell(setting, "this setting failed; the terminal says why")

    def _answer(self, setting: Setting) -> None:
        """Tell better and better answers to a setting until a newer one comes."""
        first = True
        for answer in self._answers(setting):
            if self._is_over():
                return
            if answer is not None:
                self._tell(setting, answer)
                if first and answer.ranked is not None:
                    first = False
                    with self._changed:
                        self._changed.wait_for(self._is_over, PAUSE_SECONDS)

    def _is_over(self) -> bool:
        return self._asked is not None or self._closed
