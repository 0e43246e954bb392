"""Whom the live page's server answers, asked over real sockets."""

import asyncio
import os
import re
import signal
import socket
import threading
from contextlib import contextmanager

import pytest

pytest.importorskip("panel")

from cakernel.errors import InvalidInput
from cakernel.live import server as server_module
from cakernel.live.fields import Group, Number
from cakernel.live.part import Answer, Part
from cakernel.live.server import LiveServer
from helpers.patience import SECONDS

WEBSOCKET = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
)
PART = Part(
    title="A part",
    groups=[Group("all", [Number("firms", "firms", 5, 1, 40, whole=True)])],
    start={"firms": 5},
    new_answers=lambda: lambda setting: iter([Answer(final=True)]),
    in_words=lambda setting: f"{setting['firms']} firms",
    files={"words.txt": lambda setting, replications: "words"},
    keys=("rule",),
    model="recovery",
)


@contextmanager
def running(part=PART):
    """Serve a part on a thread of its own, which has a loop of its own."""
    begun, made = threading.Event(), []

    def serve():
        asyncio.set_event_loop(asyncio.new_event_loop())
        server = LiveServer(part)
        made.append(server)
        begun.set()
        server.run()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert begun.wait(SECONDS)
    yield made[0]
    made[0].stop()
    thread.join(SECONDS)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def server():
    with running() as made:
        yield made


def asked(server, path="/", *, headers=(), host=None):
    """Send one request as written; return the status, the headers and what else came."""
    lines = [f"GET {path} HTTP/1.1", "Connection: close", *headers]
    if host != "":
        lines.append(f"Host: {host or f'127.0.0.1:{server.port}'}")
    with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        content = b""
        while part := connection.recv(1 << 16):
            content += part
            # of what may become a websocket, the first answer
            if WEBSOCKET[0] in headers:
                break
    head, _, body = content.decode(errors="replace").partition("\r\n\r\n")
    return int(head.split()[1]), head, body


def cookie(server):
    return f"Cookie: {server.guard.cookie}={server.guard.token}"


PATHS = ("/", "/ws", "/autoload.js", "/metadata", "/static/js/bokeh.min.js", "/nothing")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}"]
)
def test_other_hosts_are_refused(server, path, host):
    status, head, body = asked(
        server, path, host=host.format(port=server.port), headers=[cookie(server)]
    )
    assert (status, body) == (403, "refused: this host is not served\n")
    assert "set-cookie" not in head.lower()


def test_a_request_without_a_host_or_with_two_is_refused(server):
    assert asked(server, host="", headers=[cookie(server)])[0] in (400, 403)
    two = [cookie(server), "Host: evil.example"]
    assert asked(server, headers=two)[0] in (400, 403)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1"]
)
def test_other_origins_are_refused(server, path, origin):
    headers = [cookie(server), f"Origin: {origin.format(port=server.port)}"]
    status, head, body = asked(server, path, headers=headers)
    assert (status, body) == (403, "refused: this origin is not served\n")
    assert "access-control" not in head.lower()


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1"])
def test_a_websocket_of_another_origin_is_refused(server, origin):
    headers = [cookie(server), *WEBSOCKET, f"Origin: {origin}"]
    assert asked(server, "/ws", headers=headers)[0] == 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("more", [(), ("Cookie: cakernel-{port}=guessed",)])
def test_nothing_is_served_without_the_token(server, path, more):
    headers = [line.format(port=server.port) for line in more]
    status, _, body = asked(server, path, headers=headers)
    assert status == 403
    assert "token" in body
    assert server.guard.token not in body
    assert asked(server, f"{path}?token=guessed", headers=headers)[0] == 403


def test_the_token_becomes_a_cookie_out_of_reach_of_scripts(server):
    status, head, _ = asked(server, f"/?token={server.guard.token}&firms=8")
    assert status == 302
    fields = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    assert fields["Location"] == "/?firms=8"
    assert fields["Set-Cookie"].startswith(f"{server.guard.cookie}={server.guard.token};")
    assert "HttpOnly" in fields["Set-Cookie"]
    assert "SameSite=Strict" in fields["Set-Cookie"]


def test_the_page_is_served_to_who_has_the_cookie(server):
    status, _, body = asked(server, headers=[cookie(server)])
    assert status == 200
    assert "<title>A part</title>" in body
    assert server.guard.token not in body
    # all that it loads lies on this server
    assert "//cdn" not in body
    assert _loaded(body)
    assert [part for part in _loaded(body) if not part.startswith(("static/", "/static/"))] == []
    own = f"Origin: http://127.0.0.1:{server.port}"
    assert asked(server, headers=[cookie(server), own])[0] == 200


def _loaded(body):
    return [found for found in re.findall(r'(?:src|href)="([^"]+)"', body) if found != "#"]


def test_only_this_machine_is_served(server):
    bound = [socket_.getsockname()[0] for socket_ in server._server._http._sockets.values()]
    assert bound == ["127.0.0.1"]


def test_a_port_that_is_taken_is_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=f"--port: got {port}; Address already in use"):
            LiveServer(PART, port)


@pytest.fixture
def loop_here():
    """Give the main thread a loop of its own, and its signals back afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    yield
    loop.close()
    asyncio.set_event_loop(None)
    for number, handler in before.items():
        signal.signal(number, handler)


def raising(number, frame):
    raise KeyboardInterrupt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_a_callback_that_would_swallow_it_ends_the_server(loop_here, number):
    signal.signal(number, raising)
    served = LiveServer(PART)
    reached = []

    def swallowing():
        try:
            os.kill(os.getpid(), number)
            reached.append(threading.Event().wait(0.05))
        except BaseException:
            reached.append("raised")

    served._server.io_loop.add_callback(swallowing)
    with pytest.raises(KeyboardInterrupt):
        served.run()
    assert reached == [False]
    assert signal.getsignal(number) is raising


def test_ctrl_c_while_panel_takes_it_ends_the_server_too(loop_here, monkeypatch):
    signal.signal(signal.SIGINT, raising)
    serve = server_module.pn.serve

    def interrupted(*arguments, **named):
        made = serve(*arguments, **named)
        assert signal.getsignal(signal.SIGINT) is not raising
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(0.05)
        return made

    monkeypatch.setattr(server_module.pn, "serve", interrupted)
    served = LiveServer(PART)
    assert signal.getsignal(signal.SIGINT) is raising
    with pytest.raises(KeyboardInterrupt):
        served.run()


# tornado leaves the socket that it could not bind to be collected
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_port_that_another_process_takes_meanwhile_is_no_error(loop_here, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free, ports = server_module._free, [taken.getsockname()[1]]
        monkeypatch.setattr(server_module, "_free", lambda port: (ports or [free(port)]).pop())
        served = LiveServer(PART)
        assert served.port != taken.getsockname()[1]
        assert f":{served.port}/" in served.url
        served._server.stop()
