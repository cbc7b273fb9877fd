"""Tables to look at, for those who may read the audit trail: nothing is changed, and they tell what they show alone.

Django lets whoever sees a list narrow it by any column and any path into a document, `?content__score__startswith=5`,
so that a column which no page shows is read letter by letter. Here only declared filters are taken; any other is 400.
"""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model

from surveys.people.models import User
from surveys.people.roles import Deed, may

if TYPE_CHECKING:
    from django.http import HttpRequest

    ModelAdmin = admin.ModelAdmin[Model]
    TabularInline = admin.TabularInline[Model, Model]
else:
    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline


class ReadOnly:
    """Looking, for those who may read the audit trail."""

    def has_module_permission(self, request: "HttpRequest") -> bool:
        """Say whether the reader may see that these tables exist."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: "HttpRequest", obj: Model | None = None) -> bool:
        """Say whether the reader may look."""
        return isinstance(request.user, User) and may(request.user, Deed.READ_AUDIT)

    def has_add_permission(self, request: "HttpRequest", obj: Model | None = None) -> bool:
        """Refuse: verbs add."""
        return False

    def has_change_permission(self, request: "HttpRequest", obj: Model | None = None) -> bool:
        """Refuse: verbs change."""
        return False

    def has_delete_permission(self, request: "HttpRequest", obj: Model | None = None) -> bool:
        """Refuse: nothing is deleted."""
        return False


class Table(ReadOnly, ModelAdmin):
    """A table to look at, narrowed by the filters that it declares and by nothing else."""

    actions = None

    def lookup_allowed(self, lookup: str, value: object, request: "HttpRequest | None" = None) -> bool:
        """Say whether the list may be narrowed by `lookup`: by a filter or a date that the table declares."""
        by_value = {f"{name}{how}" for name in self.list_filter for how in ("", "__exact", "__isnull")}
        by_date = {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        return lookup in by_value | by_date


class Lines(ReadOnly, TabularInline):
    """Lines of a table, below what they belong to."""

    extra = 0
