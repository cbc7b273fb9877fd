"""The words by which `redacting` knows names: surnames, titles, and what only looks like either."""

# Spelt for patterns: alternatives, some with an ending that may be left out.
ACCOUNTS = (
    "微信号?|薇信|威信|v信|weixin|wechat|wecom|vx|wx|qq号?|扣扣|企鹅号?|抖音号?|快手号?|微博号?|小红书号?|钉钉号?|"
    "支付宝(?:账号)?|facebook|instagram|telegram|whatsapp|line|skype|twitter"
)
NUMBERS = (
    "工号|警号|胸牌号?|编号|受理号|工单号?|单号|回执号?|邀请码|验证码|密码|学号|病历号|就诊卡号?|社保卡?号|医保卡?号|"
    "卡号|账号|帐号|户号|身份证号?|护照号?|手机号?|电话号?|联系方式|badge|case|ticket|reference|ref|receipt|"
    "invitation|passport|licen[cs]e|account|card|phone|tel|mobile"
)
DOMAINS = (
    "com|co|cn|net|org|gov|edu|io|top|xyz|info|cc|vip|me|app|site|club|shop|online|link|tv|hk|tw|uk|de|eu|"
    "example|test"
)
SELF = "我叫|名叫|叫做|名字是|名字叫|我是|本人|姓名|联系人|负责人|当事人|经办人|举报人|投诉人"
ENGLISH_TITLES = (
    "Dr|Prof|Officer|Nurse|Doctor|Professor|Inspector|Director|Captain|Judge|Mayor|Chief|Sergeant|Councillor|Teacher|"
    "doctor|officer|nurse|teacher|director|inspector|Sgt|Cpl|Lt|Insp|Constable|constable|sergeant|Clerk|clerk|"
    "Neighbour|Neighbor|neighbour|neighbor"
)
CHATS = "微信同号|微信|薇信|威信|v信|加我?微信?|扣扣"  # after which bare letters are a name
KIN = (
    "孩子|儿子|女儿|妈妈?|母亲|爸爸?|父亲|婆婆|公公|老公|老婆|丈夫|妻子|爱人|哥哥|弟弟|姐姐|妹妹|奶奶|爷爷|外公|外婆|"
    "姥姥|姥爷|岳父|岳母|孙子|孙女|嫂子|舅舅|姑姑|叔叔"
)
OF_KIN = "同学|同志|家属|(?:的)?(?:妈妈|爸爸|家长|奶奶|爷爷|爱人)"
ESTATES = "花园|小区|家园|嘉园|公寓|新村|苑"
ENGLISH_KIN = "son|daughter|wife|husband|mother|father|brother|sister|friend|colleague"
PARTICLES = "de|la|las|los|van|von|der|den|del|di|da|du|le|bin|al|el"
DIGIT_WORDS = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
STREETS = "Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close|Court|Crescent|Terrace|Boulevard|Blvd|Lu|Jie"


def _words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


# The most common surnames, and those that are hardly ever the beginning of another word.
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何林罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁余叶蒋杜苏魏程吕丁沈姚卢姜"
    "崔钟谭陆汪范廖石贾韦夏付傅邹熊孟秦阎闫薛侯雷段郝龚邵史陶贺毛顾赖武康莫龙尹黎钱汤严孔葛祁岳翟倪施洪柳"
    "章俞庞耿聂焦鲁兰殷詹樊欧辛储马江"
)
# Surnames that are ordinary words too: taken for a name only right before a title.
RARER_SURNAMES = (
    "高于方任白常金安万关成文车齐易乔伍鲍向季温项古宁卞费岑滕喻柴路包左单申柯甘裴戚牛骆覃阮管褚蒙邢穆尚冉佘"
)
COMPOUNDS = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "东方",
    "端木",
)

# Characters before which a surname belongs to the word before it.
CARELESS_BEFORE = {
    "安": "公治保西延",
    "于": "关对由等至基属位鉴",
    "方": "地对双官警甲乙医校院",
    "高": "最较很提",
    "任": "主责信委历前现",
    "常": "经非正日通",
    "关": "有相机海",
    "文": "语",
    "史": "历",
    "成": "完",
    "管": "主保尽不",
    "包": "承",
    "单": "简",
    "万": "百千几",
    "金": "基奖资现",
    "路": "道公铁马",
    "车": "客货公",
    "向": "方",
    "石": "化",
    "林": "园森农造护武绿",
    "江": "长",
    "程": "工流过课日章",
    "康": "健安小",
    "武": "人威英",
    "段": "路地阶手时",
    "雷": "防地",
    "施": "设措实",
    "洪": "防抗",
    "范": "规防示模师",
    "章": "印文",
    "付": "支",
    "田": "农水油",
    "储": "仓存收",
    "余": "其业剩多",
    "梁": "桥",
    "顾": "照",
    "周": "四",
    "陆": "登大",
    "白": "明表",
}

TITLES = _words("""
    主任 科长 局长 处长 所长 书记 院长 校长 园长 部长 队长 组长 站长 镇长 乡长 县长 市长 区长 村长 厅长
    司长 股长 班长 店长 会长 行长 经理 主管 总监 主席 委员 干事 助理 秘书 会计 老师 医生 大夫 医师 护士
    护士长 药师 律师 警官 法官 检察官 法警 民警 警察 辅警 城管 教授 师傅 先生 女士 小姐 太太 同志 阿姨
    大爷 大妈 大娘 大叔 叔叔 大姐 大哥 奶奶 爷爷 支书 社长 司机 保安 总 姐 哥
""")
TITLES_IN_FRONT = _words("""
    工作人员 办事员 窗口人员 科员 柜员 客服 专员 网格员 导诊员 收费员 物业 邻居 社工
""")

# What begins like a name and is none.
NO_NAMES = _words("""
    许多 曾经 方便 高级 常见 任何 安排 成为 周末 周边 周到 周围 周日 周一 周二 周三 周四 周五 周六 周期
    马上 马路 马虎 石头 严格 严重 严肃 严厉 康复 钟头 林业 林场 田间 毛病 沈阳 武汉 武警 夏天 徐州 郑州
    郑重 苏州 唐山 史上 余下 何时 何况 何必 何处 胡乱 胡说 胡同 董事 黄金 黄色 顾客 顾问 顾及 黎明 孟加
    罗列 洪水 温州 江边 江西 江苏 陈旧 陈述 施工 施行 章程 龙头 尹始 秦皇 欧洲 辛苦 储备 储蓄 程序 程度
    钱财 汤药 孔子 岳阳 兰州 蒙古 雷同 段落 鲁莽 贺州 陶瓷 谢谢 付费 付款 付出 宋体 冯谖 张贴 张口 张嘴
    张罗 田径 叶子 孙子 孙女 老胡 小康 石油 康养 丁字 卢比 曹县 马桶 江南 江北 毛利 单位 李子 杨树 柳树
    柳州 梁子 王府 王八 黄牛 黄线 老黄 朱红 韩国 吴语 吕梁 周转 陆续 陆地 汪洋 范围 范本 夏季 夏令 侯车
    顾虑 莫名 莫非 龙虾 黄疸 石膏 毛巾 严禁 殷勤 欧元 辛勤 施压 程控 段位 武断 武力 洪涝 章鱼
""")
# Characters that are not the first of a given name, and those that rather begin the next word than end a name.
NO_GIVEN = (
    "的了是在很说不没就和给对把也都有去来等让办对帮接要会能可还跟被从到得地着过吗呢吧啊么们个这那我你他她"
    "它上下里外"
)
FEW_GIVEN = NO_GIVEN + "态服为工做太非最总说收打骂推拖讲问告叫将以因所每经昨今"

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"

# Numbers that are everybody's.
PUBLIC_NUMBERS = _words("""
    110 119 120 122 12345 12315 12333 12320 12366 12388 12348 12306 95598 10086 10010 10000 114 999 911
""")

# Surnames in Latin letters that are no English word at the beginning of a sentence.
PINYIN = _words("""
    Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Zhu Hu Guo Gao Lin Luo Zheng Liang Xie Tang Feng
    Deng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren Shen Yao
    Zhong Cui Tan Fan Liao Jia Xia Fu Fang Zou Xiong Meng Qin Yan Xue Hou Lei Duan Hao Gong Shao Tao
    Qian Ouyang Sima Shangguan Zhuge
""")

# What follows “my name is” without being one, and what ends one.
NOT_NAMED = _words("""
    not spelled spelt misspelled wrong on in missing still never no always written incorrect listed too the also being
    gone there now only just already under a an of at
""")
NO_SECOND = _words("""
    and i but from is was am are the a an in on at to of who my we they this that not have had with for or so because
    please here
""")
