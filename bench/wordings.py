"""What invented bodies are made of; `{name}` is filled with a part, `{6}` with a number."""

from __future__ import annotations

import re

PLACE = re.compile(r"\{(\w+)\}")


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


SERVICES_ZH = _split(
    "支付宝 微信 淘宝网 京东 美团 滴滴出行 哔哩哔哩 抖音 小红书 拼多多 招商银行 工商银行 建设银行 "
    "中国移动 中国电信 百度 网易 携程旅行 饿了么 知乎 "
    "腾讯云 阿里云 华为云 币安 欧易 平安银行 12306 "
    "顺丰速运 星河科技 云帆网络 青禾商城 南山医院 电子税务局 交管12123"
)
SERVICES_EN = _split(
    "Google Telegram WhatsApp Binance Microsoft Apple Amazon PayPal Steam Discord Netflix Uber "
    "Airbnb Facebook Instagram Coinbase OKX Bybit GitHub TikTok LinkedIn Northwind Contoso"
)
NAME_SYLLABLES_ZH = tuple(
    "晨曦岚枫澜鹏瑾瑜昊霖梓涵雅琪嘉怡宇轩浩然思睿若曦子墨逸飞佳慧丽娟建华志强海燕玉兰秀英桂芳文博"
)
TRADES_ZH = _split("科技 网络 商城 银行 出行 医院 教育 保险 证券 游戏 旅行 生活 数码 传媒")
SURNAMES_ZH = tuple("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐")
NAME_SYLLABLES = _split(
    "an bel cor dan el fi gra ho il jo kar lu mar nor os pe qui ro sam tor ul ven wil xan yo zel"
    " bri cla dre fro gli kro pla sti tri vla"
)

# Code messages of the inbox: services and people are filled once a template.
CODES_ZH = (
    "【{service}】您的验证码是{6}，120秒内有效，请勿泄露给他人。",
    "【{service}】验证码：{6}，5分钟内有效。如非本人操作，请忽略本短信。",
    "【{service}】{6}（动态验证码），您正在登录，若非本人操作请勿泄露。",
    "【{service}】尊敬的用户，您本次操作的校验码为{6}，切勿告知他人。",
    "【{service}】{deed_zh}验证码{6}，有效期10分钟，{warning_zh}",
    "您正在{deed_zh}，验证码为 {4}，请在页面中输入完成验证。【{service}】",
    "【{service}】短信登录验证码：{6}，切勿转发或告知他人",
    "{6}是您的{service}验证码，{warning_zh}",
)
CODES_OTHER = (
    "Your {service} verification code is: {6}. {warning_en}",
    "{6} is your {service} code. {warning_en}",
    "[{service}] Security code: {6}. Valid for 10 minutes.",
    "G-{6} is your {service} verification code.",
    "<#> {6} is your {service} code. Do not share it.\nFA+9qCX9VSu",
    "{service}: Use {6} to sign in. It expires in 5 minutes.",
    "{service} 認証コード：{6} 有効期限は10分です。",
    "[{service}] 인증번호 [{6}]를 입력해 주세요.",
    "Ma xac thuc {service} cua ban la {6}. Khong chia se ma nay.",
    "Ваш код подтверждения {service}: {6}. Никому не сообщайте.",
    "Tu código de verificación de {service} es {6}.",
)
# Code messages all different: put together of parts, each with its own names.
DIFFERENT_ZH = (
    "【{service}】{hello_zh}{person}，您的{kind_zh}是{6}，{valid_zh}{warning_zh}",
    "【{service}】{kind_zh}：{6}，您正在{deed_zh}（{place_zh}），{valid_zh}{warning_zh}",
    "【{service}】{person}{hello_zh}，{deed_zh}{kind_zh}{6}，{warning_zh}{thanks_zh}",
    "{6}（{service}{kind_zh}），{person}申请{deed_zh}，{valid_zh}{warning_zh}【{place_zh}】",
    "您正在{place_zh}{deed_zh}，{kind_zh}为{4}，{valid_zh}{thanks_zh}【{service}】",
)
DIFFERENT_EN = (
    "Hi {person}, your {service} {kind_en} is {6}. {valid_en} {warning_en}",
    "{6} is your {kind_en} for {service}, {person}. {warning_en} {thanks_en}",
    "[{service}] {person}, use {6} as your {kind_en} to {deed_en}. {valid_en}",
    "{service} {kind_en}: {6}. Requested by {person} from {service}. {warning_en}",
)
_PARCELS_ZH = (
    "【菜鸟驿站】您的包裹已到{place_zh}，请凭{1}-{1}-{4}取件，详询1{10}",
    "【丰巢】取件码{8}，{person}您好，请至{place_zh}丰巢柜取{carrier_zh}包裹，24小时免费。",
    "【{carrier_zh}】{person}，运单{12}正在派送，快递员{person}，电话1{10}，请保持畅通。",
    "【{carrier_zh}】您的快件{12}已由{place_zh}签收，感谢使用，期待再次为您服务",
)
_PARCELS_EN = (
    "{carrier_en}: your parcel {12} will arrive at {place_en} today between 2pm and 4pm.",
    "Hi {person}, order #{8} has shipped with {carrier_en}. Track: https://t.example/{6}",
)
_BANK_ZH = (
    "【{bank_zh}】您尾号{4}的账户{1}月{2}日{2}:{2}支出人民币{4}.{2}元，余额{5}.{2}元。[{place_zh}超市]",
    "【{bank_zh}】{person}，您信用卡{4}本期账单{4}.{2}元，还款日{1}月{2}日。",
    "您账户{4}于{2}月{2}日{2}:{2}收到{person}转账{5}.{2}元，余额{6}.{2}元【{bank_zh}】",
)
_BANK_EN = (
    "{bank_en}: A/c XX{4} debited by Rs.{4}.{2} on {2}-{2}-{4} at {person} Stores. Avl bal {5}.{2}",
    "{bank_en} alert: card ending {4} used for ${2}.{2} at {person} Market on {2}/{2}.",
)
_ADVERTISING_ZH = (
    "【{shop_zh}】{person}，{festival_zh}大促！全场{1}折起，满{3}减{2}，戳 t.cn/{8} 拒收请回复R",
    "【{shop_zh}】会员专享：{place_zh}店新品上市，凭短信享{2}元优惠，退订回T",
    "【中国移动】尊敬的客户，您已使用流量{2}GB，剩余{1}.{2}GB，回复CXLL查询详情。",
)
_ADVERTISING_EN = (
    "{shop_en}: {person}, {2}% off everything this weekend only! Shop at shop.example/{6}",
    "Don't miss out {person}! {shop_en} sale ends tonight, up to {2}% off. Reply STOP to opt out",
)
NOTICES = {
    ("parcel", True): _PARCELS_ZH,
    ("parcel", False): _PARCELS_EN,
    ("bank", True): _BANK_ZH,
    ("bank", False): _BANK_EN,
    ("advertising", True): _ADVERTISING_ZH,
    ("advertising", False): _ADVERTISING_EN,
}
_TOWN = "{town_zh}{person}路{2}号"
PARTS: dict[str, tuple[str, ...]] = {
    "hello_zh": ("尊敬的", "亲爱的", "您好", "你好，", ""),
    "kind_zh": ("验证码", "短信验证码", "校验码", "动态密码", "动态码", "登录验证码", "确认码"),
    "valid_zh": ("5分钟内有效，", "有效期10分钟，", "请在30分钟内使用，", "请尽快输入，", ""),
    "warning_zh": (
        "请勿泄露给他人。", "切勿告知他人。", "如非本人操作请忽略。",
        "工作人员不会索要，谨防诈骗。", "请妥善保管。",
    ),
    "deed_zh": _split("登录 注册新用户 修改密码 绑定手机 支付订单 找回账号 更换设备 提现"),
    "thanks_zh": ("感谢您的使用。", "祝您生活愉快。", "如有疑问请联系客服。", ""),
    "town_zh": _split("杭州 上海 深圳 成都 武汉 南京 西安 苏州 长沙 青岛 郑州 厦门"),
    "place_zh": (_TOWN, "{town_zh}{person}小区{2}栋", "{town_zh}{person}广场"),
    "carrier_zh": _split("中通快递 圆通速递 韵达快递 申通快递 顺丰速运 京东物流 邮政"),
    "bank_zh": _split("招商银行 工商银行 建设银行 农业银行 中国银行 交通银行 平安银行"),
    "shop_zh": _split("优衣库 屈臣氏 天猫 苏宁易购 肯德基 瑞幸咖啡 海底捞"),
    "festival_zh": _split("双十一 国庆 春节 周年庆 六一八 中秋"),
    "kind_en": ("verification code", "security code", "one-time passcode", "login code", "OTP",
                "confirmation code", "authentication code"),
    "valid_en": ("It expires in 10 minutes.", "Valid for 5 minutes.",
                 "This code is valid for 1 hour.", ""),
    "warning_en": ("Do not share it with anyone.", "Never give this code to anyone.",
                   "If this was not you, ignore this message.", "Don't share this code.", ""),
    "deed_en": ("sign in", "reset your password", "finish registration", "confirm your payment",
                "verify your phone number"),
    "thanks_en": ("Thank you.", "Thanks for choosing {service}.", "The {service} team", ""),
    "place_en": ("{2} {person} Street", "{person} House", "the {person} Road locker"),
    "carrier_en": _split("DHL UPS FedEx DPD Yodel Evri"),
    "bank_en": ("HDFC Bank", "ICICI", "Chase", "Monzo", "HSBC", "Barclays"),
    "shop_en": _split("Nike Zara IKEA Target Sephora Walmart"),
}  # fmt: skip
CHAT_ZH = _split(
    "我 你 他 我们 你们 今天 明天 昨天 晚上 早上 下午 周末 "
    "现在 刚才 回家 吃饭 睡觉 上班 下班 开会 出差 "
    "孩子 老师 学校 医院 公司 超市 地铁 公交 车站 机场 "
    "酒店 电影 手机 电脑 照片 视频 文件 邮件 钥匙 "
    "密码 快递 外卖 水果 牛奶 面包 咖啡 火锅 米饭 饺子 "
    "生日 礼物 爸爸 妈妈 哥哥 姐姐 老婆 老公 同事 朋友 "
    "可以 不行 好的 知道 了 吗 吧 呢 啊 哈哈 嗯 谢谢 "
    "没事 不客气 辛苦 麻烦 等一下 马上 到 来 去 走 买 卖 "
    "看 听 说 想 要 给 拿 放 找 帮 打电话 发 消息 "
    "收到 忘记 记得 带 伞 下雨 天气 冷 热 好吃 漂亮 便宜 贵 "
    "多少 几点 哪里 什么 怎么 为什么 谁 这个 那个 一个 "
    "两个 三点 楼下 门口 路上 堵车 排队 但是 因为 所以 "
    "如果 还是 已经 正在 一起 再 又 也 都 很 太 真 ， ， ， 。"
)
CHAT_EN = _split(
    "i you he she we they it the a an and or but so if then "
    "when where what who how why this that is "
    "are was were be been have has had do did does "
    "can could will would should may might must not no "
    "yes ok okay lol haha thanks sorry please hey hi "
    "hello love miss want need know think see look go "
    "come get got take bring buy make call text send "
    "tell ask wait meet home work school office train "
    "bus car park shop dinner lunch coffee tea beer pizza "
    "movie game phone photo mum dad bro sis kids "
    "baby dog cat today tomorrow tonight morning later "
    "soon now never always maybe really very just "
    "still already again about after before with without from for "
    "to at in on of up down out over "
    "back good great nice bad sad happy tired busy free late early money bank door key pin card "
    "code weekend birthday party weather rain cold hot long short new old"
)
CHAT_ENDS = ("", "", "!", "?", "。", "😀", " ok")
