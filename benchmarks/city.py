"""Waves to be measured: questionnaires of rated items over a number of departments, and bulk responses to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

# A row of `surveys_response` in PostgreSQL's binary COPY format; every field has a fixed length here.
FIELDS = {
    "id": "V16",
    "wave_id": ">i8",
    "department_id": ">i8",
    "day": ">i4",
    "klass": ">i2",
    "channel": ">i2",
    "stratum": ">i2",
    "cell": ">i2",
    "flags": ">i2",
    "status": ">i2",
    "language": "S7",
    "codes": "V12",
    "salt": "V32",
    "commitment": "V32",
}


def a_document(items: int) -> dict[str, Any]:
    """Return a questionnaire of `items` ratings asked of each department."""
    return {
        "format": 1,
        "languages": ["zh-hans", "en"],
        "title": {"zh-hans": "城市服务评价", "en": "City services"},
        "introduction": {"zh-hans": "约两分钟。", "en": "About two minutes."},
        "dimensions": [],
        "questions": [
            {
                "code": f"q{number}",
                "type": "satisfaction",
                "about": "each",
                "text": {
                    "zh-hans": f"您对第 {number} 项工作满意吗？",
                    "en": f"How satisfied are you with matter {number}?",
                },
                "help": {},
                "required": False,
                "headline": number == 1,
                "dimension": "",
                "weight": "1",
                "settings": {},
            }
            for number in range(1, items + 1)
        ],
    }


def a_wave(
    slug: str,
    *,
    items: int = 10,
    departments: int,
    per_person: int = 3,
    document: dict[str, Any] | None = None,
) -> Any:
    """Plan and open a public wave of `document`, or of `items` ratings of each of `departments` departments."""
    from django.utils import timezone

    from surveys.people.models import Department
    from surveys.questionnaires import checking, publishing
    from surveys.questionnaires.models import Questionnaire
    from surveys.waves import fielding
    from surveys.waves.models import Channel

    root = Department.objects.filter(parent__isnull=True).first() or Department.objects.create(
        code="city", names={"zh-hans": "本市", "en": "The city"}
    )
    covered = [
        Department.objects.get_or_create(
            code=f"d{number}", defaults={"names": {"en": f"Department {number}"}, "parent": root}
        )[0]
        for number in range(departments)
    ]
    questionnaire = Questionnaire.objects.create(
        code=slug, draft=checking.received(document or a_document(items))
    )
    now = timezone.now()
    wave = fielding.plan(
        by=None,
        slug=slug,
        edition=publishing.publish(questionnaire, by=None),
        titles={"zh-hans": "城市服务评价", "en": "City services"},
        departments=covered,
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=7),
        release_at=now + timedelta(days=14),
        channels=(Channel.WEB,),
        departments_per_person=per_person,
    )
    return fielding.open_wave(wave, by=None)


def load_responses(
    wave: Any, number: int, *, strata: int = 12, channels: int = 3, table: str = "surveys_response"
) -> None:
    """Load so many sampled responses of twelve ratings to `wave`: five grades, some blanks and “don't know”."""
    import psycopg
    from django.db import connection

    departments = np.array(list(wave.coverage.values_list("department_id", flat=True)))
    random = np.random.default_rng(2026)
    layout = [("fields", ">i2")]
    for name, kind in FIELDS.items():
        layout += [(f"{name} length", ">i4"), (name, kind)]
    rows = np.zeros(number, dtype=layout)
    rows["fields"] = len(FIELDS)
    for name, kind in FIELDS.items():
        rows[f"{name} length"] = np.dtype(kind).itemsize

    def bytes_of(width: int) -> Any:
        return np.frombuffer(random.bytes(number * width), dtype=f"V{width}")

    answers = random.choice(
        np.array([1, 2, 3, 4, 5, 254, 255], np.uint8),
        (number, 12),
        p=[0.05, 0.1, 0.25, 0.35, 0.17, 0.05, 0.03],
    )
    rows["id"], rows["salt"], rows["commitment"] = bytes_of(16), bytes_of(32), bytes_of(32)
    rows["wave_id"] = wave.pk
    rows["department_id"] = random.choice(departments, number)
    rows["day"] = 9_822  # days since 2000-01-01
    rows["klass"] = rows["status"] = 1
    rows["channel"] = random.integers(1, channels + 1, number)
    rows["stratum"] = random.integers(1, strata + 1, number)
    rows["flags"] = random.random(number) < 0.05
    rows["language"] = b"zh-hans"
    rows["codes"] = answers.view("V12").reshape(-1)
    connection.ensure_connection()
    command = f"COPY {table} ({', '.join(FIELDS)}) FROM STDIN (FORMAT BINARY)"
    with psycopg.Cursor(connection.connection) as cursor, cursor.copy(command) as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for start in range(0, number, 50_000):
            copy.write(rows[start : start + 50_000].tobytes())
        copy.write(b"\xff\xff")
