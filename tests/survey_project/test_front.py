"""The front: a request reaches the application whole or not at all, and nobody's slowness holds a thread."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from survey_project import front
from survey_project.front import Front


def in_a_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """Run something in an event loop of its own: where browsers are tried, this thread may have one already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Line:
    """What granian hands over with a request, and what is answered on it."""

    def __init__(self, *pieces: bytes, silent: bool = False) -> None:
        self.pieces, self.silent = pieces, silent
        self.status, self.headers, self.body = 0, dict[str, str](), b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        if self.silent:
            await asyncio.sleep(60)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body

    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None:
        self.response_bytes(status, headers, body.encode())

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> "Line":
        self.response_bytes(status, headers, b"")
        return self

    async def send_bytes(self, piece: bytes) -> None:
        self.body += piece


class Headers(list[tuple[str, str]]):
    """Headers as granian has them: each as it came, twice where it came twice."""

    def items(self) -> list[tuple[str, str]]:
        return self

    def get(self, name: str) -> str | None:
        return dict(self).get(name)


def asked(path: str = "/check/", *headers: tuple[str, str], method: str = "POST") -> Any:
    return SimpleNamespace(
        method=method, path=path, query_string="a=1", client="[::1]:5000", server="127.0.0.1:8000",
        scheme="http", http_version="1.1", headers=Headers(headers),
    )  # fmt: skip


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    shown = {name: value for name, value in environ.items() if isinstance(value, str)}
    return [json.dumps({**shown, "body": environ["wsgi.input"].read().decode()}).encode()]


def answered(line: Line, scope: Any, *, application: Any = echo) -> Line:
    in_a_loop(Front(application).__rsgi__(scope, line))
    return line


def test_a_whole_request_reaches_the_application_as_wsgi_has_it() -> None:
    scope = asked(
        "/中/",
        ("host", "x"),
        ("x-a", "1"),
        ("x-a", "2"),
        ("x_forwarded_proto", "https"),
        ("content-length", "5"),
    )
    line = answered(Line(b"ab", b"cde"), scope)
    seen = json.loads(line.body)
    assert (line.status, seen["body"], seen["CONTENT_LENGTH"]) == (200, "abcde", "5")
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/中/"
    assert (seen["REMOTE_ADDR"], seen["HTTP_X_A"], seen["HTTP_HOST"]) == ("::1", "1,2", "x")
    assert "HTTP_X_FORWARDED_PROTO" not in seen, "a name that only looks like a proxy's"


@pytest.mark.parametrize(
    ("length", "status"), [("1000", 408), (str(front.LARGEST + 1), 413), ("9" * 30, 413), ("-1", 413)]
)
def test_what_comes_too_slowly_or_is_too_large_is_refused_and_the_application_never_asked(
    length: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "PATIENCE", 0.05)
    line = answered(Line(b"a", silent=True), asked("/api/v1/", ("content-length", length)), application=None)
    assert (line.status, line.headers["Connection"], line.headers["Cache-Control"]) == (
        status,
        "close",
        "no-store",
    )
    assert "detail" in json.loads(line.body)


def test_a_slow_body_is_waited_for_as_long_as_it_keeps_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(Line):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for _piece in range(4):
                await asyncio.sleep(0.15)
                yield b"x" * 1000

    monkeypatch.setattr(front, "PATIENCE", 0.5)
    monkeypatch.setattr(front, "SLOWEST", 2_000)
    assert answered(Slow(), asked("/", ("content-length", "4000"))).status == 200


def test_nothing_is_done_for_a_sender_who_left_half_way() -> None:
    line = answered(Line(b"ab"), asked("/", ("content-length", "5")), application=None)
    assert (line.status, line.body) == (0, b"")


def test_large_bodies_are_taken_a_few_at_a_time_and_small_ones_always() -> None:
    async def all_at_once() -> list[int]:
        ours = Front(echo)
        large = [Line(b"x", silent=True) for _more in range(front.MOST_LARGE)]
        scope = asked("/", ("content-length", str(front.SMALL + 1)))
        held = [asyncio.create_task(ours.__rsgi__(scope, line)) for line in large]
        await asyncio.sleep(0)
        one_more, small = Line(b"x", silent=True), Line(b"x")
        await ours.__rsgi__(scope, one_more)
        await ours.__rsgi__(asked("/", ("content-length", "1")), small)
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        assert ours.large == 0
        return [one_more.status, small.status]

    assert in_a_loop(all_at_once()) == [503, 200]


def test_a_streamed_answer_arrives_whole_and_is_closed_before_anybody_reads_it() -> None:
    class Streamed:
        streaming, closed = True, False

        def __iter__(self) -> Any:
            return iter([b"x" * 100_000] * 3)

        def close(self) -> None:
            Streamed.closed = True

    def application(_environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/csv")])
        return Streamed()

    line = answered(Line(), asked(method="GET"), application=application)
    assert (line.status, len(line.body), Streamed.closed) == (200, 300_000, True)


def test_a_fault_below_every_view_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_environ: Any, _start_response: Any) -> Any:
        raise RuntimeError("what was typed")

    line = answered(Line(), asked(method="GET"), application=broken)
    assert line.status == 500
    assert b"typed" not in line.body
    assert "ended in RuntimeError" in caplog.text
