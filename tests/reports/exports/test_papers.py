"""Papers are made before the release, kept for ever, and hold back nobody when one of them cannot be made."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client

from reports import releasing
from reports.analyses import analysing
from reports.disclosures import trying
from reports.evaluations import evaluating
from reports.evaluations.models import Evaluation
from reports.exports import printing
from reports.exports.labelled import LabelledDataset
from reports.exports.models import Paper
from reports.exports.printed.report import PrintedReport
from reports.exports.registry import REGISTRY
from reports.exports.workbook import Workbook
from reports.scorecards import publishing
from reports.scorecards.models import Publication
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db

KEPT = [export.name for export in REGISTRY if export.is_kept]
PRINTED = ["report.pdf", "report.en.pdf", "report.xlsx", "report.en.xlsx", "dataset.sav"]
EVERYBODY = ["", "parks", "roads"]


@pytest.fixture
def sealed(a_wave: Callable[..., Wave]) -> Publication:
    """A wave that is tried and printed, and not released yet."""
    evaluating.evaluate(a_wave({"parks": PARKS, "roads": ROADS}).pk)
    publishing.seal_due()
    analysing.analyse_due()
    trying.try_due()
    assert printing.print_due() == len(KEPT) * len(EVERYBODY)
    return Publication.objects.get()


def papers() -> dict[tuple[str, str], bytes]:
    return {(one.about, one.name): bytes(one.body) for one in Paper.objects.all()}


def fetched(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer)


def test_a_wave_and_every_department_have_their_papers_before_the_release(
    sealed: Publication, client: Client
) -> None:
    assert set(papers()) == {(about, name) for about in EVERYBODY for name in KEPT}
    assert sealed.state == Publication.State.SEALED
    for one in Paper.objects.all():
        assert hashlib.sha256(bytes(one.body)).hexdigest() == one.sha256
        place = f"/results/spring/{f'{one.about}/' if one.about else ''}"
        assert client.get(place + one.name).status_code == 404
    assert printing.print_due() == 0


def test_what_is_released_are_the_papers_that_were_printed(sealed: Publication, client: Client) -> None:
    before = papers()
    releasing.release_due()
    for (about, name), body in before.items():
        answer = client.get(f"/results/spring/{f'{about}/' if about else ''}{name}")
        assert answer.content == body
        assert answer["Content-Length"] == str(len(body))
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Paper.objects.filter(name="report.pdf").update(body=b"forged")
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Paper.objects.filter(name="dataset.sav").delete()
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Paper.objects.create(publication=sealed, about="parks", name="late.pdf", body=b"late", sha256="")


def test_the_same_content_gives_the_same_papers(sealed: Publication) -> None:
    first = papers()
    Paper.objects.all().delete()
    printing.print_due()
    assert papers() == first


def test_what_is_sealed_anew_is_printed_anew(sealed: Publication) -> None:
    again = evaluating.evaluate(sealed.wave_id)
    assert again.pk != sealed.evaluation_id or Evaluation.objects.count() == 1
    Publication.objects.update(content_hash="")  # as where another evaluation replaces it
    publishing.seal(again)
    assert not Paper.objects.exists()
    trying.try_due()
    assert printing.print_due() == len(KEPT) * len(EVERYBODY)


def test_printing_that_is_ended_goes_on_where_it_was(
    a_wave: Callable[..., Wave], monkeypatch: pytest.MonkeyPatch
) -> None:
    class TimeIsUp(Exception):
        """What a task's time limit raises."""

    whole = PrintedReport.made

    def ended(self: PrintedReport, bundle: Any) -> bytes:
        if bundle.about == "roads":
            raise TimeIsUp
        return whole(self, bundle)

    evaluating.evaluate(a_wave({"parks": PARKS, "roads": ROADS}).pk)
    with monkeypatch.context() as patched:
        patched.setattr(PrintedReport, "made", ended)
        with pytest.raises(TimeIsUp):
            releasing.release_due()
    assert {about for about, _name in papers()} == {"", "parks"}
    before = papers()
    releasing.release_due()
    assert Publication.objects.get().state == Publication.State.PUBLISHED
    assert set(papers()) == {(about, name) for about in EVERYBODY for name in KEPT}
    assert {key: papers()[key] for key in before} == before


def test_one_paper_that_cannot_be_made_holds_back_nothing(
    a_wave: Callable[..., Wave], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PrintedReport.made

    def broken(self: PrintedReport, bundle: Any) -> bytes:
        if (self.name, bundle.about) == ("report.pdf", "parks"):
            raise ValueError("no font")
        return whole(self, bundle)

    monkeypatch.setattr(PrintedReport, "made", broken)
    evaluating.evaluate(a_wave({"parks": PARKS, "roads": ROADS}).pk)
    releasing.release_due()
    assert Publication.objects.get().state == Publication.State.PUBLISHED
    missing = {(about, name) for about in EVERYBODY for name in KEPT} - set(papers())
    assert missing == {("parks", "report.pdf")}
    page = fetched(client, "/results/spring/parks/?lang=en").decode()
    assert 'href="report.pdf"' not in page
    assert 'href="report.en.pdf"' in page
    assert "Could not be made when these results were released: report.pdf." in page
    assert "Could not be made" not in fetched(client, "/results/spring/roads/?lang=en").decode()
    assert client.get("/results/spring/parks/report.pdf").status_code == 404
    named = json.loads(fetched(client, "/results/spring/parks/method.json"))["files"]
    monkeypatch.setattr(PrintedReport, "made", whole)
    monkeypatch.setattr(printing, "AGAIN_AFTER", (timedelta(0),))
    assert printing.print_due() == 0, "nothing is added to what is released, for its files name each other"
    assert "report.pdf" not in named
    assert "report.en.pdf" in named
    assert " report.pdf" not in fetched(client, "/results/spring/parks/SHA256SUMS").decode()


def test_what_failed_is_tried_again_ever_later_and_never_near_the_release(
    a_wave: Callable[..., Wave], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def full(self: PrintedReport | Workbook | LabelledDataset, bundle: Any) -> bytes:
        if bundle.about == "parks" and self.name in faulty:
            tried.append(self.name)
            raise OSError(28, "No space left on device")
        return b"paper"

    def wait(pause: timedelta) -> int:
        Paper.objects.update(tried_at=F("tried_at") - pause)
        return printing.print_due()

    faulty = {"report.pdf", "dataset.sav"}
    for kind in (PrintedReport, Workbook, LabelledDataset):
        monkeypatch.setattr(kind, "made", full)
    wave = a_wave({"parks": PARKS}, release_in=timedelta(days=1))
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    first, second = printing.AGAIN_AFTER
    assert (tried.count("report.pdf"), wait(first / 2)) == (1, 0)
    faulty.discard("dataset.sav")
    assert wait(first / 2) == len(KEPT) - 1, "all about the department anew, for its files name each other"
    assert (wait(first), tried.count("report.pdf")) == (0, 2)
    near = printing.LAST_CALL / 2
    with monkeypatch.context() as patched:
        patched.setattr(printing, "LAST_CALL", timedelta(days=1))
        assert (wait(second), tried.count("report.pdf")) == (0, 2)
    assert (wait(near), tried.count("report.pdf")) == (0, 3), "it failed once more, what there is stays"
    faulty.clear()
    assert wait(10 * second) == 0, "given up"
    assert set(papers()) == {(about, name) for about in ("", "parks") for name in KEPT} - {
        ("parks", "report.pdf")
    }


def test_no_papers_at_all_are_no_reason_to_be_late(
    a_wave: Callable[..., Wave], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(publication: Publication, *, until: float) -> int:
        raise RuntimeError("the printer burns")

    monkeypatch.setattr(printing, "print_papers", broken)
    evaluating.evaluate(a_wave({"parks": PARKS, "roads": ROADS}).pk)
    releasing.release_due()
    assert client.get("/results/spring/dataset.csv").status_code == 404  # there is time to print yet
    monkeypatch.setattr(printing, "PATIENCE", timedelta(0))
    releasing.release_due()
    assert fetched(client, "/results/spring/dataset.csv")
    named = json.loads(fetched(client, "/results/spring/method.json"))["files"]
    assert set(named) == {export.name for export in REGISTRY} - {*PRINTED, "method.json", "SHA256SUMS"}
    assert ", ".join(PRINTED) in fetched(client, "/results/spring/?lang=en").decode()


def test_the_method_names_the_fingerprint_of_every_file(released: Publication, client: Client) -> None:
    for place in ("/results/spring/", "/results/spring/parks/"):
        named = json.loads(fetched(client, f"{place}method.json"))["files"]
        assert set(named) == {export.name for export in REGISTRY} - {"method.json", "SHA256SUMS"}
        for name, digest in named.items():
            assert hashlib.sha256(fetched(client, place + name)).hexdigest() == digest


def test_files_are_served_with_type_name_and_fingerprint(released: Publication, client: Client) -> None:
    for export in REGISTRY:
        address = f"/results/spring/parks/{export.name}"
        answer = client.get(address)
        assert answer["Content-Type"] == export.media_type
        # As SHA256SUMS calls it: a browser must save a set that can be checked.
        assert re.fullmatch(rf'(inline|attachment); filename="{export.name}"', answer["Content-Disposition"])
        assert answer["ETag"]
        head = client.head(address)
        assert (head.status_code, head["ETag"]) == (200, answer["ETag"])
        assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert (
        client.get("/results/spring/report.pdf")["ETag"]
        != client.get("/results/spring/parks/report.pdf")["ETag"]
    )
    assert client.get("/results/spring/report.doc").status_code == 404
    assert client.get("/results/spring/nobody/report.pdf").status_code == 404


def test_the_page_says_how_large_each_file_is(released: Publication, client: Client) -> None:
    page = fetched(client, "/results/spring/parks/?lang=en").decode()
    listed = page.split('class="downloads"', 1)[1].split("</section>")[0]
    assert listed.count("<li>") == len(REGISTRY)
    assert listed.count("<small>") == len(REGISTRY)
    assert 'hreflang="en"' in listed


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), SystemExit("the time is over")])
def test_one_waves_printer_stops_no_other_release(
    a_wave: Callable[..., Wave], client: Client, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    """Not even what ends the whole run: the next beat finds the other wave printed, or releases it without papers."""
    bad, good = a_wave({"parks": PARKS}, slug="bad"), a_wave({"parks": PARKS}, slug="good")
    for wave in (bad, good):
        evaluating.evaluate(wave.pk)
    real = printing.print_papers

    def broken(publication: Publication, *, until: float) -> int:
        if publication.wave_id == bad.pk:
            raise fault
        return real(publication, until=until)

    monkeypatch.setattr(printing, "print_papers", broken)
    for _beat in range(2):
        with suppress(SystemExit):
            releasing.release_due()
    if isinstance(fault, SystemExit):
        assert client.get("/results/good/").status_code == 404
        monkeypatch.setattr(printing, "PATIENCE", timedelta(0))
        with suppress(SystemExit):
            releasing.release_due()
        assert client.get("/results/bad/").status_code == 200
    assert client.get("/results/good/").status_code == 200


def test_printing_that_takes_long_is_gone_on_with_at_the_next_beat(
    a_wave: Callable[..., Wave], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "SECONDS", 0.0)
    evaluating.evaluate(a_wave({"parks": PARKS, "roads": ROADS}).pk)
    releasing.release_due()
    assert not Paper.objects.exists()
    assert client.get("/results/spring/").status_code == 404
    monkeypatch.setattr(releasing, "SECONDS", 60.0)
    releasing.release_due()
    assert client.get("/results/spring/report.pdf").status_code == 200


def test_of_two_waves_released_together_the_later_ones_papers_tell_of_the_earlier(
    a_wave: Callable[..., Wave], client: Client
) -> None:
    first = a_wave({"parks": PARKS}, slug="first")
    second = a_wave({"parks": PARKS}, slug="second", previous=first)
    for wave in (first, second):
        evaluating.evaluate(wave.pk)
    releasing.release_due()
    told = pypdf.PdfReader(io.BytesIO(fetched(client, "/results/second/parks/report.en.pdf")))
    assert "First survey" in " ".join(page.extract_text() for page in told.pages)
