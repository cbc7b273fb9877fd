"""Addresses of the upper storey, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from reports.analyses import api as analyses_api
from reports.analyses import views as analyses
from reports.evaluations import api as evaluations_api
from reports.evaluations import views as evaluations
from reports.exports import views as exports
from reports.exports.registry import REGISTRY
from reports.scorecards import api as scorecards_api
from reports.scorecards import views as scorecards

evaluations_urls = [path("<int:wave_id>/progress/", evaluations.progress, name="progress")]

scorecards_urls = [
    path("results/", scorecards.results, name="results"),
    path("results/<slug:wave>/", scorecards.wave, name="wave"),
    path("results/<slug:wave>/<slug:department>/", scorecards.department, name="department"),
    path("office/scorecards/", scorecards.office, name="list"),
    path("office/scorecards/<int:pk>/", scorecards.detail, name="detail"),
    path("office/scorecards/releases/<int:pk>/", scorecards.review, name="review"),
    path("office/scorecards/releases/<int:pk>/correct/", scorecards.correct, name="correct"),
]

exports_urls: list[URLPattern | URLResolver] = []
for export in REGISTRY:
    given = {"name": export.name}
    exports_urls += [
        path(f"<slug:wave>/{export.name}", exports.wave_file, given, name=f"wave-{export.name}"),
        path(
            f"<slug:wave>/<slug:department>/{export.name}",
            exports.department_file,
            given,
            name=f"department-{export.name}",
        ),
    ]

analyses_urls = [
    path("results/<slug:wave>/analysis/", analyses.wave, name="wave"),
    path("results/<slug:wave>/analysis.json", analyses.document, name="document"),
    path("office/scorecards/planning/", analyses.planning, name="planning"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("office/evaluations/", include((evaluations_urls, "evaluations"))),
    path("results/", include((exports_urls, "exports"))),
    # Before scorecards: a department's page stands at the same depth.
    path("", include((analyses_urls, "analyses"))),
    path("", include((scorecards_urls, "scorecards"))),
]

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("evaluations/", evaluations_api.Evaluations.as_view(), name="evaluations"),
    path("results/", scorecards_api.Results.as_view(), name="results"),
    path("results/<slug:wave>/", scorecards_api.WaveResults.as_view(), name="results-wave"),
    path(
        "results/<slug:wave>/<slug:department>/",
        scorecards_api.DepartmentResults.as_view(),
        name="results-department",
    ),
    path("analyses/<slug:wave>/", analyses_api.WaveAnalysis.as_view(), name="analysis"),
    path("publications/<int:pk>/review/", scorecards_api.Review.as_view(), name="publication-review"),
]
