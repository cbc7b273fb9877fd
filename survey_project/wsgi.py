"""The web application, as a WSGI server finds it."""

import os

from django.core.wsgi import get_wsgi_application

from survey_project.embedded import children
from survey_project.plain_requests import PlainRequests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "survey_project.settings")

if os.environ.get("MINPING_SUPERVISED"):
    # `make run` kills its children's groups, but nobody is left to do so when server and supervisor are both killed.
    import signal

    children.die_with_parent(signal.SIGKILL)

application = PlainRequests(get_wsgi_application())
