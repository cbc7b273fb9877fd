"""Administration: evaluations and releases are there to look at, for auditors, without any hash of what is sealed."""

import pytest
from django.contrib import admin
from django.http import HttpRequest

from reports.evaluations.models import Evaluation
from reports.scorecards.models import Publication
from surveys.people.looking import Table
from surveys.people.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("table", [Evaluation, Publication])
def test_who_may_read_the_audit_trail_may_look_and_nobody_else(
    table: type[Evaluation] | type[Publication], admin_user: User, dana: User
) -> None:
    watched = admin.site._registry[table]
    assert isinstance(watched, Table)
    request = HttpRequest()
    for user, allowed in ((admin_user, True), (dana, False)):
        request.user = user
        assert watched.has_view_permission(request) is allowed
        assert watched.has_module_permission(request) is allowed
        assert not watched.has_change_permission(request)
    assert not {"input_hash", "content_hash"} & set(watched.get_fields(request))
