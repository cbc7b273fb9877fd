"""A line between a browser and the platform: compresses as the proxy in `deploy/` does, and counts what passes."""

import gzip
import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

COMPRESSED = ("text/", "application/javascript", "application/json", "image/svg")
LEAST = 512  # bytes; what is smaller goes as it is
OF_ONE_LEG = {"connection", "transfer-encoding", "content-length", "keep-alive"}


@dataclass(frozen=True)
class Passed:
    """One request and what came back."""

    method: str
    path: str
    status: int
    size: int  # bytes of the answer on the line, headers and all
    ahead: bool  # fetched by the worker for the time without a line, not by a page


@dataclass
class CountedLine:
    """What went over the line so far; `address` is where the platform answers through it."""

    address: str = ""
    passed: list[Passed] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """Bytes that came to the browser."""
        return sum(one.size for one in self.passed)

    def told(self) -> str:
        """Say what went over the line, a line for each."""
        return "\n".join(
            f"  {one.method} {one.path} {one.status}: {one.size} bytes{' ahead' * one.ahead}"
            for one in self.passed
        )


@contextmanager
def counted_line(server: str) -> Iterator[CountedLine]:
    """Put a line before the platform at the address `server`."""
    line = CountedLine()

    class Relay(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            # The platform answers as it is; compressing is this line's part, as it is that of the proxy.
            headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_ONE_LEG}
            upstream = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)
            upstream.request(self.command, self.path, self.rfile.read(length), headers)
            answer = upstream.getresponse()
            content = answer.read()
            upstream.close()
            back = [(name, value) for name, value in answer.getheaders() if name.lower() not in OF_ONE_LEG]
            kind = answer.headers.get("Content-Type", "")
            if (
                "gzip" in self.headers.get("Accept-Encoding", "")
                and not answer.headers.get("Content-Encoding")
                and kind.startswith(COMPRESSED)
                and len(content) >= LEAST
            ):
                content = gzip.compress(content, 5)
                back.append(("Content-Encoding", "gzip"))
            back.append(("Content-Length", str(len(content))))
            ahead = urlsplit(self.headers.get("Referer", "")).path == "/sw.js"
            head = sum(len(name) + len(value) + 4 for name, value in back)
            line.passed.append(Passed(self.command, self.path, answer.status, head + len(content), ahead))
            self.send_response_only(answer.status, answer.reason)
            for name, value in back:
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_HEAD = pass_on  # noqa: N815  the names that the server looks for

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    relay = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    relay.daemon_threads = True
    line.address = f"http://127.0.0.1:{relay.server_address[1]}"
    thread = threading.Thread(target=relay.serve_forever, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        relay.shutdown()
        relay.server_close()
        thread.join()
