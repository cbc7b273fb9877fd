"""The annual survey over many departments: a headline for each, and the six dimensions of the method (em-1 §7)."""

from surveys.questionnaires.documents import EACH, GENERAL
from surveys.questionnaires.packs.building import (
    about_you,
    dimension,
    first_of,
    one_of,
    open_words,
    pack,
    page,
    rating,
    yes_or_no,
)

ANNUAL = pack(
    "annual",
    title=("年度群众满意度测评", "Annual survey of residents"),
    measures=(
        "各部门的总体满意度，以及六个维度（有效、便利、效率、公开、尊重、信任）；另问城市总体和最需改进的事项。",
        "Overall satisfaction with each department and six dimensions (effectiveness, ease, "
        "efficiency, transparency, humanity, trust); the city as a whole, and what to improve "
        "first.",
    ),
    introduction=(
        "请您评价各部门一年来的工作。可以只评价您了解的部门。不记名，选好即可提交。",
        "Please rate the work of departments over the past year. You may rate only those you "
        "know. No name is asked; choosing an answer is enough.",
    ),
    dimensions=[
        dimension("effectiveness", "0.25", "办事实效", "Effectiveness"),
        dimension("ease", "0.15", "办事便利", "Ease"),
        dimension("efficiency", "0.15", "办事效率", "Efficiency"),
        dimension("transparency", "0.15", "公开透明", "Transparency"),
        dimension("humanity", "0.15", "服务态度", "Humanity"),
        dimension("trust", "0.15", "公平公正", "Trust"),
    ],
    questions=[
        page("city", "城市总体", "The city as a whole"),
        rating(
            "city_overall",
            "总的来说，您对本市一年来的工作满意吗？",
            "Overall, how satisfied are you with the work of the city over the past year?",
            about=GENERAL,
            headline=True,
        ),
        one_of(
            "change",
            "与一年前相比，您在本市的生活",
            "Compared with a year ago, life here is",
            ("变好了", "Better"),
            ("差不多", "About the same"),
            ("变差了", "Worse"),
        ),
        page("departments", "各部门", "Departments"),
        yes_or_no(
            "contact",
            "过去十二个月，您是否与这个部门打过交道？",
            "In the last twelve months, did you have to do with this department?",
            about=EACH,
        ),
        rating(
            "overall",
            "总的来说，您对这个部门的工作满意吗？",
            "Overall, how satisfied are you with the work of this department?",
            headline=True,
        ),
        rating(
            "effectiveness",
            "您对这个部门解决问题的实际效果满意吗？",
            "How satisfied are you with how well this department solves problems?",
            counts_for="effectiveness",
        ),
        rating(
            "ease",
            "您对找这个部门办事的便利程度满意吗？",
            "How satisfied are you with how easy it is to get things done here?",
            counts_for="ease",
        ),
        rating(
            "efficiency",
            "您对这个部门办事的速度满意吗？",
            "How satisfied are you with how quickly this department works?",
            counts_for="efficiency",
        ),
        rating(
            "transparency",
            "您对这个部门公开信息的情况满意吗？",
            "How satisfied are you with how openly this department informs?",
            counts_for="transparency",
        ),
        rating(
            "humanity",
            "您对这个部门工作人员的态度满意吗？",
            "How satisfied are you with the attitude of its staff?",
            counts_for="humanity",
        ),
        rating(
            "trust",
            "您对这个部门办事的公平程度满意吗？",
            "How satisfied are you with how fairly this department acts?",
            counts_for="trust",
        ),
        open_words("advice", "您对这个部门有什么建议？", "What would you suggest to this department?"),
        page("needs", "最需要改进的", "What to improve first"),
        first_of(
            ("教育", "Education"),
            ("就业", "Employment"),
            ("看病方便", "Getting care"),
            ("看病费用", "Paying for care"),
            ("社会保障", "Social security"),
            ("住房", "Housing"),
            ("交通", "Transport"),
            ("环境", "The environment"),
            ("治安", "Public safety"),
            ("办事效率", "Speed of procedures"),
            zh="您认为本市明年最需要改进的是（最多选三项）",
            en="What should the city improve first next year? (up to three)",
        ),
        *about_you(),
    ],
)
