"""Whether the worst rating takes as long as the best: the same form, sent in turns, over HTTP to the real server.

It is no speed that is measured here but a promise: a low rating is as easy as a high one, in time too. Each pair of
forms is sent in an order that chance decides, so that whatever else goes on hits both alike.
"""

from __future__ import annotations

import random
import socket
import statistics
import time

from benchmarks import load
from benchmarks.city import a_wave
from benchmarks.ratios import Ratio
from benchmarks.scratch import scratch_database
from benchmarks.serving import OURS, server

PAIRS = 1000
WARMING = 50
ITEMS = 10
BEST, WORST = 5, 1


def exchange(line: socket.socket, content: bytes) -> tuple[bytes, float]:
    """Send a request over a connection that is kept, and return the answer and the seconds it took."""
    started = time.perf_counter()
    line.sendall(content)
    received, expected = b"", -1
    while expected < 0 or len(received) < expected:
        received += line.recv(262_144)
        end = received.find(b"\r\n\r\n")
        if expected < 0 <= end:
            at = received.lower().find(b"content-length:", 0, end)
            expected = end + 4 + int(received[at + 15 : received.find(b"\r", at)])
    return received, time.perf_counter() - started


def submit(line: socket.socket, *, grade: int, code: str) -> float:
    """Read the form and send it with one grade everywhere; return the seconds that sending took."""
    page, _seconds = exchange(line, load.request("GET", "/s/symmetry/"))
    start = page.index(b'name="token" value="') + 20
    token = page[start : start + 48].decode()
    answers = "".join(f"&d0.q{item}={grade}" for item in range(1, ITEMS + 1))
    body = f"token={token}&language=en&ch=web&code={code}{answers}".encode()
    thanks, seconds = exchange(line, load.request("POST", "/s/symmetry/", body))
    assert b"receipt-code" in thanks, thanks[:500]
    return seconds


def measure() -> list[Ratio]:
    """Send so many pairs of forms and compare the medians."""
    from surveys.waves import inviting

    times: dict[int, list[float]] = {BEST: [], WORST: []}
    chance = random.Random(27)  # noqa: S311  only who goes first
    with scratch_database() as database:
        wave = a_wave("symmetry", items=ITEMS, departments=1)
        codes = inviting.make_codes(wave, stratum=0, count=2 * (PAIRS + WARMING), by=None)
        environment = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_DATABASE": database}
        with (
            server(OURS, "/s/symmetry/", environment) as port,
            socket.create_connection(("127.0.0.1", port)) as line,
        ):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for number in range(WARMING + PAIRS):
                for grade in chance.sample((BEST, WORST), 2):
                    seconds = submit(line, grade=grade, code=codes.pop())
                    if number >= WARMING:
                        times[grade].append(seconds)
    best, worst = (1000 * statistics.median(times[grade]) for grade in (BEST, WORST))
    return [
        Ratio(
            code="S4",
            what=f"the worst rating, median of {PAIRS:,} submissions, to the best",
            value=worst,
            unit="ms",
            reference=best,
            reference_name="the best rating, in turns",
            target="0.9–1.1 ×",
            met=0.9 <= worst / best <= 1.1,
        )
    ]
