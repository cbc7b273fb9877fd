"""Addresses of the upper storey, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from reports.analyses import api as analyses_api
from reports.analyses import views as analyses
from reports.briefings import api as briefings_api
from reports.briefings import views as briefings
from reports.evaluations import api as evaluations_api
from reports.exports import views as exports
from reports.exports.registry import REGISTRY
from reports.narratives import views as narratives
from reports.notices import api as notices_api
from reports.notices import views as notices
from reports.scorecards import api as scorecards_api
from reports.scorecards import views as scorecards
from reports.trust import views as trust

evaluations_urls = [path("<int:wave_id>/progress/", notices.progress, name="progress")]

notices_urls = [
    path("", notices.notices, name="list"),
    path("read/", notices.read_all, name="read-all"),
    path("<int:pk>/read/", notices.read, name="read"),
    path("mail/", notices.mail, name="mail"),
]

scorecards_urls = [
    path("results/", scorecards.results, name="results"),
    path("results/<slug:wave>/", scorecards.wave, name="wave"),
    # Before departments, and a path: codes of places may hold any sign, as those of joined strata do.
    path("results/<slug:wave>/places/", scorecards.places, name="places"),
    path("results/<slug:wave>/places/<path:place>/", scorecards.place, name="place"),
    path("results/<slug:wave>/<slug:department>/", scorecards.department, name="department"),
    path("office/scorecards/", briefings.office, name="list"),
    path("office/scorecards/<int:pk>/", briefings.detail, name="detail"),
    path("office/scorecards/releases/<int:pk>/", scorecards.review, name="review"),
    path("office/scorecards/releases/<int:pk>/correct/", scorecards.correct, name="correct"),
    path("office/scorecards/releases/<int:pk>/take-down/", scorecards.take_down, name="take-down"),
]

briefings_urls = [path("predictions/<slug:wave>/", briefings.predict, name="predict")]

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

narratives_urls = [
    path("results/<slug:wave>/report/", narratives.report, name="report"),
    path("method/", narratives.method, name="method"),
]

trust_urls = [
    path("trust/", trust.page, name="page"),
    path("trust/verify.py", trust.program, name="verify"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("office/evaluations/", include((evaluations_urls, "evaluations"))),
    path("office/notices/", include((notices_urls, "notices"))),
    path("results/", include((exports_urls, "exports"))),
    path("office/scorecards/", include((briefings_urls, "briefings"))),
    # Before scorecards: a department's page stands at the same depth.
    path("", include((analyses_urls, "analyses"))),
    path("", include((narratives_urls, "narratives"))),
    path("", include((trust_urls, "trust"))),
    path("", include((scorecards_urls, "scorecards"))),
]

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("evaluations/", evaluations_api.Evaluations.as_view(), name="evaluations"),
    path(
        "evaluations/<int:wave_id>/progress/", notices_api.WaveProgress.as_view(), name="evaluation-progress"
    ),
    path("notices/", notices_api.Notices.as_view(), name="api-notices"),
    path("notices/<int:pk>/read/", notices_api.NoticeRead.as_view(), name="api-notice-read"),
    path("results/", scorecards_api.Results.as_view(), name="results"),
    path("results/<slug:wave>/", scorecards_api.WaveResults.as_view(), name="results-wave"),
    path(
        "results/<slug:wave>/<slug:department>/",
        scorecards_api.DepartmentResults.as_view(),
        name="results-department",
    ),
    path("analyses/<slug:wave>/", analyses_api.WaveAnalysis.as_view(), name="analysis"),
    path("scorecards/", briefings_api.Scorecards.as_view(), name="scorecards"),
    path("scorecards/<int:pk>/", briefings_api.OneScorecard.as_view(), name="scorecard"),
    path("predictions/<slug:wave>/", briefings_api.OnePrediction.as_view(), name="prediction"),
    path("figures/", scorecards_api.AllFigures.as_view(), name="figures"),
    path("publications/<int:pk>/review/", scorecards_api.Review.as_view(), name="publication-review"),
    path(
        "publications/<int:pk>/takedown/",
        scorecards_api.ProposeTakedown.as_view(),
        name="publication-takedown",
    ),
    path("takedowns/", scorecards_api.Takedowns.as_view(), name="takedowns"),
    path("takedowns/<int:pk>/decide/", scorecards_api.DecideTakedown.as_view(), name="takedown-decide"),
]
