"""好差评 of one visit and of one case, in the terms of the national standard, and the A-11 section 280 survey."""

from surveys.questionnaires.documents import EACH
from surveys.questionnaires.packs.building import (
    chose,
    dimension,
    is_yes,
    one_of,
    open_words,
    pack,
    page,
    rating,
    several_of,
    yes_or_no,
)

_AT_WINDOW, _ONLINE, _MACHINE = chose("channel", 1), chose("channel", 2), chose("channel", 3)

ONE_VISIT = pack(
    "one-visit",
    title=("政务服务一次一评", "Rating one visit"),
    measures=(
        "一次办事的好差评：窗口、网上或自助终端；总体评价，以及态度、效率、便利、规范。",
        "One visit at the counter, online or at a machine: the visit as a whole, and courtesy, "
        "speed, ease and correctness.",
    ),
    introduction=(
        "请评价您刚刚办理的这件事。约两分钟，不记名，选好即可提交。",
        "Please rate what you have just done here. It takes about two minutes and no name; "
        "choosing an answer is enough.",
    ),
    questions=[
        page("visit", "这次办事", "This visit"),
        one_of(
            "channel",
            "这次您是怎样办理的？",
            "How did you do it?",
            ("在窗口", "At the counter"),
            ("在网上或手机上", "Online or on the phone’s app"),
            ("在自助终端", "At a self-service machine"),
            offer=(),
        ),
        rating(
            "visit_overall",
            "您对这次办事总体满意吗？",
            "Overall, how satisfied are you with this visit?",
            headline=True,
        ),
        rating(
            "attitude",
            "您对工作人员的服务态度满意吗？",
            "How satisfied are you with the attitude of staff?",
            show=_AT_WINDOW,
        ),
        rating(
            "queue",
            "您对排队等候的时间满意吗？",
            "How satisfied are you with the time you waited?",
            show=_AT_WINDOW,
        ),
        rating(
            "site",
            "您对网上办理的操作便利程度满意吗？",
            "How satisfied are you with how easy the online procedure was?",
            show=_ONLINE,
        ),
        rating(
            "machine",
            "您对自助终端的操作便利程度满意吗？",
            "How satisfied are you with how easy the machine was to use?",
            show=_MACHINE,
        ),
        rating(
            "time", "您对办理所用的时间满意吗？", "How satisfied are you with the time the procedure took?"
        ),
        rating(
            "guidance",
            "您对办事指南的清楚程度满意吗？",
            "How satisfied are you with how clear the guidance was?",
        ),
        yes_or_no("done", "这件事这次办成了吗？", "Did you get it done this time?", about=EACH),
        several_of(
            "points",
            "以下哪些符合这次办事？（可多选，也可不选）",
            "Which of these were true of this visit? (any number, or none)",
            ("一次办完", "Done in one visit"),
            ("要求的材料与指南一致", "Papers asked for were those in the guidance"),
            ("要求了指南以外的材料", "Papers were asked for that are not in the guidance"),
            ("收费清楚", "Fees were clear"),
            ("收取了没有公示的费用", "A fee was taken that is not published"),
            ("需要再跑一次", "I have to come again"),
            other=("其他", "Something else"),
            about=EACH,
        ),
        open_words("words", "您还想说什么？", "What else would you like to say?"),
    ],
)

ONE_CASE = pack(
    "one-case",
    title=("政务服务一事一评", "Rating one case"),
    measures=(
        "一件诉求或投诉办结后的好差评：是否解决、答复、时限、态度、结果。",
        "One request or complaint after it was closed: whether it was solved, the reply, the "
        "time, the attitude, the outcome.",
    ),
    introduction=(
        "您反映的事项已经办结，请评价办理情况。约两分钟，不记名，选好即可提交。",
        "The matter you reported has been closed. Please rate how it was handled. It takes about "
        "two minutes and no name; choosing an answer is enough.",
    ),
    questions=[
        page("case", "这件事", "This case"),
        one_of(
            "kind",
            "您反映的是",
            "You reported",
            ("求助", "A need for help"),
            ("投诉", "A complaint"),
            ("建议", "A suggestion"),
            ("咨询", "A question"),
            ("举报", "Wrongdoing"),
            ("其他", "Something else"),
        ),
        one_of(
            "solved",
            "这件事解决了吗？",
            "Was it solved?",
            ("已经解决", "Yes"),
            ("部分解决", "In part"),
            ("没有解决", "No"),
            about=EACH,
        ),
        rating(
            "case_overall",
            "您对这件事的办理总体满意吗？",
            "Overall, how satisfied are you with how this case was handled?",
            headline=True,
        ),
        rating("time", "您对办理所用的时间满意吗？", "How satisfied are you with the time it took?"),
        rating("attitude", "您对工作人员的态度满意吗？", "How satisfied are you with the attitude of staff?"),
        rating("reply", "您对答复的清楚程度满意吗？", "How satisfied are you with how clear the reply was?"),
        rating("outcome", "您对办理结果满意吗？", "How satisfied are you with the outcome?"),
        yes_or_no(
            "asked",
            "办结以前，是否有人征求过您的意见？",
            "Did anybody ask you before the case was closed?",
            about=EACH,
        ),
        yes_or_no(
            "refused",
            "您是否被告知诉求不予办理？",
            "Were you told that your request could not be met?",
            about=EACH,
        ),
        rating(
            "refusal",
            "您对不予办理的依据说明满意吗？",
            "How satisfied are you with how the grounds for that were explained?",
            show=is_yes("refused"),
        ),
        open_words("words", "您还想说什么？", "What else would you like to say?"),
    ],
)

_A11 = [
    dimension("effectiveness", "0.25", "有效", "Effectiveness"),
    dimension("ease", "0.15", "易用", "Ease"),
    dimension("efficiency", "0.15", "高效", "Efficiency"),
    dimension("transparency", "0.15", "透明", "Transparency"),
    dimension("humanity", "0.15", "人情味", "Humanity"),
    dimension("trust", "0.15", "信任", "Trust"),
]

A11 = pack(
    "a11",
    title=("服务体验调查（A-11 第 280 节）", "Service experience (A-11 section 280)"),
    measures=(
        "满意与信任，以及五个驱动因素：有效、易用、高效、透明、人情味；同意量表，另有开放意见。",
        "Satisfaction and trust with their five drivers: effectiveness, ease, efficiency, "
        "transparency, humanity; agreement scale and open feedback.",
    ),
    introduction=(
        "请按您最近一次使用这项服务的体验作答。约两分钟，不记名。",
        "Please think of the last time you used this service. It takes about two minutes and no name.",
    ),
    dimensions=_A11,
    questions=[
        page("service", "这次服务", "This service"),
        one_of(
            "channel",
            "您是怎样使用这项服务的？",
            "How did you use this service?",
            ("当面", "In person"),
            ("网站或手机应用", "Website or app"),
            ("电话", "By phone"),
            ("信件", "By letter"),
            ("其他", "Another way"),
            offer=(),
        ),
        rating(
            "satisfied",
            "总的来说，您对这次服务满意吗？",
            "Overall, how satisfied are you with this service?",
            kind="csat",
            headline=True,
        ),
        page("statements", "请看以下说法", "Some statements"),
        rating(
            "trust",
            "这次经历使我更加信任这个部门。",
            "This experience increased my trust in this department.",
            kind="agreement",
            counts_for="trust",
        ),
        rating(
            "effectiveness",
            "我要办的事得到了解决。",
            "My need was addressed.",
            kind="agreement",
            counts_for="effectiveness",
        ),
        rating(
            "ease",
            "我要做的步骤很容易完成。",
            "It was easy to complete what I needed to do.",
            kind="agreement",
            counts_for="ease",
        ),
        rating(
            "efficiency",
            "办这件事所用的时间是合理的。",
            "It took a reasonable amount of time to do what I needed to do.",
            kind="agreement",
            counts_for="efficiency",
        ),
        rating(
            "transparency",
            "我清楚办事过程中每一步对我的要求。",
            "I understood what was being asked of me throughout the process.",
            kind="agreement",
            counts_for="transparency",
        ),
        rating(
            "equity", "我受到了公平的对待。", "I was treated fairly.", kind="agreement", counts_for="humanity"
        ),
        rating(
            "humanity",
            "与我打交道的工作人员乐于帮助。",
            "Employees I interacted with were helpful.",
            kind="agreement",
            counts_for="humanity",
            show={"not": chose("channel", 2)},
        ),
        page("feedback", "您的意见", "Your feedback"),
        several_of(
            "drivers",
            "哪些方面给您的印象最深？（最多选三项）",
            "What stood out to you? (up to three)",
            ("是否办成", "Whether my need was met"),
            ("难易程度", "How easy or hard it was"),
            ("所用时间", "The time it took"),
            ("说明是否清楚", "How clear it was"),
            ("工作人员", "The employees"),
            ("是否公平", "How fairly I was treated"),
            other=("其他", "Something else"),
            none_of_them=("没有特别的", "Nothing in particular"),
            about=EACH,
            most=3,
        ),
        open_words("words", "您还想告诉我们什么？", "Anything else you want to tell us?"),
    ],
)
