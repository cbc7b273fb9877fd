"""A line that can be cut: it stands between a browser and the site, and a test decides what it lets through."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from typing import Any

BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\nRetry-After: 1\r\n\r\n"


class Line:
    """Carries bytes to the site at `address` and back while it is up."""

    def __init__(self, address: str) -> None:
        self.to = int(address.rsplit(":", 1)[1])
        self.is_up = True
        self.is_busy = False  # everything is answered by 503
        self.sent: list[str] = []  # the paths that forms were sent to
        self.asked = 0
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._door.getsockname()[1]}"
        threading.Thread(target=self._answer, daemon=True).start()

    def cut(self) -> None:
        """Let nothing through, and break what is on its way."""
        self.is_up = False
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let everything through again."""
        self.is_up, self.is_busy = True, False

    def close(self) -> None:
        """Take the line away."""
        self.cut()
        self._door.close()

    def _answer(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _where = self._door.accept()
                if not self.is_up:
                    near.close()
                    continue
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: Any) -> None:
        with contextlib.suppress(OSError), near, socket.create_connection(("localhost", self.to)) as far:
            self._open |= {near, far}
            threading.Thread(target=self._back, args=(far, near), daemon=True).start()
            while (said := near.recv(65536)) and self.is_up:
                self.asked += 1
                self.sent += re.findall(rb"^POST (\S+)", said)
                if self.is_busy:
                    near.sendall(BUSY)
                    break
                # One answer a connection, so that each request is seen here.
                far.sendall(re.sub(rb"Connection: keep-alive", b"Connection: close", said, count=1))
        self._open -= {near, far}

    def _back(self, far: Any, near: Any) -> None:
        with contextlib.suppress(OSError):
            while said := far.recv(65536):
                near.sendall(said)
            near.shutdown(socket.SHUT_WR)
