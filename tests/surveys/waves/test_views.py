"""Who may open which page of the waves room, and what its buttons do."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from surveys.people.models import User
from surveys.responses.models import Participation
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Channel, Invitation, Klass, Wave
from tests.surveys.waves.test_importing import SHEET, a_codebook

Browser = Callable[[User], Client]

FIELDING = ["waves:change", "waves:open", "waves:close", "waves:codes", "waves:revoke"]


def local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


@pytest.fixture
def typed(declared: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A plan as a designer types it."""
    return {
        "edition": declared["edition"].pk,
        "title_zh": "春季评价",
        "title_en": "Spring",
        "slug": "spring",
        "departments": [one.pk for one in declared["departments"]],
        "departments_per_person": 2,
        "opens_at": local(declared["opens_at"]),
        "closes_at": local(declared["closes_at"]),
        "release_at": local(declared["release_at"]),
        "klass": 1,
        "is_public": "on",
        "channels": [1, 2],
        "strata": "north，北区，1000，North\nsouth\t南区\t3000\n\n",
        "target": "75",
        "smallest_change": "3",
        "ranks": "on",
    }


@pytest.mark.parametrize("name", ["people:office", "waves:list", "waves:plan", "waves:import"])
def test_strangers_are_led_to_the_login(db: None, client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302


def test_heads_see_no_fieldwork_and_come_to_their_scorecards(
    dana: User, open_wave: Wave, logged_in: Browser
) -> None:
    browser = logged_in(dana)
    for name, args in (
        ("waves:list", []),
        ("waves:detail", [open_wave.pk]),
        ("waves:progress", [open_wave.pk]),
    ):
        assert browser.get(reverse(name, args=args)).status_code == 403
    assert browser.get(reverse("people:office"))["Location"] == reverse("scorecards:list")


@pytest.mark.parametrize("name", FIELDING)
def test_only_designers_and_administrators_field(
    name: str, ivo: User, auditor: User, dana: User, open_wave: Wave, logged_in: Browser
) -> None:
    address = reverse(name, args=[open_wave.pk])
    for user in (ivo, auditor, dana):
        assert logged_in(user).post(address).status_code == 403
    open_wave.refresh_from_db()
    assert open_wave.status == Wave.Status.OPEN


def test_only_administrators_import(ada: User, ivo: User, admin_user: User, logged_in: Browser) -> None:
    assert logged_in(admin_user).get(reverse("waves:import")).status_code == 200
    for user in (ada, ivo):
        assert logged_in(user).get(reverse("waves:import")).status_code == 403


def test_watchers_see_the_wave_without_the_buttons(
    ivo: User, auditor: User, ada: User, open_wave: Wave, logged_in: Browser
) -> None:
    address = reverse("waves:detail", args=[open_wave.pk])
    close = reverse("waves:close", args=[open_wave.pk])
    for user in (ivo, auditor):
        page = logged_in(user).get(address)
        assert page.status_code == 200
        assert close not in page.text
    page = logged_in(ada).get(address)
    assert close in page.text
    assert "/s/spring/" in page.text


@pytest.mark.parametrize("name", ["waves:detail", "waves:progress", *FIELDING])
def test_the_page_of_a_wave_that_does_not_exist_is_404(ada: User, logged_in: Browser, name: str) -> None:
    method = "post" if name == "waves:revoke" else "get"
    assert getattr(logged_in(ada), method)(reverse(name, args=[999])).status_code == 404


def test_the_first_page_lists_what_waits(
    ada: User, ivo: User, a_wave: Callable[..., Wave], now: datetime, logged_in: Browser
) -> None:
    a_wave(titles={"en": "Planned one"})
    fielding.open_wave(a_wave(slug="open", titles={"en": "Open one"}), by=ada)
    sealed = fielding.open_wave(a_wave(slug="sealed", titles={"en": "Sealed one"}), by=ada)
    fielding.close_wave(sealed, by=ada)
    Wave.objects.filter(pk=sealed.pk).update(status=Wave.Status.SETTLED, settled_at=now)
    page = logged_in(ada).get(reverse("people:office"))
    assert all(title in page.text for title in ("Planned one", "Open one", "Sealed one"))
    assert reverse("scorecards:list") in logged_in(ivo).get(reverse("people:office")).text


def test_waves_are_listed_by_state(ada: User, a_wave: Callable[..., Wave], logged_in: Browser) -> None:
    a_wave(titles={"en": "Planned one"})
    fielding.open_wave(a_wave(slug="open", titles={"en": "Open one"}), by=ada)
    browser = logged_in(ada)
    assert "Planned one" in browser.get(reverse("waves:list")).text
    page = browser.get(reverse("waves:list"), {"status": "open", "page": "9"}).text
    assert "Open one" in page
    assert "Planned one" not in page
    assert browser.get(reverse("waves:list"), {"status": "nonsense"}).status_code == 200


def test_a_wave_is_planned_as_typed(ada: User, typed: dict[str, Any], logged_in: Browser) -> None:
    answer = logged_in(ada).post(reverse("waves:plan"), typed)
    wave = Wave.objects.get()
    assert answer["Location"] == reverse("waves:detail", args=[wave.pk])
    assert wave.titles == {"zh-hans": "春季评价", "en": "Spring"}
    assert local(wave.opens_at) == typed["opens_at"]
    assert [(one.code, one.names, one.population) for one in wave.strata.all()] == [
        ("north", {"zh-hans": "北区", "en": "North"}, 1000),
        ("south", {"zh-hans": "南区"}, 3000),
    ]
    assert (wave.method["target"], wave.method["ranks"], wave.departments_per_person) == ("75", True, 2)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("edition", {"edition": "999"}),
        ("departments", {"departments": ["999"]}),
        ("departments", {"departments": []}),
        ("slug", {"slug": "A slug"}),
        ("opens_at", {"opens_at": "tomorrow"}),
        ("closes_at", {"closes_at": "2001-01-01T00:00", "opens_at": "2000-01-01T00:00"}),
        ("klass", {"klass": "4"}),
        ("channels", {"channels": ["7"]}),
        ("strata", {"strata": "north"}),
        ("strata", {"strata": "north,北区,many"}),
        ("strata", {"strata": "north,北区"}),
        ("strata", {"strata": "north,北区,1\nnorth,北区,2"}),
        ("strata", {"strata": '"north,北区,1'}),
        ("target", {"target": "１０"}),
        ("target", {"target": "1e2"}),
        ("smallest_change", {"smallest_change": "some"}),
        ("departments_per_person", {"departments_per_person": "0"}),
    ],
)
def test_a_plan_that_does_not_hold_comes_back_as_typed(
    ada: User, typed: dict[str, Any], logged_in: Browser, field: str, change: dict[str, Any]
) -> None:
    answer = logged_in(ada).post(reverse("waves:plan"), {**typed, **change})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "春季评价" in answer.text
    assert not Wave.objects.exists()


def test_a_plan_can_be_filled_from_the_places(ada: User, edition: object, logged_in: Browser) -> None:
    browser = logged_in(ada)
    for level in ("3", "9", "x", "²"):
        assert browser.get(reverse("waves:plan"), {"strata": level}).status_code == 200


def test_a_plan_is_changed_until_the_wave_opens(
    ada: User, typed: dict[str, Any], a_wave: Callable[..., Wave], logged_in: Browser
) -> None:
    wave = a_wave(strata=[StratumPlan("north, upper", {"zh-hans": "北"}, 5)])
    browser = logged_in(ada)
    address = reverse("waves:change", args=[wave.pk])
    shown = browser.get(address)
    assert shown.context["form"]["strata"].value() == '"north, upper",北,5'
    assert browser.post(address, typed).status_code == 302
    wave.refresh_from_db()
    assert wave.title in ("春季评价", "Spring")
    fielding.open_wave(wave, by=ada)
    assert browser.post(address, {**typed, "title_en": "Too late"}).status_code == 302
    wave.refresh_from_db()
    assert wave.titles["en"] == "Spring"


def test_opening_and_closing_ask_first(ada: User, a_wave: Callable[..., Wave], logged_in: Browser) -> None:
    wave, browser = a_wave(), logged_in(ada)
    for name, before, after in (("waves:open", "planned", "open"), ("waves:close", "open", "closed")):
        address = reverse(name, args=[wave.pk])
        asked = browser.get(address)
        assert asked.status_code == 200
        assert date_format(timezone.localtime(wave.release_at), "DATETIME_FORMAT") in asked.text
        wave.refresh_from_db()
        assert wave.status == before
        assert browser.post(address).status_code == 302
        wave.refresh_from_db()
        assert wave.status == after


def test_a_step_that_came_too_late_is_said_kindly(ada: User, open_wave: Wave, logged_in: Browser) -> None:
    answer = logged_in(ada).post(reverse("waves:open", args=[open_wave.pk]), follow=True)
    assert answer.status_code == 200
    assert "notice-bad" in answer.text


def test_a_closed_wave_shows_that_it_is_being_counted(ada: User, open_wave: Wave, logged_in: Browser) -> None:
    browser = logged_in(ada)
    fielding.close_wave(open_wave, by=ada)
    assert "hx-get" in browser.get(reverse("waves:detail", args=[open_wave.pk])).text
    address = reverse("waves:progress", args=[open_wave.pk])
    assert "HX-Refresh" not in browser.get(address)
    Wave.objects.filter(pk=open_wave.pk).update(status=Wave.Status.SETTLED)
    assert browser.get(address)["HX-Refresh"] == "true"


def test_codes_come_as_a_file_once(ada: User, a_wave: Callable[..., Wave], logged_in: Browser) -> None:
    wave = a_wave(strata=[StratumPlan("north", {"en": "North"}, 1000)])
    browser = logged_in(ada)
    address = reverse("waves:codes", args=[wave.pk])
    file = browser.post(address, {"stratum": 1, "count": 5})
    assert file["Content-Type"].startswith("text/csv")
    assert "no-store" in file["Cache-Control"]
    lines = file.text.splitlines()
    assert len(lines) == 6
    stratum, code, link = lines[1].split(",")
    assert stratum == "north"
    found = inviting.find(code)
    assert found is not None
    assert found.wave == wave
    assert (inviting.normalised(code) or "?") in link
    assert code not in browser.get(address).text
    for wrong in ({"stratum": 2, "count": 1}, {"stratum": 1, "count": 0}, {"stratum": "x", "count": "y"}):
        assert browser.post(address, wrong).status_code == 422
    assert Invitation.objects.count() == 5


def test_a_lost_code_is_withdrawn(ada: User, a_wave: Callable[..., Wave], logged_in: Browser) -> None:
    wave = a_wave()
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
    browser = logged_in(ada)
    address = reverse("waves:revoke", args=[wave.pk])
    assert browser.post(address, {"code": "nonsense"}).status_code == 422
    assert browser.post(address, {"code": code}).status_code == 302
    assert browser.post(address, {"code": code}).status_code == 422
    assert Invitation.objects.get().state == Invitation.State.REVOKED


def files(codebook: Any = None, rows: str = SHEET, population: Any = None) -> dict[str, Any]:
    import json

    given = {"codebook": json.dumps(codebook or a_codebook()), "rows": rows}
    if population is not None:
        given["population"] = json.dumps(population)
    return {name: SimpleUploadedFile(f"{name}.txt", text.encode()) for name, text in given.items()}


def test_a_past_wave_is_uploaded(admin_user: User, logged_in: Browser) -> None:
    sent = {"name": "2021q3", "strata_column": "district", **files(population={"East": 10, "West": 20})}
    answer = logged_in(admin_user).post(reverse("waves:import"), sent, follow=True)
    wave = Wave.objects.get()
    assert wave.status == Wave.Status.CLOSED
    assert answer.redirect_chain[-1][0] == reverse("waves:detail", args=[wave.pk])


def test_an_upload_with_faults_lists_them_and_imports_nothing(admin_user: User, logged_in: Browser) -> None:
    sent = {"name": "2021q3", **files(rows="h1,h2,c1\n1,<b>x</b>,3\n6,2,3\n")}
    answer = logged_in(admin_user).post(reverse("waves:import"), sent)
    assert answer.status_code == 422
    assert answer.context["refusal"].count == 2
    assert "&lt;b&gt;x&lt;/b&gt;" in answer.text
    assert "2021q3" in answer.text
    assert not Wave.objects.exists()


def test_departments_of_other_names_are_attached_only_when_ticked(
    admin_user: User, logged_in: Browser
) -> None:
    browser, address = logged_in(admin_user), reverse("waves:import")
    browser.post(address, {"name": "first", **files()})
    renamed = a_codebook(departments={"h1": {"code": "police", "en": "Guards", "zh": "保安"}})
    asked = browser.post(address, {"name": "second", **files(renamed)})
    assert asked.status_code == 422
    assert all(words in asked.text for words in ("保安", "公安", 'name="attach"', 'value="second"'))
    assert Wave.objects.count() == 1
    browser.post(address, {"name": "second", "attach": "on", **files(renamed)})
    assert Wave.objects.count() == 2
    assert 'name="attach"' not in browser.get(address).text


def test_benchmark_and_small_strata_are_chosen_on_the_page(admin_user: User, logged_in: Browser) -> None:
    browser, address = logged_in(admin_user), reverse("waves:import")
    codebook = a_codebook(method={"target": "60", "ranks": False})
    sent = {"name": "first", "target": "78.03", "keeps_strata": "on"}
    refused = browser.post(address, {**sent, "target": "lots", **files(codebook)})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["target"]
    browser.post(address, {**sent, **files(codebook)})
    method = Wave.objects.get().method
    assert (method["target"], method["merge_strata"], method["ranks"]) == ("78.03", False, False)


def test_what_was_declared_names_level_merging_and_cap(admin_user: User, logged_in: Browser) -> None:
    browser = logged_in(admin_user)
    for name, method in (("first", {}), ("second", {"level": "0.99", "merge_strata": False, "trim": None})):
        browser.post(reverse("waves:import"), {"name": name, **files(a_codebook(method=method))})
    first, second = (
        browser.get(reverse("waves:detail", args=[wave.pk]), headers={"accept-language": "en"}).text
        for wave in Wave.objects.order_by("pk")
    )
    for words in ("<dd>95%</dd>", "<dd>joined until each has enough answers</dd>", "<dd>5 medians</dd>"):
        assert words in first
        assert words not in second
    for words in ("<dd>99%</dd>", "<dd>kept apart</dd>", "<dt>Cap of weights</dt><dd>none</dd>"):
        assert words in second


@pytest.mark.parametrize("missing", ["name", "codebook", "rows"])
def test_an_upload_needs_name_codebook_and_answers(
    admin_user: User, logged_in: Browser, missing: str
) -> None:
    sent = {"name": "2021q3", **files()}
    del sent[missing]
    answer = logged_in(admin_user).post(reverse("waves:import"), sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [missing]


def test_fieldwork_pages_show_no_rating(
    ada: User, open_wave: Wave, logged_in: Browser, django_assert_max_num_queries: Any
) -> None:
    browser = logged_in(ada)
    with django_assert_max_num_queries(10):  # the last one reads the audit for what was registered
        page = browser.get(reverse("waves:detail", args=[open_wave.pk]))
    assert not any(words in page.text for words in ("非常满意", "Very satisfied", "grade-"))


def test_few_people_are_told_as_few(ada: User, open_wave: Wave, logged_in: Browser) -> None:
    Participation.objects.create(
        wave=open_wave, klass=Klass.SAMPLE, stratum=0, cell=0, channel=Channel.WEB, people=7
    )
    page = logged_in(ada).get(reverse("waves:detail", args=[open_wave.pk]))
    # All, the class and the channel.
    assert page.text.count("少于 10") + page.text.count("fewer than 10") == 3
    assert "<progress" not in page.text


@pytest.mark.parametrize("odd", ['{"a": %s}' % ("9" * 5_000), '{"a": 1e999}', '{"a": "\\ud800"}'])
def test_odd_json_is_refused_on_the_page(admin_user: User, logged_in: Browser, odd: str) -> None:
    sent = {"name": "2021q3", **files(), "codebook": SimpleUploadedFile("codebook.json", odd.encode())}
    answer = logged_in(admin_user).post(reverse("waves:import"), sent)
    assert answer.status_code == 422
    assert not Wave.objects.exists()


def test_a_wave_without_invitations_does_not_count_any(
    ada: User, a_wave: Callable[..., Wave], logged_in: Browser
) -> None:
    wave = a_wave(strata=[StratumPlan("north", {"en": "North"}, 1000)])
    address = reverse("waves:detail", args=[wave.pk]) + "?lang=en"
    assert ">Invited<" not in logged_in(ada).get(address).text
    inviting.make_codes(wave, stratum=1, count=3, by=ada)
    assert ">Invited<" in logged_in(ada).get(address).text


def test_the_page_says_how_far_the_evaluation_is_without_a_script(
    ada: User, open_wave: Wave, logged_in: Browser
) -> None:
    fielding.close_wave(open_wave, by=ada)
    Wave.objects.filter(pk=open_wave.pk).update(
        status=Wave.Status.SETTLED, settled_at=fielding.database_now()
    )
    page = logged_in(ada).get(reverse("waves:detail", args=[open_wave.pk]) + "?lang=en").text
    assert "The evaluation begins when the last answers are counted." in page
    assert f'hx-get="{reverse("evaluations:progress", args=[open_wave.pk])}"' in page
