"""All addresses: each storey brings its own, the project adds sign-in, the API's frame and its health.

What is refused before a view is found is refused in JSON to programs, on a page to people.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import loader
from django.urls import include, path
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.generic import RedirectView
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import reports.urls
import surveys.urls
from survey_project import api
from survey_project.health import healthz
from survey_project.middleware import unavailable
from survey_project.signing_in import SignIn

View = Callable[..., HttpResponseBase]

# Swagger UI writes style attributes; its script stays a file of ours.
api_docs = csp_update({"style-src": ["'unsafe-inline'"]})(
    SpectacularSwaggerSplitView.as_view(url_name="api-schema")
)


def in_our_languages(view: View) -> View:
    """Hand requests on without a language that is none of the site's: Django would remember each it is asked for."""

    @wraps(view)
    def handed_on(request: HttpRequest) -> HttpResponseBase:
        for given, field in (("GET", "lang"), ("POST", "language")):
            if getattr(request, given).get(field, "") not in dict(settings.LANGUAGES):
                known = getattr(request, given).copy()
                known.pop(field, None)
                setattr(request, given, known)
        return view(request)

    return handed_on


# One door: Django's own would check passwords without end.
at_our_door = login_not_required(RedirectView.as_view(pattern_name="login", query_string=True))
admin.site.login = at_our_door  # type: ignore[assignment, method-assign]
api_schema = in_our_languages(api.read_only(SpectacularAPIView.as_view()))

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("office/login/", SignIn.as_view(), name="login"),
    path("office/logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("office/admin/", admin.site.urls),
    path("api/v1/", include([path("", api.index, name="api-index"), *api.ENDPOINTS])),
    path("api/schema/", login_not_required(api_schema), name="api-schema"),
    path("api/docs/", login_not_required(api.read_only(api_docs)), name="api-docs"),
    path("i18n/setlang/", login_not_required(in_our_languages(set_language)), name="set_language"),
    path("", include(surveys.urls.urlpatterns)),
    path("", include(reports.urls.urlpatterns)),
]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is malformed: a strange host, a body too large, too many fields."""
    if api.is_for_programs(request):
        return api.refusal(400, _("The request is malformed."))
    return defaults.bad_request(request, exception)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is forbidden."""
    if api.is_for_programs(request):
        return api.refusal(403, _("You may not do this."))
    return defaults.permission_denied(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    if api.is_for_programs(request):
        return api.refusal(404, _("There is nothing at this address; /api/v1/ lists what there is."))
    return defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer a fault; a database that went away below the views is 503, as DatabaseDown answers it above."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    if api.is_for_programs(request):
        return api.refusal(500, _("Something went wrong here. It has been noted; please try again later."))
    return HttpResponse(loader.get_template("500.html").render(), status=500)
