"""Answering with an interviewer: the office begins a form, the resident's own answer sheet does the rest.

The sheet that comes back is sent to the resident's address and knows no user; neither code nor pass ever stands in an
address. What was answered is not shown to the interviewer again.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys.languages import in_language
from surveys.people.access import require
from surveys.people.roles import Deed
from surveys.responses import assisting, form_tokens, occasions, pages, turnout
from surveys.responses.forms import HelpForm
from surveys.responses.views import frames
from surveys.responses.views.helping import helper, wave_or_404
from surveys.waves.models import Channel


@never_cache
@require_http_methods(["GET", "POST"])
def assist(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a form that is filled in together, after saying what the helper's duties are."""
    require(request.user, Deed.ASSIST)
    wave = wave_or_404(request, pk, Channel.ASSISTED)
    form = HelpForm(wave, request.POST or None)
    if request.method == "POST" and wave.is_open and form.is_valid():
        permit = assisting.permit(helper(request), wave.id, channel=Channel.ASSISTED, point=form.point_id)
        language = form.cleaned_data["language"]
        occasion = occasions.of(wave, {}, code=form.cleaned_data["code"], permit=permit)
        turnout.begin(wave.id, channel=occasion.channel, language=language, point=occasion.point_id)
        page = pages.blank_form(
            wave,
            language=language,
            about=form.departments,
            occasion=occasion,
            token=form_tokens.issue(wave.id),
        )
        return frames.page(page, language)
    context = {"wave": wave, "title": in_language(wave.titles) or wave.slug, "form": form}
    return render(request, "surveys/responses/assist.html", context, status=422 if form.errors else 200)
