"""The waves room of the office: plan, open, watch, close; codes; import; and the office's first page.

Fieldwork pages count people and never show a value: scores are sealed until their release.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from surveys import tasks
from surveys.people.access import has_role, require
from surveys.people.forms import show
from surveys.people.models import Department, Place, Role, User
from surveys.people.roles import Deed
from surveys.questionnaires import reviewing
from surveys.questionnaires.access import questionnaires_visible_to
from surveys.questionnaires.desk import listed_title
from surveys.questionnaires.models import Questionnaire
from surveys.waves import access, fielding, fieldwork, importing, margins, proposing, registering, withdrawing
from surveys.waves.fielding import WaveStateError
from surveys.waves.forms import ImportForm, PlanForm
from surveys.waves.models import CLAIMABLE, Channel, Klass, Wave
from surveys.waves.past_design import with_method
from surveys.waves.past_files import CODEBOOK, POPULATION, ImportRefused, read_json, read_table
from surveys.waves.timelines import chip_of, timeline_of
from surveys.waves.views.finding import address, may_do, site_noted, site_of, staff, wave_or_404
from surveys.waves.views.services import public_page_of
from surveys.waves.views.ways import ways_from

PER_PAGE = 30
DRAFTS_SHOWN = 8
WITHDRAWN = "withdrawn"  # no state of a wave: such plans are read from the audit trail
WIDGET_HEIGHT = 260  # pixels of the frame on another website


@require_GET
def office(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader; heads go to their scorecards."""
    if not has_role(request.user):
        raise PermissionDenied(_("Your account has no role yet. Please ask an administrator."))
    scorecards = address("scorecards:list")
    if request.user.role == Role.HEAD and scorecards:
        return redirect(scorecards)
    if request.user.role == Role.INTERVIEWER:
        return _to_help_with(request)
    waves = fieldwork.with_people(access.waves_visible_to(request.user))
    context = {
        "open_waves": waves.filter(status=Wave.Status.OPEN).order_by("closes_at"),
        "planned_waves": waves.filter(status=Wave.Status.PLANNED).order_by("opens_at"),
        "closed_waves": waves.filter(status=Wave.Status.CLOSED).order_by("-closed_at"),
        "sealed_waves": waves.filter(status=Wave.Status.SETTLED, release_at__gt=fielding.database_now()),
        "drafts": questionnaires_visible_to(request.user)[:DRAFTS_SHOWN]
        if may_do(request, Deed.DESIGN)
        else (),
        "waiting_drafts": _waiting_drafts(request),
        "may_field": may_do(request, Deed.FIELD),
        "may_review": may_do(request, Deed.REVIEW),
        "scorecards_url": scorecards,
    }
    return render(request, "surveys/waves/office.html", context)


def _to_help_with(request: HttpRequest) -> HttpResponse:
    """Show an interviewer the open waves that residents are helped with, and nothing else."""
    found: dict[int, tuple[Wave, set[Channel]]] = {}
    for channel in (Channel.ASSISTED, Channel.PAPER):
        for wave in access.waves_to_help_with(request.user, channel).filter(status=Wave.Status.OPEN):
            found.setdefault(wave.pk, (wave, set()))[1].add(channel)
    lines = [
        {"wave": wave, "assists": Channel.ASSISTED in ways, "has_paper": Channel.PAPER in ways}
        for wave, ways in found.values()
    ]
    return render(request, "surveys/waves/helping.html", {"lines": lines})


@require_GET
def waves(request: HttpRequest) -> HttpResponse:
    """List the waves."""
    require(request.user, Deed.SEE_FIELDWORK)
    found = fieldwork.with_people(access.waves_visible_to(request.user)).select_related("edition")
    status = request.GET.get("status", "")
    if status == WITHDRAWN:
        found = found.none()
    elif status in Wave.Status.values:
        found = found.filter(status=status)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [(wave, chip_of(wave)) for wave in page],
        "status": status,
        "states": [*Wave.Status.choices, (WITHDRAWN, _("withdrawn plans"))],
        "withdrawn": withdrawing.withdrawn() if status == WITHDRAWN else (),
        "may_field": may_do(request, Deed.FIELD),
        "may_import": may_do(request, Deed.IMPORT),
    }
    return render(request, "surveys/waves/list.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a wave."""
    require(request.user, Deed.FIELD)
    if request.method == "POST":
        form = PlanForm(staff(request), request.POST)
        if form.is_valid():
            try:
                wave = fielding.plan(by=staff(request), **form.declared())
            except ValidationError as refused:
                show(form, refused, form.error_places)
            else:
                messages.success(request, _("The wave is planned. It opens by itself at its time."))
                return redirect("waves:detail", pk=wave.pk)
    else:
        said = request.GET
        level = said.get("strata", "")
        known = level in map(str, Place.Level.values)
        strata = {"strata": proposing.strata_from_places(int(level))} if known else {}
        proposal = proposing.proposed(
            staff(request), edition=said.get("edition", ""), ticks_all=said.get("departments") == "all"
        )
        form = PlanForm(staff(request), initial={**proposal, **strata})
    return _plan_page(request, form, title=_("Plan a wave"))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the plan of a wave that has not opened."""
    require(request.user, Deed.FIELD)
    wave = wave_or_404(request, pk)
    if wave.status != Wave.Status.PLANNED:
        messages.error(request, _("This wave has opened: what it declared can no longer be changed."))
        return redirect("waves:detail", pk=pk)
    form = PlanForm(
        staff(request), request.POST if request.method == "POST" else None, initial=proposing.filled_in(wave)
    )
    if request.method == "POST" and form.is_valid():
        try:
            fielding.change_plan(wave, by=staff(request), **form.declared())
        except ValidationError as refused:
            show(form, refused, form.error_places)
        except WaveStateError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The plan is changed."))
            return redirect("waves:detail", pk=pk)
    return _plan_page(request, form, title=_("Change the plan"), wave=wave)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a wave stands and how its fieldwork goes."""
    require(request.user, Deed.SEE_FIELDWORK)
    wave = wave_or_404(request, pk)
    now = fielding.database_now()
    state = fieldwork.of(wave)
    context = {
        "wave": wave,
        "chip": chip_of(wave),
        "timeline": timeline_of(wave, now),
        "fieldwork": state,
        "is_clustered": any(line.stratum.clusters for line in state.strata),
        "departments": _departments(wave),
        "margins": margins.declared(wave.margins),
        "level": f"{float(wave.method['level']) * 100:g}%",
        "addresses": _addresses(request, wave),
        "is_sealed": now < wave.release_at,
        "is_being_counted": wave.status == Wave.Status.CLOSED,
        "progress_url": address("evaluations:progress", wave.pk) if wave.settled_at else None,
        "results_url": address("scorecards:wave", wave.slug) if now >= wave.release_at else None,
        "may_field": may_do(request, Deed.FIELD),
        "ways": ways_from(request, wave),
        "register": registering.register_of(wave),
        "public_page": public_page_of(wave),
        "snippet": _snippet(request, wave),
        **site_noted(request),
        "counts_widget": Channel.WIDGET in wave.channels,
    }
    return render(request, "surveys/waves/detail.html", context)


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show, as a fragment, whether a closed wave is counted yet; the page is loaded again when it is."""
    require(request.user, Deed.SEE_FIELDWORK)
    wave = wave_or_404(request, pk)
    response = render(request, "surveys/waves/_counting.html", {"wave": wave})
    if wave.status == Wave.Status.SETTLED:
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "POST"])
def open_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to open a wave now, and do it."""
    require(request.user, Deed.FIELD)
    wave = wave_or_404(request, pk)
    if request.method == "GET":
        state = fieldwork.of(wave)
        context = {
            "wave": wave,
            "fieldwork": state,
            "departments": _departments(wave),
            "lacks_codes": wave.klass == Klass.SAMPLE and not state.invited,
        }
        return render(request, "surveys/waves/open.html", context)
    try:
        fielding.open_wave(wave, by=staff(request))
    except WaveStateError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The wave is open."))
    return redirect("waves:detail", pk=pk)


@require_http_methods(["GET", "POST"])
def close_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to close a wave now, and do it; counting begins at once."""
    require(request.user, Deed.FIELD)
    wave = wave_or_404(request, pk)
    if request.method == "GET":
        is_early = fielding.database_now() < wave.closes_at
        return render(request, "surveys/waves/close.html", {"wave": wave, "is_early": is_early})
    try:
        fielding.close_wave(wave, by=staff(request))
    except WaveStateError as refused:
        messages.error(request, str(refused))
    else:
        tasks.mix_due.delay_on_commit()  # type: ignore[attr-defined]  # of DjangoTask
        messages.success(request, _("The wave is closed and being counted."))
    return redirect("waves:detail", pk=pk)


@require_http_methods(["GET", "POST"])
def import_past(request: HttpRequest) -> HttpResponse:
    """Bring in a past wave from files; it is counted by the worker."""
    require(request.user, Deed.IMPORT)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            wave = _imported(form, staff(request))
        except ImportRefused as refused:
            refusal = refused
        else:
            tasks.mix_due.delay_on_commit()  # type: ignore[attr-defined]  # of DjangoTask
            messages.success(request, _("The wave is imported and being counted."))
            return redirect("waves:detail", pk=wave.pk)
    met = refusal.met if isinstance(refusal, importing.DepartmentsMet) else ()
    context = {"form": form, "refusal": None if met else refusal, "met": met}
    return render(request, "surveys/waves/import.html", context, status=422 if form.is_bound else 200)


def _imported(form: ImportForm, user: User) -> Wave:
    typed = form.cleaned_data
    return importing.import_wave(
        codebook=with_method(read_json(typed["codebook"].read(), file=CODEBOOK), form.method),
        rows=read_table(typed["rows"].read()),
        name=typed["name"],
        strata_column=typed["strata_column"] or None,
        population=read_json(typed["population"].read(), file=POPULATION) if typed["population"] else None,
        attach=typed["attach"],
        by=user,
    )


def _waiting_drafts(request: HttpRequest) -> list[tuple[Questionnaire, str]]:
    """Return the drafts that wait for somebody with the reader's role, with their titles."""
    if not may_do(request, Deed.APPROVE_EDITIONS):
        return []
    waiting = reviewing.waiting(questionnaires_visible_to(request.user))
    return [(one, listed_title(one)) for one in waiting]


def _departments(wave: Wave) -> list[Department]:
    return [one.department for one in wave.coverage.select_related("department")]


def _addresses(request: HttpRequest, wave: Wave) -> list[tuple[str, str]]:
    """Return what stands on signs, screens and letters: the public address by each channel."""
    path = address("responses:survey", wave.slug)
    if not path or not wave.is_public or wave.klass == Klass.IMPORTED:
        return []
    absolute = site_of(request) + path
    return [
        (
            str(Channel(channel).label),
            absolute if channel == Channel.WEB else f"{absolute}?ch={Channel(channel).name.lower()}",
        )
        for channel in wave.channels
        if channel in CLAIMABLE
    ]


def _snippet(request: HttpRequest, wave: Wave) -> str:
    """Return the HTML by which another website shows the wave's widget, or nothing where the public has no way in."""
    path = address("responses:embed", wave.slug)
    if not path or not wave.is_public or wave.klass == Klass.IMPORTED:
        return ""
    return format_html(
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy" style="border: 0"></iframe>',
        site_of(request) + path,
        wave.title,
        WIDGET_HEIGHT,
    )


def _plan_page(request: HttpRequest, form: PlanForm, *, title: str, wave: Wave | None = None) -> HttpResponse:
    editions = proposing.editions_to_field(staff(request))[: proposing.EDITIONS_OFFERED]
    context = {
        "form": form,
        "title": title,
        "wave": wave,
        "levels": Place.Level.choices,
        "editions": editions,
    }
    return render(request, "surveys/waves/plan.html", context, status=422 if form.is_bound else 200)
