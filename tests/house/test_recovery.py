"""Losing the worker and the broker in the middle of an evaluation costs time, nothing else."""

import json
import os
import random
import signal
from pathlib import Path
from typing import Any

import redis

from survey_project.embedded.places import Place
from tests.house.running_city import RunningCity, eventually, running_city

DEPARTMENTS = 12
PEOPLE = 400
STRATA = ("north", "south", "west")


def write_past_wave(folder: Path) -> tuple[Path, Path, Path]:
    """Write a made-up past wave in the format of imports: codebook, answers, population."""
    chance = random.Random(11)  # noqa: S311  test data, not a secret
    items = [f"q{number:02}" for number in range(1, DEPARTMENTS + 1)]
    codebook = {
        "scale": {str(g): f"grade {g}" for g in range(1, 6)} | {"dk": "don't know", "": "not answered"},
        "demographics": {"district": {str(i + 1): name for i, name in enumerate(STRATA)}},
        "departments": {
            item: {"code": f"office-{item}", "en": f"Office {item}", "zh": f"{item} 局"} for item in items
        },
        "items": {item: {"department": f"office-{item}", "text": f"service {item}"} for item in items},
    }
    rows = [["respondent", "district", *items]]
    for person in range(PEOPLE):
        grades = [chance.choice(["1", "2", "3", "4", "4", "5", "dk", ""]) for _ in items]
        rows.append([str(person + 1), STRATA[person % 3], *grades])
    paths = folder / "codebook.json", folder / "answers.csv", folder / "population.json"
    paths[0].write_text(json.dumps(codebook))
    paths[1].write_text("\n".join(",".join(row) for row in rows) + "\n")
    paths[2].write_text(json.dumps(dict.fromkeys(STRATA, 20_000)))
    return paths


def numbers(city: RunningCity, wave: int) -> list[dict[str, Any]]:
    """Return a wave's scorecards without what depends on the wave before it."""
    content = city.manage("scorecard", str(wave))
    return [{k: v for k, v in row.items() if not k.startswith("change")} for row in content["departments"]]


def test_killing_the_worker_and_flushing_the_broker_loses_nothing(tmp_path: Path) -> None:
    codebook, answers, population = write_past_wave(tmp_path)
    words = [str(codebook), str(answers), "--strata", "district", "--population", str(population)]
    with running_city(tmp_path / "var", EVALUATION_CLAIM_SECONDS="5") as city, city.database() as database:

        def is_done(wave: int) -> bool:
            found = database.execute(
                "SELECT 1 FROM reports_evaluation WHERE wave_id = %s AND progress = 'done'", [wave]
            ).fetchone()
            return found is not None

        undisturbed = city.manage("import_wave", *words, "--wave", "calm")["wave"]
        eventually(lambda: is_done(undisturbed), seconds=60, what="the undisturbed evaluation")

        # Hold the table that an evaluation writes into, so that the next one stands still in its middle.
        with city.database() as holder:
            holder.autocommit = False
            holder.execute("LOCK TABLE reports_measurement IN SHARE MODE")
            disturbed = city.manage("import_wave", *words, "--wave", "stormy")["wave"]
            stuck = "SELECT count(*) FROM pg_locks WHERE relation = 'reports_measurement'::regclass AND NOT granted"
            eventually(
                lambda: database.execute(stuck).fetchone() != (0,), seconds=60, what="an evaluation under way"
            )
            victims = city.processes("survey_project.celery worker")
            assert victims
            for process in victims:
                os.kill(process, signal.SIGKILL)
            with redis.Redis(unix_socket_path=str(Place(city.data_dir).valkey_socket)) as broker:
                broker.flushall()
            holder.rollback()

        assert not is_done(disturbed)
        eventually(lambda: is_done(disturbed), seconds=90, what="the evaluation after the crash")
        assert numbers(city, disturbed) == numbers(city, undisturbed)
        assert set(city.processes("survey_project.celery worker")).isdisjoint(victims)
