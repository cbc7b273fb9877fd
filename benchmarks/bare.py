"""What everything is compared with: a bare Django, its simplest view and its simplest insert.

/page    the very bytes of our page, from memory
/row     one row by one INSERT that commits by itself, without any check
/form    the same ten questions as a Django form: built, rendered, validated per request; one row by the ORM
"""

import os
import uuid
from functools import lru_cache
from pathlib import Path

import dj_database_url
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine, Template
from django.urls import path

settings.configure(
    SECRET_KEY="bench",  # noqa: S106  it signs nothing
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # for the length of the answer
    INSTALLED_APPS=["django.forms"],
    DATABASES={
        "default": {
            **dj_database_url.parse(os.environ["BENCH_DATABASE_URL"]),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    },
    USE_TZ=True,
)
PAGE = Path(os.environ["BENCH_PAGE"]).read_bytes()


def page(request: HttpRequest) -> HttpResponse:
    """Return the page."""
    return HttpResponse(PAGE)


def row(request: HttpRequest) -> HttpResponse:
    """Store the body as one row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_row (id, answers) VALUES (%s, %s)", [uuid.uuid4(), request.body[:12]]
        )
    return HttpResponse(b"received")


OPTIONS = [
    ("5", "Very satisfied"),
    ("4", "Satisfied"),
    ("3", "Acceptable"),
    ("2", "Dissatisfied"),
    ("1", "Very dissatisfied"),
    ("dk", "Don’t know"),
    ("na", "Not applicable"),
]


def question(number: int) -> forms.ChoiceField:
    """Return the question that our page asks, as a form field."""
    label = f"How satisfied are you with matter {number}?"
    return forms.ChoiceField(label=label, choices=OPTIONS, widget=forms.RadioSelect, required=False)


SheetForm = type("SheetForm", (forms.Form,), {f"q{number}": question(number) for number in range(1, 11)})
TEMPLATE = "<!doctype html><title>form</title><form method=post>{{ form.as_div }}<button>send</button></form>"


@lru_cache
def the_template() -> Template:
    """Return the page around the form, compiled once."""
    return Engine.get_default().from_string(TEMPLATE)


def form(request: HttpRequest) -> HttpResponse:
    """Show a form and take it."""
    template = the_template()
    if request.method == "POST":
        sheet = SheetForm(request.POST)
        if not sheet.is_valid():
            return HttpResponse(template.render(Context({"form": sheet})), status=422)
        Row.objects.create(answers="".join(sheet.cleaned_data.values()).encode())
        return HttpResponse(b"received")
    return HttpResponse(template.render(Context({"form": SheetForm()})))


settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {}}]
urlpatterns = [path("page", page), path("row", row), path("form", form)]
application = get_wsgi_application()


class Row(models.Model):
    """One row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    answers = models.BinaryField()

    class Meta:
        app_label = "bench"
        db_table = "bench_row"
        managed = False
