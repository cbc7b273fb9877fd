"""The resident's API: the form of a wave, answers to it, and the check of a receipt.

Open to everybody, like the pages, and obeying the same verbs: `GET …/form/` gives a token that is good for one
submission, `POST …/responses/` takes the answers with it; sending it again gives the first receipts, and says so.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    parser_classes,
    permission_classes,
)
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.api import StrictJSONParser
from surveys.questionnaires import page_drawing
from surveys.questionnaires.logic.presenting import presented
from surveys.questionnaires.logic.seeds import Seed
from surveys.questionnaires.question_types import question_type
from surveys.responses import (
    access,
    change_words,
    collecting,
    form_tokens,
    occasions,
    receipts,
    replacing,
    uploads,
)
from surveys.responses.access import AskedDepartment, AskedWave
from surveys.responses.answer_sheet import AnswerSheet
from surveys.responses.form_tokens import FormToken
from surveys.responses.screening import StepAsked
from surveys.responses.turning import ScreenedOut, refuse_screened_out
from surveys.responses.views import steps
from surveys.responses.views.files import FewFiles, may_send
from surveys.waves.inviting import CodeSpent
from surveys.waves.models import Channel, Wave

NO_STORE = {"Cache-Control": "no-store"}
FORBIDDEN = (
    collecting.InvitationNeeded,
    collecting.CodeUnknown,
    collecting.OtherService,
    replacing.WrongWord,
)
ANSWERING = ["answering"]

Words = inline_serializer("Refusal", {"detail": serializers.CharField()})
WrongAnswers = inline_serializer(
    "WrongAnswers",
    {"detail": serializers.CharField(), "errors": serializers.DictField(child=serializers.CharField())},
)


Handle = inline_serializer("Handle", {"handle": serializers.CharField()})


class FormSerializer(serializers.Serializer[Any]):
    """What a wave asks, and the token to answer it with."""

    wave = serializers.SlugField()
    titles = serializers.DictField(child=serializers.CharField())
    edition = serializers.CharField(help_text="SHA-256 of the questionnaire's canonical JSON")
    languages = serializers.ListField(child=serializers.CharField())
    channels = serializers.ListField(child=serializers.CharField())
    closes_at = serializers.DateTimeField()
    departments_per_person = serializers.IntegerField()
    parts = serializers.ListField(child=serializers.DictField())
    token = serializers.CharField(help_text="good for one submission within four days")


class SubmissionSerializer(serializers.Serializer[Any]):
    """Answers by part (`general` or a department's code) and question."""

    token = serializers.CharField()
    code = serializers.CharField(required=False, help_text="invitation code, where one is needed")
    language = serializers.CharField(required=False)
    channel = serializers.CharField(required=False)
    work = serializers.CharField(required=False, help_text=steps.WORK)
    answers = serializers.DictField(child=serializers.DictField())
    replaces = serializers.CharField(
        required=False, help_text="receipt of one's own rating, in whose place the one part sent is to count"
    )
    change_word = serializers.CharField(required=False, help_text="of that receipt")


class ReceiptsSerializer(serializers.Serializer[Any]):
    """A receipt for each part that was answered."""

    receipts = serializers.ListField(child=serializers.CharField())
    change_words = serializers.ListField(
        child=serializers.CharField(),
        help_text="for the author alone, in the order of the receipts; none of answers given with a helper",
    )
    already_received = serializers.BooleanField(
        help_text="whether this form had been sent before: then the answers sent first count, and those sent now do not"
    )
    not_asked = serializers.ListField(
        child=serializers.CharField(),
        help_text="answers that were left out, as part.question: the rules of the questionnaire do not ask them here",
    )


class CourseRequestSerializer(serializers.Serializer[Any]):
    """Answers so far, by part and question."""

    token = serializers.CharField()
    language = serializers.CharField(required=False)
    channel = serializers.CharField(required=False)
    answers = serializers.DictField(child=serializers.DictField())


class CourseSerializer(serializers.Serializer[Any]):
    """The way through the questionnaire that the answers lead."""

    pages = serializers.ListField(
        child=serializers.DictField(),
        help_text="code, title, help, and sections: part and questions as this person meets them",
    )
    outcome = serializers.ChoiceField(choices=["complete", "screened_out"])
    not_asked = serializers.ListField(child=serializers.CharField())
    problems = serializers.DictField(child=serializers.CharField(), help_text="by part.question")


@extend_schema(tags=ANSWERING, responses={200: FormSerializer, 403: Words, 404: Words, 410: Words})
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def form(request: Request, slug: str) -> Response:
    """Return what the wave asks, with a token for one submission."""
    try:
        wave = _find(slug)
    except Wave.DoesNotExist:
        return _refusal(404, _("There is no such survey."))
    if not wave.is_open:
        return _not_open(wave.status)
    return Response(
        {
            "wave": wave.slug,
            "titles": wave.titles,
            "edition": wave.content_hash,
            "languages": wave.languages,
            "channels": [Channel(channel).name.lower() for channel in wave.channels],
            "closes_at": wave.closes_at,
            "departments_per_person": wave.departments_per_person,
            "parts": [_part(one) for one in wave.by_code.values()],
            "token": form_tokens.issue(wave.id).written,
        },
        headers=NO_STORE,
    )


@extend_schema(
    tags=ANSWERING,
    request=SubmissionSerializer,
    responses={
        200: OpenApiResponse(
            ReceiptsSerializer, description="this form had been sent before; the answers sent first count"
        ),
        201: OpenApiResponse(ReceiptsSerializer, description="the answers are stored and will be counted"),
        400: Words,
        403: Words,
        404: Words,
        409: OpenApiResponse(
            Words, description="screened out, a quota is full, or replaced already; nothing is stored"
        ),
        410: Words,
        422: WrongAnswers,
        428: OpenApiResponse(
            steps.Step, description="one more step is asked of a form without a code: see `work`"
        ),
    },
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
@parser_classes([StrictJSONParser])
def responses(request: Request, slug: str) -> Response:
    """Take answers, in parts, by one token.

    The same token again stores nothing: it answers 200 with the first receipts and `already_received`, whether or not
    the answers are the same. Another person's answers need a token of their own.
    """
    try:
        wave = _find(slug)
        if not wave.is_open:
            wave = access.asked_wave(slug, fresh=True)
    except Wave.DoesNotExist:
        return _refusal(404, _("There is no such survey."))
    sheet, token = _read(request, wave)
    if token is None:
        return _wrong_answers(sheet) if wave.is_open else _not_open(wave.status)
    code = request.data["code"] if isinstance(request.data, dict) and "code" in request.data else None
    if code is not None and not isinstance(code, str):
        sheet.errors["code"] = _("Give the invitation code as a string.")
    try:
        accepted = collecting.replay(token) if token.has_expired else _submit(request, sheet, token, code)
    except StepAsked as asked:
        return Response(steps.told(asked), status=steps.STATUS, headers=NO_STORE)
    except collecting.InvalidAnswers:
        return _wrong_answers(sheet)
    except collecting.WaveNotOpen as refused:
        return _not_open(refused.status)
    except FORBIDDEN as refused:
        return _refusal(403, str(refused))
    except CodeSpent as refused:
        return _refusal(410, str(refused))
    except (collecting.Refused, ScreenedOut) as refused:
        return _refusal(409, str(refused))
    if accepted is None and not wave.is_open:
        return _not_open(wave.status)
    if accepted is None:
        sheet.errors["token"] = _("The token is older than four days; get a new one.")
        return _wrong_answers(sheet)
    taken = {
        "receipts": accepted.receipts,
        "change_words": []
        if sheet.occasion.is_helped
        else [change_words.word_of(receipts.read(one)) for one in accepted.receipts],
        "already_received": accepted.again,
        "not_asked": sorted(sheet.not_asked),
    }
    return Response(taken, status=200 if accepted.again else 201, headers=NO_STORE)


@extend_schema(
    tags=ANSWERING,
    request=CourseRequestSerializer,
    responses={200: CourseSerializer, 403: Words, 404: Words, 410: Words, 422: WrongAnswers},
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
@parser_classes([StrictJSONParser])
def course(request: Request, slug: str) -> Response:
    """Say which pages and questions come, given the answers so far. Nothing is stored.

    The same decision as for the page: send all answers again after each page, and show what comes back.
    """
    try:
        wave = _find(slug)
    except Wave.DoesNotExist:
        return _refusal(404, _("There is no such survey."))
    if not wave.is_open:
        return _not_open(wave.status)
    sheet, token = _read(request, wave)
    if token is None:
        return _wrong_answers(sheet)
    walk = sheet.walk
    pages = [
        {
            "code": page.code,
            **page_drawing.heading(page, walk, sheet.language),
            "sections": [
                {
                    "part": section.part,
                    "questions": [
                        presented(one, walk.scope(section.part), seed=sheet.seed, language=sheet.language)
                        for one in section.questions
                    ],
                }
                for section in page.sections
            ],
        }
        for page in walk.pages
    ]
    found = {
        "pages": pages,
        "outcome": walk.outcome,
        "not_asked": sorted(sheet.not_asked),
        "problems": {name: words for name, words in sheet.errors.items() if name},
    }
    return Response(found, headers=NO_STORE)


@extend_schema(
    tags=ANSWERING,
    request={
        "multipart/form-data": {
            "type": "object",
            "properties": {
                "token": {"type": "string"},
                "code": {"type": "string", "description": "invitation code, where one is needed"},
                "question": {"type": "string", "description": "part.question"},
                "file": {"type": "string", "format": "binary"},
            },
            "required": ["token", "question", "file"],
        }
    },
    responses={201: Handle, 400: Words, 403: Words, 404: Words, 410: Words},
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
@parser_classes([MultiPartParser])
def files(request: Request, slug: str) -> Response:
    """Receive a file for a question and return its handle, which is the answer to send. Photos are stripped."""
    try:
        wave = _find(slug)
    except Wave.DoesNotExist:
        return _refusal(404, _("There is no such survey."))
    if not wave.is_open:
        return _not_open(wave.status)
    request.upload_handlers = [FewFiles(request._request)]
    if not may_send(wave, request.POST.get("token", ""), request.POST.get("code", "")):
        return _refusal(400, _("Get a token from the form of this wave; each is good for one submission."))
    part, _point, code = request.POST.get("question", "").partition(".")
    department = wave.by_code.get(part)
    question = department.part.by_code.get(code) if department else None
    file = request.FILES.get("file")
    if question is None or not question_type(question["type"]).takes_file or file is None:
        return _refusal(400, _("Name a question that asks for a file, as part.question, and send one."))
    try:
        handle = uploads.receive(wave.id, question, file)
    except uploads.FileRefused as refused:
        return _refusal(400, str(refused))
    return Response({"handle": handle}, status=201, headers=NO_STORE)


def _find(slug: str) -> AskedWave:
    """Return the wave at `slug`; of what is planned for invited people only, nobody is told that it exists."""
    wave = access.asked_wave(slug)
    if wave.has_opened or wave.is_public:
        return wave
    raise Wave.DoesNotExist


def _read(request: Request, wave: AskedWave) -> tuple[AnswerSheet, FormToken | None]:
    """Return the sheet that was sent and its token, or None where it has none of ours."""
    given = request.data if isinstance(request.data, dict) else {}
    try:
        token = form_tokens.read(str(given.get("token", "")), wave.id)
    except form_tokens.BadFormToken:
        sheet = AnswerSheet.from_json(wave, request.data, seed=Seed(b""))
        sheet.errors["token"] = _("Get a token from the form of this wave; each is good for one submission.")
        return sheet, None
    return AnswerSheet.from_json(wave, request.data, seed=token.seed), token


def _submit(request: Request, sheet: AnswerSheet, token: FormToken, code: str | None) -> collecting.Accepted:
    if not sheet.wave.course.is_static and not sheet.errors:
        refuse_screened_out(sheet)
    sheet.occasion = occasions.confirmed(sheet.wave, sheet.occasion)
    given = request.data if isinstance(request.data, dict) else {}
    signals = steps.screened(request._request, sheet, token, code=code, work=str(given.get("work", "")))
    if sheet.occasion.replaces:
        return replacing.replace(sheet, token=token, signals=signals)
    return collecting.submit(sheet, token=token, code=code, signals=signals)


def _part(department: AskedDepartment) -> dict[str, Any]:
    return {"code": department.code, "names": department.names, "questions": list(department.part.questions)}


def _not_open(status: str) -> Response:
    if status == Wave.Status.PLANNED:
        return _refusal(403, _("This survey has not opened yet."))
    return _refusal(410, _("This survey is closed."))


def _wrong_answers(sheet: AnswerSheet) -> Response:
    return Response(
        {"detail": _("The answers cannot be taken as they are."), "errors": sheet.errors},
        status=422,
        headers=NO_STORE,
    )


def _refusal(status: int, words: str) -> Response:
    return Response({"detail": words}, status=status, headers=NO_STORE)


# The site asks for a login everywhere; these are for everybody.
for _view in (form, responses, course, files):
    login_not_required(_view)
