"""Addresses of the lower storey, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from surveys.people import api as people_api
from surveys.people import views as people
from surveys.questionnaires import api as questionnaires_api
from surveys.questionnaires.views import desks, editions, previews, questions
from surveys.responses import api as responses_api
from surveys.responses import views as responses
from surveys.waves import views as waves
from surveys.waves.api import invitations as invitations_api
from surveys.waves.api import plans as plans_api

responses_urls = [
    path("", responses.home, name="home"),
    path("check/", responses.check, name="check"),
    path("s/<slug:slug>/", responses.survey, name="survey"),
    path("i/", responses.enter, name="enter"),
    path("i/<str:code>/", responses.invitation, name="invitation"),
]

questionnaires_urls = [
    path("", desks.list_, name="list"),
    path("new/", desks.create, name="create"),
    path("<int:pk>/", desks.edit, name="edit"),
    path("<int:pk>/frame/", desks.frame, name="frame"),
    path("<int:pk>/dimensions/", desks.dimensions, name="dimensions"),
    path("<int:pk>/questions/", questions.add, name="add"),
    path("<int:pk>/questions/<slug:code>/", questions.question, name="question"),
    path("<int:pk>/questions/<slug:code>/move/", questions.move, name="move"),
    path("<int:pk>/questions/<slug:code>/copy/", questions.copy, name="copy"),
    path("<int:pk>/questions/<slug:code>/remove/", questions.remove, name="remove"),
    path("<int:pk>/preview/", previews.preview, name="preview"),
    path("<int:pk>/preview/sheet/", previews.sheet, name="sheet"),
    path("<int:pk>/check/", editions.check, name="check"),
    path("<int:pk>/publish/", editions.publish, name="publish"),
    path("<int:pk>/editions/", editions.editions, name="editions"),
    path("<int:pk>/editions/<int:number>/", editions.edition, name="edition"),
    path("<int:pk>/editions/<int:number>/document.json", editions.document, name="document"),
    path("<int:pk>/editions/<int:number>/preview/", previews.preview, name="edition-preview"),
    path("<int:pk>/editions/<int:number>/preview/sheet/", previews.sheet, name="edition-sheet"),
]

waves_urls = [
    path("", waves.waves, name="list"),
    path("plan/", waves.plan, name="plan"),
    path("import/", waves.import_past, name="import"),
    path("<int:pk>/", waves.detail, name="detail"),
    path("<int:pk>/change/", waves.change, name="change"),
    path("<int:pk>/open/", waves.open_now, name="open"),
    path("<int:pk>/close/", waves.close_now, name="close"),
    path("<int:pk>/progress/", waves.progress, name="progress"),
    path("<int:pk>/codes/", waves.codes, name="codes"),
    path("<int:pk>/codes/revoke/", waves.revoke, name="revoke"),
]

# The office's first page is made of waves, which the people room does not know.
people_urls = [
    path("", waves.office, name="office"),
    path("account/", people.account, name="account"),
    path("account/password/", people.change_own_password, name="own-password"),
    path("account/tokens/", people.issue_token, name="token-issue"),
    path("account/tokens/<int:pk>/revoke/", people.revoke_token, name="token-revoke"),
    path("people/", people.users, name="list"),
    path("people/users/new/", people.add_user, name="user-add"),
    path("people/users/<int:pk>/", people.change_user, name="user-change"),
    path("people/users/<int:pk>/password/", people.set_password, name="user-password"),
    path("people/departments/", people.departments, name="departments"),
    path("people/departments/new/", people.add_department, name="department-add"),
    path("people/departments/<slug:code>/", people.change_department, name="department-change"),
    path("people/places/", people.places, name="places"),
    path("people/places/new/", people.add_place, name="place-add"),
    path("people/places/<slug:code>/", people.change_place, name="place-change"),
    path("people/service-points/", people.service_points, name="service-points"),
    path("people/service-points/new/", people.add_service_point, name="service-point-add"),
    path("people/service-points/<slug:code>/", people.change_service_point, name="service-point-change"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("office/questionnaires/", include((questionnaires_urls, "questionnaires"))),
    path("office/waves/", include((waves_urls, "waves"))),
    path("office/", include((people_urls, "people"))),
    path("", include((responses_urls, "responses"))),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("departments/", people_api.Departments.as_view(), name="api-departments"),
    path("departments/<slug:code>/", people_api.OneDepartment.as_view(), name="api-department"),
    path("places/", people_api.Places.as_view(), name="api-places"),
    path("service-points/", people_api.ServicePoints.as_view(), name="api-service-points"),
    path("waves/", plans_api.Waves.as_view(), name="api-waves"),
    path("waves/<slug:slug>/", plans_api.wave, name="api-wave"),
    path("waves/<slug:slug>/open/", plans_api.open_now, name="api-wave-open"),
    path("waves/<slug:slug>/close/", plans_api.close_now, name="api-wave-close"),
    path("waves/<slug:slug>/invitations/", invitations_api.invitations, name="api-invitations"),
    path("waves/<slug:slug>/invitations/revoke/", invitations_api.revoke, name="api-invitation-revoke"),
    path("questionnaires/", questionnaires_api.questionnaires, name="api-questionnaires"),
    path("questionnaires/<int:pk>/", questionnaires_api.questionnaire, name="api-questionnaire"),
    path("questionnaires/<int:pk>/draft/", questionnaires_api.draft, name="api-draft"),
    path("questionnaires/<int:pk>/check/", questionnaires_api.check, name="api-check"),
    path("questionnaires/<int:pk>/publish/", questionnaires_api.publish, name="api-publish"),
    path("questionnaires/<int:pk>/editions/", questionnaires_api.editions, name="api-editions"),
    path("questionnaires/<int:pk>/editions/<int:number>/", questionnaires_api.edition, name="api-edition"),
    path("waves/<slug:slug>/form/", responses_api.form, name="api-form"),
    path("waves/<slug:slug>/responses/", responses_api.responses, name="api-responses"),
    path("check/", responses_api.check, name="api-receipt"),
]
