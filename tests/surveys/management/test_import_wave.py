"""`import_wave` brings a wave in, counts it, and says so in one line of JSON."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from surveys.people.models import Department
from surveys.responses import mixing
from surveys.responses.models import Participation, Response
from surveys.waves import importing
from surveys.waves.models import PastAnswers, Wave
from tests.surveys.waves.test_importing import KCMO, SHEET, a_codebook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the three files of a small wave."""
    (tmp_path / "codebook.json").write_text(json.dumps(a_codebook()), encoding="utf-8")
    (tmp_path / "data.csv").write_text(SHEET, encoding="utf-8")
    (tmp_path / "population.json").write_text('{"East": 100, "West": 300}', encoding="utf-8")
    return tmp_path


def run(folder: Path, **options: Any) -> dict[str, Any]:
    out = StringIO()
    given = {"wave": "2021q3", **options}
    call_command("import_wave", folder / "codebook.json", folder / "data.csv", stdout=out, **given)
    said: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return said


@pytest.mark.django_db(transaction=True)
def test_a_wave_is_imported_and_counted(folder: Path) -> None:
    said = run(folder, strata="district", population=folder / "population.json")
    wave = Wave.objects.get()
    assert said == {"wave": wave.pk, "responses": 3, "departments": 1}
    assert wave.status == Wave.Status.SETTLED
    assert Response.objects.filter(wave=wave).count() == 6
    assert sum(Participation.objects.filter(wave=wave).values_list("people", flat=True)) == 3
    assert not PastAnswers.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_may_be_quicker_than_the_command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in = importing.import_wave

    def bring_in_and_settle(**given: Any) -> Wave:
        wave = bring_in(**given)
        mixing.settle(wave.pk)
        return wave

    monkeypatch.setattr(importing, "import_wave", bring_in_and_settle)
    assert run(folder)["responses"] == 3


@pytest.mark.django_db(transaction=True)
def test_the_wave_before_is_found_or_named(folder: Path) -> None:
    first = run(folder)["wave"]
    second = run(folder, wave="2021q4")["wave"]
    third = run(folder, wave="2022q1", previous="2021q3")["wave"]
    fourth = run(folder, wave="2022q2", previous=str(second))["wave"]
    found = dict(Wave.objects.values_list("pk", "previous"))
    assert found == {first: None, second: first, third: first, fourth: second}
    with pytest.raises(CommandError, match="2019"):
        run(folder, wave="2022q3", previous="2019")


@pytest.mark.django_db(transaction=True)
def test_only_the_people_of_the_wave_are_told_and_the_method_may_be_given(folder: Path) -> None:
    (folder / "codebook.json").write_text(
        json.dumps(a_codebook(where={"column": "district", "value": "West"}))
    )
    assert run(folder, target="78.03", no_merge=True)["responses"] == 2
    method = Wave.objects.get().method
    assert (method["target"], method["merge_strata"]) == ("78.03", False)


@pytest.mark.django_db(transaction=True)
def test_departments_of_other_names_are_named_and_attached_unless_told_not_to(folder: Path) -> None:
    run(folder)
    renamed = a_codebook(departments={"h1": {"code": "police", "en": "Guards", "zh": "保安"}})
    (folder / "codebook.json").write_text(json.dumps(renamed), encoding="utf-8")
    errors = StringIO()
    with pytest.raises(CommandError, match="1"):
        run(folder, wave="second", no_attach=True, stderr=errors)
    assert Wave.objects.count() == 1
    said = StringIO()
    assert run(folder, wave="second", stderr=said)["departments"] == 1
    assert "--closed YYYY-MM-DD" in said.getvalue()  # this codebook gives no dates
    for words in (errors, said):
        assert all(name in words.getvalue() for name in ("保安", "公安"))


@pytest.mark.django_db(transaction=True)
def test_the_example_of_the_documents_is_a_wave_of_its_own_days() -> None:
    here, out, errors = Path(settings.BASE_DIR) / "docs/reference/example", StringIO(), StringIO()
    call_command(
        "import_wave",
        here / "codebook.json",
        here / "ratings.csv",
        wave="Spring 2026",
        strata="district",
        population=here / "population.json",
        stdout=out,
        stderr=errors,
    )
    wave = Wave.objects.get()
    said = {"wave": wave.pk, "responses": 240, "departments": 3}
    assert (json.loads(out.getvalue()), errors.getvalue()) == (said, "")
    assert str(wave.closes_at.date()) == "2026-03-15"


@pytest.mark.django_db
def test_faults_are_written_out_and_nothing_is_imported(folder: Path) -> None:
    (folder / "data.csv").write_text("h1,h2,c1\n1,2,3\n1,9,3\n", encoding="utf-8")
    errors = StringIO()
    with pytest.raises(CommandError, match="1"):
        run(folder, stderr=errors)
    assert all(word in errors.getvalue() for word in ("3", "h2", "9", "1, 2, 3, 4, 5, dk"))
    assert not Wave.objects.exists()
    assert not Department.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["codebook.json", "data.csv", "population.json"])
def test_a_file_that_is_not_there_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(CommandError, match=name):
        run(folder, strata="district", population=folder / "population.json")


@pytest.mark.django_db
def test_a_benchmark_that_lies_nowhere_names_the_option(folder: Path) -> None:
    with pytest.raises(CommandError, match=r"--target 101: .*100"):
        run(folder, target="101")
    assert not Wave.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    not KCMO.exists(), reason="2026-11-22: the public survey lies beside the checkout, not in it"
)
def test_a_real_survey_is_imported() -> None:
    out = StringIO()
    call_command(
        "import_wave",
        KCMO / "codebook.json",
        KCMO / "wave_2021q3.csv",
        wave="2021q3",
        strata="district",
        population=KCMO / "population.json",
        stdout=out,
    )
    said = json.loads(out.getvalue().splitlines()[-1])
    assert (said["responses"], said["departments"]) == (1033, 16)
    assert Response.objects.filter(wave=said["wave"]).count() == 17 * 1033


@pytest.mark.django_db(transaction=True)
def test_a_file_without_dates_may_be_told_its_last_day_of_asking(folder: Path) -> None:
    run(folder, closed="2021-09-30")
    wave = Wave.objects.get()
    assert wave.closed_at is not None
    assert timezone.localdate(wave.closed_at).isoformat() == "2021-09-30"
    assert wave.release_at > wave.closed_at
