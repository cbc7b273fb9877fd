"""A large city's resident survey in both languages, our own wording of its themes, written out as people paste it.

73 ratings about the city, sixteen departments and housing; two questions that decide who is asked; five facts about
the person.
"""

from collections.abc import Iterator

Pair = tuple[str, str]

CITY: tuple[Pair, ...] = (
    ("本市作为居住的地方", "The city as a place to live"),
    ("本市作为抚养孩子的地方", "The city as a place to raise children"),
    ("本市作为工作的地方", "The city as a place to work"),
    ("市政府服务的总体质量", "Overall quality of city services"),
    ("您缴纳的税费所得到的回报", "Value received for city taxes"),
    ("本市的整体形象", "Overall image of the city"),
    ("本市的整体生活质量", "Overall quality of life in the city"),
    ("本市的整体安全感", "Overall feeling of safety in the city"),
    ("您所在社区的安全感", "Feeling of safety in your neighborhood"),
    ("本市教育系统的总体质量", "Overall quality of the education system"),
    ("您所在社区的环境面貌", "Physical appearance of your neighborhood"),
)

# Code, names, the headline item, the further items.
DEPARTMENTS: tuple[tuple[str, Pair, Pair, tuple[Pair, ...]], ...] = (
    (
        "police",
        ("公安", "Police services"),
        ("公安服务的总体质量", "Police services overall"),
        (
            ("当地警务保护的效果", "Effectiveness of local police protection"),
            ("社区与警察的关系", "Relationship between my neighborhood and the police"),
            ("本市预防犯罪的工作", "City efforts to prevent crime"),
            ("当地交通法规的执行", "Enforcement of local traffic laws"),
            ("停车执法服务", "Parking enforcement"),
            ("警察对紧急情况的反应速度", "How quickly police respond to emergencies"),
            ("警方对居民关切的回应", "Responsiveness of police to resident concerns"),
        ),
    ),
    (
        "fire",
        ("消防急救", "Fire and ambulance services"),
        ("消防急救服务的总体质量", "Fire and ambulance services overall"),
        (
            ("当地消防救援服务的质量", "Quality of fire protection and rescue"),
            ("消防人员的到达速度", "How quickly fire crews arrive"),
            ("当地急救医疗服务的质量", "Quality of emergency medical service"),
            ("急救人员的到达速度", "How quickly medical crews arrive"),
        ),
    ),
    (
        "streets",
        ("道路设施", "Streets and infrastructure"),
        ("道路设施的总体维护", "Maintenance of streets and infrastructure overall"),
        (
            ("城市街道的维护", "Maintenance of city streets"),
            ("您所在社区街道的维护", "Maintenance of streets in your neighborhood"),
            ("城市人行道的状况", "Condition of sidewalks in the city"),
            ("您所在社区人行道的状况", "Condition of sidewalks in your neighborhood"),
            ("路牌和交通信号的维护", "Maintenance of street signs and signals"),
            ("主要街道的除雪", "Snow removal on major streets"),
            ("住宅街道的除雪", "Snow removal on residential streets"),
            ("街道照明", "Street lighting"),
            ("无障碍通行", "Access for people with disabilities"),
            ("自行车道设施", "Bicycle lanes"),
        ),
    ),
    (
        "solid_waste",
        ("垃圾清运", "Solid waste services"),
        ("垃圾清运的总体服务", "Solid waste services overall"),
        (),
    ),
    ("water", ("供水", "Water utilities"), ("供水的总体服务", "Water utilities overall"), ()),
    (
        "neighborhood",
        ("社区服务", "Neighborhood services"),
        ("社区服务的总体质量", "Neighborhood services overall"),
        (
            ("清理私人地块垃圾的执法", "Enforcing the clean-up of trash on private property"),
            ("修剪私人地块杂草的执法", "Enforcing the mowing of weeds on private property"),
            ("住宅外观维护的执法", "Enforcing exterior maintenance of homes"),
            ("您所在社区环境卫生的执法", "Enforcing cleanliness in your neighborhood"),
            ("封闭无人看管的空置房屋", "Boarding up vacant structures"),
            ("拆除危险的空置房屋", "Demolishing dangerous vacant structures"),
            ("动物管理法规的执行", "Enforcement of the animal code"),
            ("动物收容所工作人员的服务", "Service from animal shelter staff"),
            ("动物领养工作", "Animal adoption efforts"),
            ("动物收容的接收流程", "Process for intake of animals"),
        ),
    ),
    (
        "parks",
        ("公园文体", "Parks and recreation"),
        ("公园文体设施的总体质量", "Parks and recreation overall"),
        (),
    ),
    (
        "health",
        ("卫生健康", "Health department services"),
        ("卫生健康服务的总体质量", "Health department services overall"),
        (),
    ),
    ("airport", ("机场", "Airport facilities"), ("机场设施的总体质量", "Airport facilities overall"), ()),
    (
        "call_311",
        ("市民热线", "311 service"),
        ("市民热线的总体服务", "311 service overall"),
        (
            ("通过电话使用热线的便利程度", "Ease of using 311 by phone"),
            ("通过网站使用热线的便利程度", "Ease of using 311 on the web"),
            ("热线接听人员的礼貌", "Courtesy of 311 call takers"),
            ("您的问题的解决情况", "How well your issue was resolved"),
        ),
    ),
    (
        "court",
        ("法院", "Municipal court"),
        ("法院的总体服务", "Municipal court services overall"),
        (
            ("法院网上缴款系统的便利程度", "Ease of the court online payment system"),
            ("解决问题型法庭项目的效果", "Effectiveness of problem-solving court programs"),
            ("法院工作人员的礼貌", "Courtesy of court staff"),
            ("法院公正办案的能力", "Ability of the court to be fair"),
            ("分期付款安排的提供", "Availability of payment plans"),
        ),
    ),
    (
        "customer_service",
        ("窗口服务", "Customer service"),
        ("市政府工作人员的服务", "Customer service from city employees"),
        (),
    ),
    (
        "communication",
        ("政务公开", "City communication"),
        ("市政府与公众沟通的效果", "Effectiveness of city communication"),
        (),
    ),
    (
        "stormwater",
        ("排水防涝", "Stormwater management"),
        ("排水防涝的总体管理", "Stormwater management overall"),
        (),
    ),
    (
        "transit",
        ("公共交通", "Public transportation"),
        ("公共交通的总体服务", "Public transportation overall"),
        (
            ("公交系统", "The bus system"),
            ("有轨电车", "The streetcar"),
        ),
    ),
    (
        "planning",
        ("规划建设", "City planning"),
        ("规划建设的总体服务", "City planning and development overall"),
        (),
    ),
)

HOUSING: tuple[Pair, ...] = (
    ("您家庭负担得起的住房供应", "Availability of affordable housing for your family"),
    ("您家庭住房的质量", "Quality of housing for your family"),
    ("租户的法律保护", "Legal protections for renters"),
    ("对无家可归居民的帮助", "Support for unhoused residents"),
)

# What decides whether a department's further items are asked: the department, the question, yes and no.
FILTERS: dict[str, Pair] = {
    "call_311": ("过去一年您用过市民热线吗？", "Did you use 311 in the past year?"),
    "court": ("过去一年您去过法院吗？", "Did you visit the court in the past year?"),
}

PERSON: tuple[tuple[Pair, tuple[Pair, ...]], ...] = (
    (("您的住房是", "Your home is"), (("自有", "Owned"), ("租住", "Rented"))),
    (
        ("您家庭的年收入", "Your household income"),
        (
            ("3万以下", "Under 30,000"),
            ("3万至6万", "30,000 to 59,999"),
            ("6万至10万", "60,000 to 99,999"),
            ("10万以上", "100,000 or more"),
        ),
    ),
    (
        ("您的年龄段", "Your age group"),
        (
            ("18-24岁", "18-24"),
            ("25-34岁", "25-34"),
            ("35-44岁", "35-44"),
            ("45-54岁", "45-54"),
            ("55-64岁", "55-64"),
            ("65岁及以上", "65 or over"),
        ),
    ),
    (("您的性别", "Your gender"), (("男", "Male"), ("女", "Female"), ("其他", "Other"))),
    (
        ("您居住的选区", "Your district"),
        tuple((f"第{number}选区", f"District {number}") for number in range(1, 7)),
    ),
)

_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """Write a number below 100 in Chinese."""
    tens, ones = divmod(number, 10)
    return f"{'' if tens < 2 else _DIGITS[tens]}{'十' if tens else ''}{_DIGITS[ones] if ones else ''}"


def names() -> dict[str, dict[str, str]]:
    """The departments as the platform knows them."""
    known = {code: {"zh-hans": zh, "en": en} for code, (zh, en), _headline, _items in DEPARTMENTS}
    return {**known, "general": {"zh-hans": "本市", "en": "The city"}}


def lines() -> Iterator[Pair]:
    """The questionnaire line by line, in Chinese and in English, numbered from beginning to end."""
    number, section = 0, 0

    def ask(words: Pair) -> Pair:
        nonlocal number
        number += 1
        return f"{number}. {words[0]}", f"{number}. {words[1]}"

    def head(words: Pair) -> Pair:
        nonlocal section
        section += 1
        return f"{chinese(section)}、{words[0]}", f"{chinese(section)}、{words[1]}"

    yield ("居民调查", "Resident survey")
    yield ("请按过去一年的印象作答。", "Please think of the past year.")
    yield head(("本市【满意度】", "The city [satisfaction]"))
    yield from (ask(item) for item in CITY)
    for code, (zh, en), headline, items in DEPARTMENTS:
        yield head((f"{zh}【满意度】", f"{en} [satisfaction]"))
        yield ask(headline)
        if code in FILTERS:
            yield ask((f"{FILTERS[code][0]}【单选】", f"{FILTERS[code][1]} [single choice]"))
            target = number + len(items) + 1
            yield ("A. 用过或去过", "A. Yes, I did")
            yield (f"B. 没有（跳至第{target}题）", f"B. No, I did not (skip to Q{target})")
        yield from (ask(item) for item in items)
    yield head(("住房【满意度】", "Housing [satisfaction]"))
    yield from (ask(item) for item in HOUSING)
    yield head(("关于您", "About you"))
    for words, choices in PERSON:
        yield ask(words)
        yield from (
            (f"{letter}. {zh}", f"{letter}. {en}")
            for letter, (zh, en) in zip("ABCDEF", choices, strict=False)
        )


def side_by_side() -> str:
    """As Excel pastes two columns."""
    return "中文\tEnglish\n" + "\n".join(f"{zh}\t{en}" for zh, en in lines())


def within_lines() -> str:
    """As Word pastes “中文 / English”; marks stand once, in front and behind."""
    return "\n".join(f"{zh} / {_bare(en)}" for zh, en in lines())


def in_turns() -> str:
    """Each line of Chinese followed by its translation."""
    return "\n".join(f"{zh}\n{_bare(en)}" for zh, en in lines())


def apart() -> Pair:
    """As two texts."""
    both = list(lines())
    return "\n".join(zh for zh, _en in both), "\n".join(en for _zh, en in both)


def _bare(words: str) -> str:
    mark, _point, rest = words.partition(". ")
    if rest and len(mark) <= 3:
        return rest
    _mark, _comma, rest = words.partition("、")
    return rest or words
