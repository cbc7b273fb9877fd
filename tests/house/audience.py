"""The table of audiences: for every route, who may pass. `test_audience` holds the doors to it."""

from enum import Enum, auto

from surveys.people.roles import Deed


class Audience(Enum):
    """Who may pass without a particular deed."""

    ANYBODY = auto()
    STAFF = auto()  # anybody with an account and a role


ANYBODY, STAFF = Audience.ANYBODY, Audience.STAFF
DJANGO_ADMIN = "admin:"  # Django's own site asks for is_staff on every page; tested by Django

FILES = (
    "dataset.csv",
    "design.csv",
    "moments.csv",
    "correlations.csv",
    "residuals.csv",
    "unflagged.csv",
    "method.json",
    "scorecard.json",
    "SHA256SUMS",
)

AUDIENCE: dict[str, Audience | Deed] = {
    # Frame
    "healthz": ANYBODY,
    "login": ANYBODY,
    "logout": STAFF,
    "set_language": ANYBODY,
    "api-index": ANYBODY,
    "api-schema": ANYBODY,
    "api-docs": ANYBODY,
    # Residents and the public
    "responses:home": ANYBODY,
    "responses:check": ANYBODY,
    "responses:survey": ANYBODY,
    "responses:enter": ANYBODY,
    "responses:invitation": ANYBODY,
    "scorecards:results": ANYBODY,
    "scorecards:wave": ANYBODY,
    "scorecards:department": ANYBODY,
    **{f"exports:{whose}-{name}": ANYBODY for whose in ("wave", "department") for name in FILES},
    # Questionnaires
    "questionnaires:list": Deed.READ_QUESTIONNAIRES,
    "questionnaires:create": Deed.DESIGN,
    "questionnaires:edit": Deed.READ_QUESTIONNAIRES,
    "questionnaires:frame": Deed.DESIGN,
    "questionnaires:dimensions": Deed.DESIGN,
    "questionnaires:add": Deed.DESIGN,
    "questionnaires:question": Deed.DESIGN,
    "questionnaires:move": Deed.DESIGN,
    "questionnaires:copy": Deed.DESIGN,
    "questionnaires:remove": Deed.DESIGN,
    "questionnaires:preview": Deed.READ_QUESTIONNAIRES,
    "questionnaires:sheet": Deed.READ_QUESTIONNAIRES,
    "questionnaires:check": Deed.READ_QUESTIONNAIRES,
    "questionnaires:publish": Deed.PUBLISH_EDITIONS,
    "questionnaires:editions": Deed.READ_QUESTIONNAIRES,
    "questionnaires:edition": Deed.READ_QUESTIONNAIRES,
    "questionnaires:document": Deed.READ_QUESTIONNAIRES,
    "questionnaires:edition-preview": Deed.READ_QUESTIONNAIRES,
    "questionnaires:edition-sheet": Deed.READ_QUESTIONNAIRES,
    # Waves
    "waves:list": Deed.SEE_FIELDWORK,
    "waves:plan": Deed.FIELD,
    "waves:import": Deed.IMPORT,
    "waves:detail": Deed.SEE_FIELDWORK,
    "waves:change": Deed.FIELD,
    "waves:open": Deed.FIELD,
    "waves:close": Deed.FIELD,
    "waves:progress": Deed.SEE_FIELDWORK,
    "waves:codes": Deed.FIELD,
    "waves:revoke": Deed.FIELD,
    "evaluations:progress": Deed.SEE_FIELDWORK,
    # People
    "people:office": STAFF,
    "people:account": STAFF,
    "people:own-password": STAFF,
    "people:token-issue": STAFF,
    "people:token-revoke": STAFF,
    "people:list": STAFF,
    "people:user-add": Deed.MANAGE_PEOPLE,
    "people:user-change": Deed.MANAGE_PEOPLE,
    "people:user-password": Deed.MANAGE_PEOPLE,
    "people:departments": STAFF,
    "people:department-add": Deed.MANAGE_PEOPLE,
    "people:department-change": Deed.MANAGE_PEOPLE,
    "people:places": STAFF,
    "people:place-add": Deed.MANAGE_PEOPLE,
    "people:place-change": Deed.MANAGE_PEOPLE,
    "people:service-points": STAFF,
    "people:service-point-add": Deed.MANAGE_PEOPLE,
    "people:service-point-change": Deed.MANAGE_PEOPLE,
    # Scorecards
    "scorecards:list": STAFF,
    "scorecards:detail": STAFF,
    "scorecards:review": Deed.SEE_FIELDWORK,
    "scorecards:correct": Deed.REVIEW,
    # Analyses
    "analyses:wave": ANYBODY,
    "analyses:document": ANYBODY,
    "analyses:planning": Deed.FIELD,
    # API
    "api-departments": STAFF,
    "api-department": STAFF,
    "api-places": STAFF,
    "api-service-points": STAFF,
    "api-waves": Deed.SEE_FIELDWORK,
    "api-wave": Deed.SEE_FIELDWORK,
    "api-wave-open": Deed.FIELD,
    "api-wave-close": Deed.FIELD,
    "api-invitations": Deed.FIELD,
    "api-invitation-revoke": Deed.FIELD,
    "api-questionnaires": Deed.READ_QUESTIONNAIRES,
    "api-questionnaire": Deed.READ_QUESTIONNAIRES,
    "api-draft": Deed.DESIGN,
    "api-check": Deed.READ_QUESTIONNAIRES,
    "api-publish": Deed.PUBLISH_EDITIONS,
    "api-editions": Deed.READ_QUESTIONNAIRES,
    "api-edition": Deed.READ_QUESTIONNAIRES,
    "api-form": ANYBODY,
    "api-responses": ANYBODY,
    "api-receipt": ANYBODY,
    "evaluations": Deed.SEE_FIELDWORK,
    "results": ANYBODY,
    "results-wave": ANYBODY,
    "results-department": ANYBODY,
    "analysis": ANYBODY,
    "publication-review": Deed.REVIEW,
}

ONLY_POST = {
    "logout",
    "set_language",
    "questionnaires:add",
    "questionnaires:move",
    "questionnaires:copy",
    "questionnaires:publish",
    "questionnaires:question",
    "questionnaires:remove",
    "waves:revoke",
    "people:token-revoke",
    "scorecards:correct",
    "api-check",
    "api-publish",
    "api-wave-open",
    "api-wave-close",
    "api-invitations",
    "api-invitation-revoke",
    "api-responses",
    "api-receipt",
    "publication-review",
}

ONLY_PUT = {"api-draft"}
