"""The trees grow, move and wither, and every change is recorded."""

import pytest
from django.core.exceptions import ValidationError

from surveys.audit import AuditEntry
from surveys.people import organising
from surveys.people.models import Department, Place, ServicePoint, User
from surveys.people.trees import branches

Level = Place.Level


def changed(department: Department, **changes: object) -> Department:
    given = {
        "names": department.names,
        "parent": department.parent,
        "position": department.position,
        "is_active": department.is_active,
        **changes,
    }
    return organising.change_department(department, **given, by=None)


def test_a_department_is_added_below_another(departments: dict[str, Department], admin_user: User) -> None:
    made = organising.add_department(
        code="water", names={"zh-hans": " 水务局 ", "en": ""}, parent=departments["city"], by=admin_user
    )
    assert made.names == {"zh-hans": "水务局"}
    entry = AuditEntry.objects.get(subject_kind="department", verb="add")
    assert (entry.actor, entry.facts["code"]) == (admin_user, "water")


def test_there_is_one_root(departments: dict[str, Department]) -> None:
    with pytest.raises(ValidationError, match=r"(?i)root|根"):
        organising.add_department(code="other", names={"en": "Other"}, parent=None, by=None)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("parks", {"en": "Again"}),
        ("Water!", {"en": "Water"}),
        ("", {"en": "Water"}),
        ("water", {"en": " "}),
        ("w" * 51, {"en": "W"}),
        ("general", {"en": "General office"}),
        ("analysis", {"en": "Office of analysis"}),
        ("each", {"en": "Each"}),
    ],
)
def test_a_department_that_does_not_hold_is_refused(
    departments: dict[str, Department], code: str, names: dict[str, str]
) -> None:
    with pytest.raises(ValidationError):
        organising.add_department(code=code, names=names, parent=departments["city"], by=None)
    assert Department.objects.count() == 3


def test_a_change_is_recorded_with_what_was_before(departments: dict[str, Department]) -> None:
    changed(departments["parks"], names={"en": "Gardens"}, parent=departments["roads"], is_active=False)
    facts = AuditEntry.objects.get(verb="change").facts
    assert facts["changes"] == {
        "names": [{"zh-hans": "园林局", "en": "Parks"}, {"en": "Gardens"}],
        "parent": ["city", "roads"],
        "is_active": [True, False],
    }


def test_nothing_changed_is_nothing_recorded(departments: dict[str, Department]) -> None:
    changed(departments["parks"])
    assert not AuditEntry.objects.filter(verb="change").exists()


def test_a_department_cannot_be_put_below_itself(departments: dict[str, Department]) -> None:
    below = organising.add_department(code="gate", names={"en": "Gate"}, parent=departments["parks"], by=None)
    for parent in (departments["parks"], below):
        with pytest.raises(ValidationError) as refused:
            changed(departments["parks"], parent=parent)
        assert list(refused.value.message_dict) == ["parent"]


def test_the_root_stays_root_and_active(departments: dict[str, Department]) -> None:
    for changes in ({"parent": departments["parks"]}, {"is_active": False}):
        with pytest.raises(ValidationError):
            changed(departments["city"], **changes)
    with pytest.raises(ValidationError):
        changed(departments["parks"], parent=None)


def test_a_place_lies_in_a_larger_one(db: None) -> None:
    city = organising.add_place(code="y", names={"en": "Y"}, level=Level.CITY, parent=None, by=None)
    town = organising.add_place(
        code="t", names={"en": "T"}, level=Level.TOWNSHIP, parent=city, population=5, by=None
    )
    with pytest.raises(ValidationError):
        organising.add_place(code="c", names={"en": "C"}, level=Level.COUNTY, parent=town, by=None)
    with pytest.raises(ValidationError):
        organising.change_place(
            city, names=city.names, parent=town, population=None, position=0, is_active=True, by=None
        )
    moved = organising.change_place(
        town, names={"en": "Town"}, parent=None, population=9, position=2, is_active=False, by=None
    )
    assert (moved.name, moved.population, moved.is_active) == ("Town", 9, False)


def test_a_service_point_is_reassigned(departments: dict[str, Department]) -> None:
    place = organising.add_place(code="y", names={"en": "Y"}, level=Level.CITY, parent=None, by=None)
    point = organising.add_service_point(
        code="gate", names={"en": "Gate"}, department=departments["parks"], place=place, by=None
    )
    organising.change_service_point(
        point, names={"en": "Gate"}, department=departments["roads"], place=place, is_active=True, by=None
    )
    assert ServicePoint.objects.get().department == departments["roads"]
    assert AuditEntry.objects.get(subject_kind="servicepoint", verb="change").facts["changes"] == {
        "department": ["parks", "roads"]
    }


def test_a_search_keeps_what_leads_to_the_found(departments: dict[str, Department]) -> None:
    (top,) = branches(Department.objects.all(), search="园林")
    assert (top.node.code, top.found) == ("city", False)
    assert [(one.node.code, one.found) for one in top.children] == [("parks", True)]
    assert branches(Department.objects.all(), search="nothing of the kind") == []
    assert [one.node.code for one in branches(Department.objects.all())[0].children] == ["parks", "roads"]


@pytest.mark.parametrize("sign", ["\x0b", "\x00", "\n", "\ufffe", "\U0010ffff"])
def test_a_name_that_nobody_can_read_is_refused_with_its_code(
    departments: dict[str, Department], sign: str
) -> None:
    with pytest.raises(ValidationError, match=f"U\\+{ord(sign):04X}"):
        changed(departments["parks"], names={"en": f"Par{sign}ks"})
    with pytest.raises(ValidationError):
        organising.add_place(code="x", names={"en": f"Par{sign}ks"}, level=Level.CITY, parent=None, by=None)


def test_a_rare_ideograph_is_a_name_like_any_other(departments: dict[str, Department]) -> None:
    made = changed(departments["parks"], names={"zh-hans": "\U00020bb7\U00031350局"})
    assert made.names == {"zh-hans": "\U00020bb7\U00031350局"}
