"""Yunjiang, a city that does not exist: its province, six districts and twenty-four townships."""

from surveys.people import organising
from surveys.people.models import Place

# code, Chinese, English, residents; townships with their share of the district's residents in per cent
DISTRICTS = (
    ("jiangbei", "江北区", "Jiangbei District", 612_400,
     (("qianjin", "前进街道", 31), ("hepan", "河畔街道", 27), ("xinhua", "新华街道", 24), ("tuanjie", "团结街道", 18))),
    ("jiangnan", "江南区", "Jiangnan District", 548_900,
     (("nanmen", "南门街道", 29), ("wenchang", "文昌街道", 28), ("gulou", "鼓楼街道", 25), ("matou", "码头街道", 18))),
    ("donghu", "东湖区", "Donghu District", 431_200,
     (("hubin", "湖滨街道", 34), ("lianhua", "莲花街道", 26), ("daxue", "大学城街道", 25), ("yujia", "余家镇", 15))),
    ("gaoxin", "高新区", "Gaoxin District", 287_600,
     (("kechuang", "科创街道", 38), ("guanggu", "光谷街道", 27), ("yuanqu", "园区街道", 21), ("liuhe", "柳河镇", 14))),
    ("xishan", "西山区", "Xishan District", 214_300,
     (("shanqian", "山前街道", 36), ("longquan", "龙泉镇", 25), ("shiqiao", "石桥镇", 22), ("zhulin", "竹林乡", 17))),
    ("linjiang", "临江县", "Linjiang County", 176_800,
     (("chengguan", "城关镇", 41), ("fengshou", "丰收镇", 24), ("baiyun", "白云镇", 20), ("xiaohe", "小河乡", 15))),
)  # fmt: skip

_SUFFIXES = {"街道": "Subdistrict", "镇": "Town", "乡": "Township"}


def build() -> list[Place]:
    """Add the places and return the six districts."""
    province = organising.add_place(
        code="nanling",
        names={"zh-hans": "南岭省", "en": "Nanling Province"},
        level=Place.Level.PROVINCE,
        parent=None,
        population=None,
        by=None,
    )
    city = organising.add_place(
        code="yunjiang",
        names={"zh-hans": "云江市", "en": "Yunjiang City"},
        level=Place.Level.CITY,
        parent=province,
        population=sum(district[3] for district in DISTRICTS),
        by=None,
    )
    return [_district(city, position, *district) for position, district in enumerate(DISTRICTS, 1)]


def _district(
    city: Place,
    position: int,
    code: str,
    chinese: str,
    english: str,
    residents: int,
    townships: tuple[tuple[str, str, int], ...],
) -> Place:
    district = organising.add_place(
        code=code,
        names={"zh-hans": chinese, "en": english},
        level=Place.Level.COUNTY,
        parent=city,
        population=residents,
        position=position,
        by=None,
    )
    for place, (name, words, share) in enumerate(townships, 1):
        suffix = next(english for ending, english in _SUFFIXES.items() if words.endswith(ending))
        organising.add_place(
            code=f"{code}-{name}",
            names={"zh-hans": words, "en": f"{name.title()} {suffix}"},
            level=Place.Level.TOWNSHIP,
            parent=district,
            population=residents * share // 100,
            position=place,
            by=None,
        )
    return district
