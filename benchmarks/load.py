"""Eight clients over keep-alive connections, in one process that costs far less than the server it asks.

A *script* is a generator: it yields requests as bytes and is sent each answer; whenever it ends, one journey is
done and it starts again.
"""

import selectors
import socket
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

Script = Callable[[], Generator[bytes, bytes, None]]

WARM_SECONDS = 0.5


@dataclass
class Load:
    """What a run came to."""

    seconds: float
    journeys: int
    requests: int
    failures: int
    client_cpu: float  # seconds of processor time that the clients took
    times: list[float] = field(repr=False)

    @property
    def rate(self) -> float:
        """Journeys a second."""
        return self.journeys / self.seconds

    def quantile(self, share: float) -> float:
        """Return the time in seconds within which `share` of the requests were answered."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def request(method: str, path: str, body: bytes = b"", extra: str = "") -> bytes:
    """Return a request as bytes."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\n{extra}"
    if method == "POST":
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class Client:
    """One connection, playing its script again and again."""

    def __init__(self, port: int, script: Script) -> None:
        self.line = socket.create_connection(("127.0.0.1", port))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.script = script
        self.journeys = self.requests = self.failures = 0
        self.times: list[float] = []
        self.begin()

    def begin(self) -> None:
        """Start the script anew."""
        self.steps = self.script()
        self.ask(next(self.steps))

    def ask(self, content: bytes) -> None:
        """Send a request."""
        self.received = b""
        self.expected = -1
        self.asked = time.perf_counter()
        self.line.sendall(content)

    def read(self) -> None:
        """Take what has arrived; when the answer is whole, go on."""
        self.received += self.line.recv(262_144)
        if self.expected < 0:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return
            at = self.received.lower().find(b"content-length:", 0, end)
            self.expected = end + 4 + int(self.received[at + 15 : self.received.find(b"\r", at)])
        if len(self.received) < self.expected:
            return
        self.times.append(time.perf_counter() - self.asked)
        self.requests += 1
        self.failures += not self.received.startswith(b"HTTP/1.1 200")
        try:
            self.ask(self.steps.send(self.received))
        except StopIteration:
            self.journeys += 1
            self.begin()


def run(port: int, script: Script, *, clients: int = 8, seconds: float = 4.0) -> Load:
    """Play `script` with so many clients for so long, after a short warming up."""
    playing = [Client(port, script) for _number in range(clients)]
    chosen = selectors.DefaultSelector()
    for client in playing:
        chosen.register(client.line, selectors.EVENT_READ, client)

    def play(duration: float) -> None:
        end = time.perf_counter() + duration
        while time.perf_counter() < end:
            for key, _events in chosen.select(timeout=1):
                key.data.read()

    play(WARM_SECONDS)
    for client in playing:
        client.journeys = client.requests = client.failures = 0
        client.times.clear()
    started, cpu = time.perf_counter(), time.process_time()
    play(seconds)
    elapsed, cpu = time.perf_counter() - started, time.process_time() - cpu
    for client in playing:
        client.line.close()
    chosen.close()
    return Load(
        seconds=elapsed,
        journeys=sum(client.journeys for client in playing),
        requests=sum(client.requests for client in playing),
        failures=sum(client.failures for client in playing),
        client_cpu=cpu,
        times=[one for client in playing for one in client.times],
    )
