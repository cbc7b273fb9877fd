"""The departments of the city, how well they work, and how many residents meet them.

Quality and contact are invented. A few departments are met so rarely that a small wave cannot judge them.
"""

from dataclasses import dataclass

from surveys.people import organising
from surveys.people.models import Department, Place


@dataclass(frozen=True, slots=True)
class Office:
    """A department: names, the score (0–100) that all residents would give it, and its share of contacts."""

    code: str
    chinese: str
    english: str
    quality: float
    contact: float
    point: tuple[str, str] | None = None  # the name of its service point, if it has one


@dataclass(frozen=True, slots=True)
class Roof:
    """A commission that several departments stand under; nobody rates it by itself."""

    code: str
    chinese: str
    english: str
    offices: tuple[str, ...]


OFFICES = (
    Office("police", "公安局", "Police", 75, 8, ("出入境和户籍大厅", "Household and entry-exit hall")),
    Office("education", "教育局", "Education", 74, 9),
    Office("health", "卫生健康委", "Health", 71, 10, ("市第一医院服务台", "First Hospital service desk")),
    Office("medical-insurance", "医疗保障局", "Medical insurance", 73, 8, ("医保服务大厅", "Medical insurance hall")),
    Office("social-security", "人力资源社会保障局", "Employment and social security", 71, 7,
           ("社保服务大厅", "Social security hall")),
    Office("civil-affairs", "民政局", "Civil affairs", 74, 4, ("婚姻登记处", "Marriage registry")),
    Office("housing", "住房城乡建设局", "Housing and construction", 51, 5,
           ("房屋交易大厅", "Housing transaction hall")),
    Office("urban-management", "城市管理局", "Urban management", 64, 7),
    Office("transport", "交通运输局", "Transport", 70, 8),
    Office("environment", "生态环境局", "Ecology and environment", 71, 3),
    Office("market", "市场监管局", "Market supervision", 72, 3, ("企业开办窗口", "Business registration desk")),
    Office("tax", "税务局", "Taxation", 75, 5, ("办税服务厅", "Tax hall")),
    Office("natural-resources", "自然资源局", "Natural resources", 70, 0.9, ("不动产登记中心", "Property registry")),
    Office("water", "水务局", "Water", 73, 6),
    Office("emergency", "应急管理局", "Emergency management", 74, 0.6),
    Office("culture-tourism", "文化旅游局", "Culture and tourism", 74, 3, ("市图书馆", "City library")),
    Office("justice", "司法局", "Justice", 72, 0.4, ("公共法律服务中心", "Legal aid centre")),
    Office("government-services", "政务服务局", "Government services", 89, 6, ("市民中心", "Citizens’ centre")),
    Office("power", "供电公司", "Power supply", 76, 6, ("供电营业厅", "Power supply office")),
    Office("petitions", "信访局", "Letters and visits", 60, 0.12, ("联合接访中心", "Joint reception centre")),
)  # fmt: skip

ROOFS = (
    Roof("construction-commission", "城乡建设管理委员会", "Urban construction and management commission",
         ("housing", "urban-management", "transport", "water")),
)  # fmt: skip

# Points by which a department's quality moved between one wave and the next; others drift a little.
MOVES = {"urban-management": 9.0, "education": -8.0, "transport": 3.0}


def build(districts: list[Place]) -> dict[str, Department]:
    """Add the root, the departments and their service points; return the departments that are rated, by code."""
    root = organising.add_department(
        code="city", names={"zh-hans": "云江市", "en": "Yunjiang City"}, parent=None, by=None
    )
    above: dict[str, Department] = {}
    for position, roof in enumerate(ROOFS, len(OFFICES) + 1):
        names = {"zh-hans": roof.chinese, "en": roof.english}
        commission = organising.add_department(
            code=roof.code, names=names, parent=root, position=position, by=None
        )
        above |= dict.fromkeys(roof.offices, commission)
    departments = {}
    for position, office in enumerate(OFFICES, 1):
        department = organising.add_department(
            code=office.code,
            names={"zh-hans": office.chinese, "en": office.english},
            parent=above.get(office.code, root),
            position=position,
            by=None,
        )
        departments[office.code] = department
        if office.point:
            chinese, english = office.point
            organising.add_service_point(
                code=f"{office.code}-hall",
                names={"zh-hans": chinese, "en": english},
                department=department,
                place=districts[position % len(districts)],
                by=None,
            )
    return departments
