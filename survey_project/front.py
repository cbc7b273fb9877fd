"""The web application as granian's own interface (RSGI) finds it: no thread waits for what has not arrived.

WSGI knows no deadline: a thread that reads a body waits for as long as the sender likes. Here the event loop collects
each body, within a time and a size; only a whole request is given one of the few threads, each of which keeps a
connection to the database, and only a whole answer leaves it. Whoever sends or reads slowly holds none.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from survey_project.plain_requests import Application
from survey_project.wsgi import application

log = logging.getLogger(__name__)

THREADS = 3  # beside the event loop; more wait for each other (p95 in the office 76 ms with 4, 46 with 3)
PATIENCE = 20.0  # seconds until a body must be there, and one more for every so many bytes that came
SLOWEST = 2048  # bytes a second, a third of a line of 50 kbit/s
LONGEST = 20 * 60.0  # seconds, whatever comes
LARGEST = 55 * 2**20  # an import: its answers of 50 MB, codebook and strata of 2 MB each
SMALL = 128 * 2**10  # every form of words
MOST_LARGE = 8  # larger bodies at once, in a process
IN_MEMORY = 2**20
PIECE = 64 * 2**10

# In both languages, since nothing tells which is read.
TOO_SLOW = (
    408,
    "The request did not arrive in time; nothing was kept. Send it once more. "
    "请求未能按时送达，内容未保存，请重新发送。",
)
TOO_LARGE = 413, "The request is larger than anything this site takes. 请求超过本站可接受的大小。"
TOO_MANY = (
    503,
    "Too many files are on their way here. Send yours again in a minute. 正在上传的文件过多，请一分钟后重试。",
)
FAULT = 500, "Something went wrong here. Please try again later. 系统出现故障，请稍后再试。"
Headers = list[tuple[str, str]]


class Refused(Exception):
    """A body that is not taken, with its status and words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application answered: bytes, or a file to read pieces from."""

    status: int
    headers: Headers
    content: bytes | IO[bytes]


def environ_of(scope: Any, body: IO[bytes]) -> dict[str, Any]:
    """Return the WSGI environment (PEP 3333) of a request.

    Headers with an underscore in their name are left out, since they could not be told from those with a hyphen that
    only a proxy may set.
    """
    address, _colon, _port = scope.client.rpartition(":")
    name, _colon, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": name.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": address.strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for header, value in scope.headers.items():
        if "_" in header:
            continue
        key = header.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def answered(application: Application, environ: dict[str, Any]) -> Answer:
    """Run the application and take its whole answer; what it streams goes to a file, so that the thread is free."""
    status, headers = 200, Headers()

    def start_response(line: str, given: Headers, _problem: object = None) -> None:
        nonlocal status, headers
        status, headers = int(line.partition(" ")[0]), given

    response: Any = application(environ, start_response)
    try:
        if not getattr(response, "streaming", False):
            return Answer(status, headers, b"".join(response))
        file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by whoever sends it
        for piece in response:
            file.write(piece)
        file.seek(0)
        return Answer(status, headers, file)
    finally:
        if close := getattr(response, "close", None):
            close()


class Front:
    """Collects requests, has them answered by a few threads, and sends the answers."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="web")
        self.large = 0

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer a request."""
        try:
            body = await self.collected(scope, proto)
            if body is None:
                return  # the sender is gone
            with body:
                environ = environ_of(scope, body)
                loop = asyncio.get_running_loop()
                answer = await loop.run_in_executor(self.threads, answered, self.application, environ)
        except Refused as refused:
            refuse(scope, proto, *refused.args)
        except Exception as fault:
            log.exception("A request ended in %s.", type(fault).__name__)
            refuse(scope, proto, *FAULT)
        else:
            await send(proto, answer)

    async def collected(self, scope: Any, proto: Any) -> IO[bytes] | None:
        """Return a request's body, or None when it did not come whole. Without a length there is none, as in Django.

        Raises Refused.
        """
        said = scope.headers.get("content-length") or "0"
        length = int(said) if said.isdecimal() and len(said) < 12 else LARGEST + 1
        if length > LARGEST:
            raise Refused(*TOO_LARGE)
        if length == 0:
            return BytesIO()
        if length <= SMALL:
            return await arrived(proto, length, BytesIO())
        if self.large >= MOST_LARGE:
            raise Refused(*TOO_MANY)
        self.large += 1
        try:
            return await arrived(proto, length, SpooledTemporaryFile(IN_MEMORY))
        finally:
            self.large -= 1


async def arrived(proto: Any, length: int, body: IO[bytes]) -> IO[bytes] | None:
    """Fill `body` with what comes; raises Refused when that takes too long."""
    begun = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(PATIENCE) as patience:
            async for piece in proto:
                body.write(piece)
                patience.reschedule(begun + min(PATIENCE + body.tell() / SLOWEST, LONGEST))
    except TimeoutError:
        raise Refused(*TOO_SLOW) from None
    if body.tell() != length:
        return None
    body.seek(0)
    return body


async def send(proto: Any, answer: Answer) -> None:
    """Send an answer at the pace of whoever reads it."""
    if isinstance(answer.content, bytes):
        proto.response_bytes(answer.status, answer.headers, answer.content)
        return
    # Readers may leave at any time; granian then raises an error of its own.
    with answer.content as file, suppress(Exception):
        transport = proto.response_stream(answer.status, answer.headers)
        while piece := file.read(PIECE):
            await transport.send_bytes(piece)


def refuse(scope: Any, proto: Any, status: int, words: str) -> None:
    """Answer without the application; what is still on its way is not waited for."""
    is_for_programs = scope.path.startswith("/api/")
    kind = "application/json" if is_for_programs else "text/plain; charset=utf-8"
    headers = [
        ("Content-Type", kind),
        ("Connection", "close"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if status == TOO_MANY[0]:
        headers.append(("Retry-After", "60"))
    proto.response_str(status, headers, json.dumps({"detail": words}) if is_for_programs else words)


front = Front(application)
