"""A questionnaire of 300 questions on 40 pages with rules: its pages against a bare view, and their size.

The first page is kept in memory like any other. Every further one is decided and drawn for its person: everything that
was typed comes along, is checked, and the way through the questionnaire is walked anew.
"""

from __future__ import annotations

import gzip
import tempfile
import urllib.request
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import load
from benchmarks.city import a_wave
from benchmarks.intake import address_of, get
from benchmarks.ratios import Ratio
from benchmarks.scratch import scratch_database
from benchmarks.serving import OURS, server

PAGES, QUESTIONS = 40, 300
SECONDS = 4.0
LEAST = 0.6
BUDGET_MS = 25.0  # P1
BUDGET_KB = 14.0  # P13, page and style compressed
STYLE = ("tokens", "resident", "answering", "large")


def document() -> dict[str, Any]:
    """Return 40 pages of 7 or 8 questions: ratings, choices and texts, every third shown by an earlier answer."""
    questions: list[dict[str, Any]] = []
    choices = [{"code": code, "text": {"en": f"choice {code}"}} for code in range(1, 6)]
    filter_ = "f1"
    for number in range(QUESTIONS):
        if number * PAGES // QUESTIONS != (number - 1) * PAGES // QUESTIONS:
            page = number * PAGES // QUESTIONS
            questions.append(_question(f"p{page}", "page_break", "general", f"Part {page + 1}"))
            filter_ = f"f{page}"
            questions.append(
                _question(
                    filter_, "single_choice", "general", "Did you need this?", settings={"choices": choices}
                )
            )
        elif number % 3 == 0:
            show = {"differs": [{"answer": filter_}, {"value": 5}]}
            questions.append(
                _question(f"q{number}", "short_text", "general", "What was it about?", show=show)
            )
        else:
            questions.append(
                _question(
                    f"q{number}", "satisfaction", "each", f"How satisfied are you with matter {number}?"
                )
            )
    first = next(question for question in questions if question["type"] == "satisfaction")
    first["headline"] = True
    return {"format": 1, "languages": ["en"], "title": {"en": "A long survey"}, "questions": questions}


def _question(code: str, kind: str, about: str, text: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "type": kind, "about": about, "text": {"en": text}, **more}


def turning_pages() -> Generator[bytes, bytes, None]:
    """Read the first page, go to the twentieth as if the pages before were filled in, and on to the next."""
    page = yield load.request("GET", "/s/bench/")
    start = page.index(b'name="token" value="') + 20
    token = page[start : start + 48].decode()
    filled = "&".join(f"general.f{number}={number % 4 + 1}" for number in range(20))
    filled += "".join(
        f"&d0.q{number}=4"
        for number in range(150)
        if number % 3 and number * 40 // 300 == (number - 1) * 40 // 300
    )
    answer = yield load.request(
        "POST", "/s/bench/", f"token={token}&language=en&ch=web&{filled}&at=p19&go=next".encode()
    )
    assert b"Part 21" in answer, answer[:800]


def measure() -> list[Ratio]:
    """Serve the long questionnaire and the bare page in one run."""
    with ExitStack() as stack:
        database = stack.enter_context(scratch_database())
        a_wave("bench", document=document(), departments=1)
        ours = stack.enter_context(
            server(
                OURS,
                "/s/bench/",
                {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_DATABASE": database},
            )
        )
        first = urllib.request.urlopen(f"http://127.0.0.1:{ours}/s/bench/").read()
        page = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "page.html"
        page.write_bytes(first)
        bare = stack.enter_context(
            server(
                "benchmarks.bare:application",
                "/page",
                {
                    "DJANGO_SETTINGS_MODULE": "",
                    "BENCH_DATABASE_URL": address_of(database),
                    "BENCH_PAGE": str(page),
                },
            )
        )
        kept = load.run(ours, get("/s/bench/"), seconds=SECONDS)
        reference = load.run(bare, get("/page"), seconds=SECONDS)
        turned = load.run(ours, turning_pages, seconds=SECONDS)
        alone = load.run(ours, turning_pages, clients=1, seconds=SECONDS)
    style = b"\n".join(Path("static/css", f"{name}.css").read_bytes() for name in STYLE)
    size = (len(gzip.compress(first)) + len(gzip.compress(style))) / 1024
    first_rate = kept.rate / reference.rate
    p95, p95_alone = turned.quantile(0.95) * 1000, alone.quantile(0.95) * 1000
    ours_name = "40 pages, 300 questions"
    return [
        Ratio(
            "P1",
            f"first page of a form of {ours_name}",
            kept.rate,
            "1/s",
            reference.rate,
            "bare view",
            "≥ 0.6 × a bare view of the same bytes",
            first_rate >= LEAST,
        ),
        Ratio(
            "P1", f"turning page 20 of {ours_name}, p95, 8 clients", p95, "ms", None, "", "≤ 60 ms", p95 <= 60
        ),
        Ratio(
            "P1",
            f"turning page 20 of {ours_name}, p95, 1 client",
            p95_alone,
            "ms",
            None,
            "",
            "≤ 25 ms",
            p95_alone <= BUDGET_MS,
        ),
        Ratio(
            "P13",
            f"a page of {ours_name} with its style",
            size,
            "KB",
            None,
            "",
            "≤ 14 KB gzip",
            size <= BUDGET_KB,
        ),
    ]
