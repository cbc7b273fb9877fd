"""What leads from some nodes to the top of their tree."""

from typing import Any

import pytest

from surveys.people.models import Department, Place
from surveys.people.trees import with_all_above

pytestmark = pytest.mark.django_db


def test_nodes_come_with_all_above_them_parents_first_and_each_once(
    departments: dict[str, Department], django_assert_num_queries: Any
) -> None:
    works = Department.objects.create(code="works", parent=departments["city"], position=9)
    Department.objects.filter(code__in=["parks", "roads"]).update(parent=works)
    lanes = Department.objects.create(code="lanes", parent=departments["roads"])
    Department.objects.create(code="water", parent=departments["city"])
    with django_assert_num_queries(1):
        found = with_all_above(Department, [lanes.pk, departments["parks"].pk])
    assert [one.code for one in found] == ["city", "works", "parks", "roads", "lanes"]


def test_nothing_stands_above_nothing() -> None:
    assert with_all_above(Place, []) == []
