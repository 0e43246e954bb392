"""The server of a live page: for this machine alone, and for who knows its token."""

import errno
import hmac
import logging
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from importlib import resources
from types import FrameType
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import panel as pn
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, Rule
from tornado.web import RequestHandler

from cakernel.errors import InvalidInput
from cakernel.live.page import Page
from cakernel.live.part import Part

ADDRESS: Final = "127.0.0.1"
NAMES: Final = (ADDRESS, "localhost")
TOKEN: Final = "token"
NAMES_SCRIPT: Final = resources.files("cakernel.live").joinpath("names.js").read_text("utf-8")
TEMPLATE: Final = """
{% extends base %}
{% block preamble %}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<style>
html { background: #fff }
body { margin: 0; background: #fff }
/* widgets and figures bring colours of their own: all are turned over, hues and greys apart */
@media screen and (prefers-color-scheme: dark) { html { filter: invert(0.91) hue-rotate(180deg) } }
</style>
<script type="module">{{ names }}</script>
{% endblock %}
{% block contents %}<main>{{ embed(roots.page) }}</main>{{ embed(roots.location) }}{% endblock %}
"""


class Guard:
    """Whom the server answers: its own pages, at its own names, that know the token.

    A page of another site may send requests here, and, where its name was made to lead here (DNS
    rebinding), read the answers: so Host and Origin must be this server's own. Other users of the
    machine can reach the port, but do not know the token. It comes in the address once, and is
    then kept in a cookie.
    """

    def __init__(self, port: int) -> None:
        self.hosts = {f"{name}:{port}" for name in NAMES}
        self.origins = {f"http://{host}" for host in self.hosts}
        self.token = secrets.token_urlsafe(24)
        self.cookie = f"cakernel-{port}"

    def refusal(self, request: HTTPServerRequest) -> str:
        """Say why a request is refused; nothing where it is not."""
        origins = request.headers.get_list("Origin")
        if request.headers.get_list("Host") != [request.host] or request.host not in self.hosts:
            return "this host is not served"
        if any(origin not in self.origins for origin in origins):
            return "this origin is not served"
        if not self.brings_token(request) and not self._has_cookie(request):
            return "the address lacks the token that cakernel explore printed"
        return ""

    def brings_token(self, request: HTTPServerRequest) -> bool:
        """Say whether the token stands in the address."""
        given = dict(parse_qsl(request.query)).get(TOKEN, "")
        return hmac.compare_digest(given.encode(), self.token.encode())

    def _has_cookie(self, request: HTTPServerRequest) -> bool:
        morsel = SimpleCookie(request.headers.get("Cookie", "")).get(self.cookie)
        return morsel is not None and hmac.compare_digest(
            morsel.value.encode(), self.token.encode()
        )


class _Matched(Matcher):
    """Takes the requests that a test is true of."""

    def __init__(self, test: Callable[[HTTPServerRequest], bool]) -> None:
        self._test = test

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return an empty match, or none."""
        return {} if self._test(request) else None


class _Refuse(RequestHandler):
    """Answers with the reason, and nothing else."""

    def initialize(self, guard: Guard) -> None:
        """Take the guard."""
        self._guard = guard

    def prepare(self) -> None:
        """Refuse whatever the method is."""
        self.set_status(403)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"refused: {self._guard.refusal(self.request)}\n")


class _Admit(RequestHandler):
    """Keeps the token in a cookie and leads to the same address without it."""

    def initialize(self, guard: Guard) -> None:
        """Take the guard."""
        self._guard = guard

    def get(self) -> None:
        """Set the cookie, for this server alone and out of reach of scripts."""
        self.set_cookie(
            self._guard.cookie, self._guard.token, httponly=True, samesite="Strict", path="/"
        )
        rest = [(name, text) for name, text in parse_qsl(self.request.query, True) if name != TOKEN]
        self.redirect("/" + (f"?{urlencode(rest, safe=',')}" if rest else ""))


class LiveServer:
    """A running server of a part's pages; ``url`` is where to look."""

    def __init__(self, part: Part, port: int = 0, query: str = "") -> None:
        self._part = part
        self.pages: list[Page] = []
        # an answer for a page that was just closed is no news to whoever serves it
        logging.getLogger("panel.io.document").setLevel(logging.ERROR)
        interrupt = signal.getsignal(signal.SIGINT)
        self.port, self.guard, self._server = self._bound(port)
        if threading.current_thread() is threading.main_thread():
            # Panel put its own in its place, which would end the process as if all were done
            signal.signal(signal.SIGINT, interrupt)
        self._told_to_stop = False
        given = {"guard": self.guard}
        rules = [
            Rule(_Matched(lambda request: bool(self.guard.refusal(request))), _Refuse, given),
            Rule(_Matched(self.guard.brings_token), _Admit, given),
        ]
        self._server._tornado.default_router.rules[:0] = rules
        more = f"&{query}" if query else ""
        self.url = f"http://{ADDRESS}:{self.port}/?{TOKEN}={self.guard.token}{more}"

    def _bound(self, wanted: int) -> tuple[int, Guard, Any]:
        """Return a port, who is answered there, and the server that has it."""
        while True:
            port = _free(wanted)
            guard = Guard(port)
            try:
                made = pn.serve(
                    {"/": self._page},
                    port=port,
                    address=ADDRESS,
                    websocket_origin=sorted(guard.hosts),
                    title=self._part.title,
                    show=False,
                    start=False,
                    threaded=False,
                    verbose=False,
                )
                return port, guard, made
            except OSError as error:
                # another process may have taken a port that was free
                if wanted or error.errno != errno.EADDRINUSE:
                    raise

    def run(self) -> None:
        """Serve until interrupted."""
        threading.Thread(target=self._warm_up, daemon=True).start()
        try:
            self._server.start()
            with _ended_by_signals(self._server.io_loop):
                self._server.io_loop.start()
            if not self._told_to_stop:
                # the signal came while Panel's own handler was in its place
                raise KeyboardInterrupt
        finally:
            for page in self.pages:
                page.close()

    def _warm_up(self) -> None:
        """Load what the first answer takes, while a browser loads the page."""
        next(iter(self._part.new_answers()(self._part.start)), None)

    def stop(self) -> None:
        """End `run`, from any thread."""
        self._told_to_stop = True
        self._server.io_loop.add_callback(self._server.io_loop.stop)

    def _page(self) -> Any:
        location = pn.state.location
        query = urlsplit(location.search or "").query if location else ""

        def search(text: str) -> None:
            wanted = f"?{text}" if text else ""
            if location is not None and location.search != wanted:
                location.search = wanted

        page = Page(self._part, query, search)
        self.pages.append(page)

        def leave(_: Any) -> None:
            page.close()
            self.pages.remove(page)

        pn.state.on_session_destroyed(leave)
        shell = pn.Template(TEMPLATE, location=True)
        shell.add_variable("names", NAMES_SCRIPT)
        shell.add_panel("page", page.layout)
        return shell


@contextmanager
def _ended_by_signals(loop: Any) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the loop between two callbacks, and then do what they did before.

    An exception in the middle of a callback might be lost in it, and a signal that comes just
    before the loop waits would not wake it.
    """
    came: list[int] = []

    def end(number: int) -> None:
        came.append(number)
        loop.stop()

    before: dict[int, Callable[[int, FrameType | None], Any]] = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            handler = signal.getsignal(number)
            # what ends the process at once, or is ignored, stays so
            if callable(handler):
                before[number] = handler
                loop.asyncio_loop.add_signal_handler(number, end, number)
    try:
        yield
    finally:
        for known, kept in before.items():
            loop.asyncio_loop.remove_signal_handler(known)
            signal.signal(known, kept)
    if came:
        before[came[0]](came[0], None)


def _free(port: int) -> int:
    """Return the port if it is free; for 0 one that is."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise InvalidInput(f"--port: got {port}; {error.strerror or error}") from None
        found: int = probe.getsockname()[1]
        return found
