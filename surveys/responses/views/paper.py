"""Paper forms to print: blank copies with serials of their own, or copies for invited people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys.languages import in_language
from surveys.people.access import require
from surveys.people.roles import Deed
from surveys.responses.forms import PrintForm
from surveys.responses.paper import sheets
from surveys.responses.paper.sheets import Copy
from surveys.responses.views.helping import wave_or_404
from surveys.typesetting import NotPrintable
from surveys.waves.models import Channel


@never_cache
@require_http_methods(["GET", "POST"])
def forms_to_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with a PDF of as many copies as were asked for; nothing of them is kept."""
    require(request.user, Deed.ENTER_PAPER)
    wave = wave_or_404(request, pk, Channel.PAPER)
    form = PrintForm(wave, request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        codes = typed["codes"]
        copies = (
            [Copy(code, is_invitation=True) for code in codes]
            if codes
            else sheets.blank_copies(wave, typed["copies"])
        )
        try:
            content = sheets.printed(wave, copies, language=typed["language"], about=form.departments)
        except NotPrintable as refused:
            form.add_error("language", str(refused))
        else:
            name = f"{wave.slug}-paper-{typed['language']}.pdf"
            return HttpResponse(
                content,
                content_type="application/pdf",
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
    context = {"wave": wave, "title": in_language(wave.titles) or wave.slug, "form": form, "pk": pk}
    return render(request, "surveys/responses/paper.html", context, status=422 if form.errors else 200)
