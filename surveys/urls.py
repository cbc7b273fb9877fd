"""Addresses of the lower storey, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from surveys.people import api as people_api
from surveys.people import views as people
from surveys.questionnaires.api import differences as differences_api
from surveys.questionnaires.api import drafts as drafts_api
from surveys.questionnaires.api import editions as editions_api
from surveys.questionnaires.api import library as library_api
from surveys.questionnaires.api import measures as measures_api
from surveys.questionnaires.api import remarks as remarks_api
from surveys.questionnaires.api import reviews as reviews_api
from surveys.questionnaires.api import texts as texts_api
from surveys.questionnaires.views import (
    bank,
    branches,
    desks,
    differences,
    editions,
    measures,
    packs,
    paste,
    previews,
    questions,
    remarks,
    reviews,
    translation,
)
from surveys.responses import views as responses
from surveys.responses.api import answering as answering_api
from surveys.responses.api import exclusions as exclusions_api
from surveys.responses.api import receipts as receipts_api
from surveys.responses.views import (
    assisted,
    exclusions,
    fieldwork,
    keeping,
    paper,
    paper_entry,
)
from surveys.waves import views as waves
from surveys.waves.api import events as events_api
from surveys.waves.api import invitations as invitations_api
from surveys.waves.api import plans as plans_api
from surveys.waves.api import registers as registers_api
from surveys.waves.views import services

responses_urls = [
    path("", responses.home, name="home"),
    path("check/", responses.check, name="check"),
    path("privacy/", keeping.privacy, name="privacy"),
    path("office/waves/<int:pk>/fieldwork/", fieldwork.fieldwork, name="fieldwork"),
    path("style.css", responses.style, name="style"),
    path("s/<slug:slug>/", responses.survey, name="survey"),
    path("i/", responses.enter, name="enter"),
    path("i/<str:code>/", responses.invitation, name="invitation"),
    path("resume/", responses.resume, name="resume"),
    path("embed/<slug:slug>/", responses.embed, name="embed"),
    path("s/<slug:slug>/tokens/", responses.tokens, name="tokens"),
    path("s/<slug:slug>/screening/", responses.screening_rules, name="screening"),
    path("kiosk/", responses.kiosk, name="kiosk"),
    path("kiosk/<str:key>/", responses.register, name="kiosk-key"),
    path("sw.js", responses.worker, name="worker"),
]

questionnaires_urls = [
    path("", desks.list_, name="list"),
    path("packs/", packs.packs, name="packs"),
    path("packs/<slug:code>/", packs.one, name="pack"),
    path("packs/<slug:code>/begin/", packs.begin, name="pack-begin"),
    path("bank/", bank.bank, name="bank"),
    path("bank/<int:block>/", bank.block, name="bank-block"),
    path("bank/<int:block>/remove/", bank.remove, name="bank-remove"),
    path("new/paste/", paste.create, name="paste-new"),
    path("<int:pk>/paste/", paste.paste, name="paste"),
    path("<int:pk>/keep/", bank.keep, name="bank-keep"),
    path("<int:pk>/insert/", bank.insert, name="bank-insert"),
    path("new/", desks.create, name="create"),
    path("<int:pk>/", desks.edit, name="edit"),
    path("<int:pk>/frame/", desks.frame, name="frame"),
    path("<int:pk>/dimensions/", desks.dimensions, name="dimensions"),
    path("<int:pk>/quotas/", desks.quotas, name="quotas"),
    path("<int:pk>/state/", desks.state, name="state"),
    path("<int:pk>/undo/", desks.undo, name="undo"),
    path("<int:pk>/redo/", desks.redo, name="redo"),
    path("<int:pk>/questions/", questions.add, name="add"),
    path("<int:pk>/questions/<slug:code>/", questions.question, name="question"),
    path("<int:pk>/questions/<slug:code>/move/", questions.move, name="move"),
    path("<int:pk>/questions/<slug:code>/place/", questions.place, name="place"),
    path("<int:pk>/questions/<slug:code>/preview/", previews.question, name="question-preview"),
    path("<int:pk>/questions/<slug:code>/copy/", questions.copy, name="copy"),
    path("<int:pk>/questions/<slug:code>/remove/", questions.remove, name="remove"),
    path("<int:pk>/preview/", previews.preview, name="preview"),
    path("<int:pk>/preview/sheet/", previews.sheet, name="sheet"),
    path("<int:pk>/check/", editions.check, name="check"),
    path("<int:pk>/branches/", branches.branches, name="branches"),
    path("<int:pk>/publish/", editions.publish, name="publish"),
    path("<int:pk>/review/", reviews.review, name="review"),
    path("<int:pk>/review/submit/", reviews.submit, name="submit"),
    path("<int:pk>/review/withdraw/", reviews.withdraw, name="withdraw"),
    path("<int:pk>/review/approve/", reviews.approve, name="approve"),
    path("<int:pk>/review/send-back/", reviews.send_back, name="send-back"),
    path("<int:pk>/remarks/", remarks.remarks, name="remarks"),
    path("<int:pk>/remarks/<int:remark>/settle/", remarks.settle, name="remark-settle"),
    path("<int:pk>/remarks/<int:remark>/reopen/", remarks.reopen, name="remark-reopen"),
    path("<int:pk>/translation/", translation.translation, name="translation"),
    path("<int:pk>/translation/texts.xlf", translation.xliff_file, name="translation-xliff"),
    path("<int:pk>/translation/texts.csv", translation.table_file, name="translation-table"),
    path("<int:pk>/translation/import/", translation.translation_import, name="translation-import"),
    path("<int:pk>/measures/", measures.measures, name="measures"),
    path("<int:pk>/editions/<int:number>/measures/", measures.measures, name="edition-measures"),
    path("<int:pk>/editions/", editions.editions, name="editions"),
    path("<int:pk>/editions/<int:number>/", editions.edition, name="edition"),
    path("<int:pk>/editions/<int:number>/document.json", editions.document, name="document"),
    path("<int:pk>/editions/<int:number>/against/<int:other>/", differences.editions, name="differences"),
    path("<int:pk>/differences/", differences.draft, name="draft-differences"),
    path("<int:pk>/editions/<int:number>/preview/", previews.preview, name="edition-preview"),
    path("<int:pk>/editions/<int:number>/preview/sheet/", previews.sheet, name="edition-sheet"),
]

waves_urls = [
    path("", waves.waves, name="list"),
    path("plan/", waves.plan, name="plan"),
    path("import/", waves.import_past, name="import"),
    path("<int:pk>/", waves.detail, name="detail"),
    path("<int:pk>/change/", waves.change, name="change"),
    path("<int:pk>/withdraw/", waves.withdraw, name="withdraw"),
    path("<int:pk>/open/", waves.open_now, name="open"),
    path("<int:pk>/close/", waves.close_now, name="close"),
    path("<int:pk>/progress/", waves.progress, name="progress"),
    path("<int:pk>/codes/", waves.codes, name="codes"),
    path("<int:pk>/codes/revoke/", waves.revoke, name="revoke"),
    path("<int:pk>/kiosks/", waves.kiosks, name="kiosks"),
    path("<int:pk>/kiosks/<int:kiosk>/off/", waves.kiosk_off, name="kiosk-off"),
    path("<int:pk>/exclusions/", exclusions.exclusions, name="exclusions"),
    path("<int:pk>/exclusions/<int:exclusion>/", exclusions.decide, name="exclusion-decide"),
    path("<int:pk>/codes/register/", waves.register, name="register"),
    path("<int:pk>/codes/replace/", waves.replace, name="replace"),
    path("<int:pk>/send/", waves.send, name="send"),
    path("<int:pk>/posters/", waves.posters, name="posters"),
    path("<int:pk>/posters/<slug:paper>.pdf", waves.poster, name="poster"),
    path("<int:pk>/assist/", assisted.assist, name="assist"),
    path("<int:pk>/paper/", paper.forms_to_print, name="paper"),
    path("<int:pk>/paper/enter/", paper_entry.enter, name="paper-enter"),
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

services_urls = [path("<slug:slug>/", services.services, name="wave")]
invited_urls = [path("<slug:slug>/", services.invited, name="wave")]

urlpatterns: list[URLPattern | URLResolver] = [
    path("services/", include((services_urls, "services"))),
    path("invited/", include((invited_urls, "invited"))),
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
    path("waves/<slug:slug>/withdraw/", plans_api.withdraw, name="api-wave-withdraw"),
    path("waves/<slug:slug>/open/", plans_api.open_now, name="api-wave-open"),
    path("waves/<slug:slug>/close/", plans_api.close_now, name="api-wave-close"),
    path("waves/<slug:slug>/events/", events_api.issue, name="api-events"),
    path("waves/<slug:slug>/events/closed/", events_api.closed, name="api-events-closed"),
    path("waves/<slug:slug>/events/completeness/", events_api.completeness, name="api-events-completeness"),
    path("waves/<slug:slug>/invitations/", invitations_api.invitations, name="api-invitations"),
    path("waves/<slug:slug>/invitations/revoke/", invitations_api.revoke, name="api-invitation-revoke"),
    path("waves/<slug:slug>/invitations/register/", registers_api.register, name="api-invitations-register"),
    path("waves/<slug:slug>/invitations/replace/", registers_api.replace, name="api-invitation-replace"),
    path("questionnaires/", drafts_api.questionnaires, name="api-questionnaires"),
    path("questionnaires/packs/", library_api.all_packs, name="api-packs"),
    path("questionnaires/packs/<slug:code>/", library_api.pack, name="api-pack"),
    path("questionnaires/blocks/", library_api.blocks, name="api-blocks"),
    path("questionnaires/blocks/<int:pk>/", library_api.block, name="api-block"),
    path("questionnaires/paste/", library_api.paste, name="api-paste"),
    path("questionnaires/<int:pk>/questions/", library_api.questions, name="api-add-questions"),
    path("questionnaires/<int:pk>/", drafts_api.questionnaire, name="api-questionnaire"),
    path("questionnaires/<int:pk>/draft/", drafts_api.draft, name="api-draft"),
    path("questionnaires/<int:pk>/check/", drafts_api.check, name="api-check"),
    path("questionnaires/<int:pk>/publish/", drafts_api.publish, name="api-publish"),
    path("questionnaires/<int:pk>/review/", reviews_api.review, name="api-review"),
    path("questionnaires/<int:pk>/submit/", reviews_api.submit, name="api-submit"),
    path("questionnaires/<int:pk>/withdraw/", reviews_api.withdraw, name="api-withdraw"),
    path("questionnaires/<int:pk>/approve/", reviews_api.approve, name="api-approve"),
    path("questionnaires/<int:pk>/send-back/", reviews_api.send_back, name="api-send-back"),
    path("questionnaires/<int:pk>/remarks/", remarks_api.remarks, name="api-remarks"),
    path(
        "questionnaires/<int:pk>/remarks/<int:remark>/settle/", remarks_api.settle, name="api-remark-settle"
    ),
    path(
        "questionnaires/<int:pk>/remarks/<int:remark>/reopen/", remarks_api.reopen, name="api-remark-reopen"
    ),
    path("questionnaires/<int:pk>/texts/", texts_api.texts, name="api-texts"),
    path("questionnaires/<int:pk>/measures/", measures_api.measures, name="api-measures"),
    path("questionnaires/<int:pk>/editions/", editions_api.editions, name="api-editions"),
    path("questionnaires/<int:pk>/editions/<int:number>/", editions_api.edition, name="api-edition"),
    path(
        "questionnaires/<int:pk>/editions/<int:number>/differences/<int:other>/",
        differences_api.editions,
        name="api-differences",
    ),
    path("questionnaires/<int:pk>/draft/differences/", differences_api.draft, name="api-draft-differences"),
    path("waves/<slug:slug>/exclusions/", exclusions_api.exclusions, name="api-exclusions"),
    path("waves/<slug:slug>/exclusions/<int:pk>/", exclusions_api.decide, name="api-exclusion-decide"),
    path("waves/<slug:slug>/form/", answering_api.form, name="api-form"),
    path("waves/<slug:slug>/files/", answering_api.files, name="api-files"),
    path("waves/<slug:slug>/course/", answering_api.course, name="api-course"),
    path("waves/<slug:slug>/responses/", answering_api.responses, name="api-responses"),
    path("check/", receipts_api.check, name="api-receipt"),
]
