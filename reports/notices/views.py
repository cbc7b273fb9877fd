"""Notices in the office, and how far the way of a wave to its release has got."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from reports.notices import access, noticing
from reports.notices.forms import MailForm
from reports.notices.standings import standing_of
from reports.notices.telling import address, sentence
from surveys.people.access import has_role, require
from surveys.people.models import User
from surveys.people.roles import Deed

PER_PAGE = 50


@require_safe
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """List the reader's notices, newest first."""
    user = _member(request)
    page = Paginator(access.notices_visible_to(user), PER_PAGE).get_page(request.GET.get("page"))
    choice = access.mail_choice_of(user)
    context = {
        "page": page,
        "lines": [(notice, sentence(notice), address(notice)) for notice in page],
        "unread": access.unread_by(user),
        "form": MailForm(initial={"wanted": choice.wanted, "language": choice.language}),
    }
    return render(request, "reports/notices/list.html", context)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read."""
    try:
        noticing.read(_member(request), pk=pk)
    except noticing.NoticeNotYours:
        raise Http404 from None
    return redirect("notices:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all notices as read."""
    noticing.read_all(_member(request))
    return redirect("notices:list")


@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """Keep what the reader chooses about e-mail."""
    form = MailForm(request.POST)
    user = _member(request)
    if not form.is_valid():
        messages.error(request, _("Choose one of the languages shown."))
    else:
        noticing.choose_mail(user, wanted=form.cleaned_data["wanted"], language=form.cleaned_data["language"])
        messages.success(request, _("Your choice about e-mails is kept."))
    return redirect("notices:list")


@require_safe
@never_cache
def progress(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Say how far a wave has got on its way to the release, as a piece of a page; never a value."""
    require(request.user, Deed.SEE_FIELDWORK)
    standing, seen = standing_of(wave_id), request.GET.get("seen", "")
    if seen == standing.mark:
        return HttpResponse(status=204)  # htmx leaves the page as it is
    context = {"standing": standing, "wave_id": wave_id, "brief": "brief" in request.GET}
    response = render(request, "reports/notices/_progress.html", context)
    if seen and seen.partition("-")[0] != standing.state:
        # Read out once for each state, not for every department.
        response["HX-Trigger"] = json.dumps({"announce": str(standing.label)})
    return response


def _member(request: HttpRequest) -> User:
    if not has_role(request.user):
        raise PermissionDenied
    return request.user
