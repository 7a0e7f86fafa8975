"""Invented names as the Suzhou area gave them in each generation.

Every name is a surname and a given name drawn apart; that a living person bears the same one is
chance; given names that would make a well-known person's are left out. Rare characters, surnames
that are misread, compound surnames and names with a middle dot occur on purpose: they break lists.
"""

from random import Random
from typing import Final

from seeds.numbers import MALE, Sex


def _pool(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_SURNAMES: Final = (
    "陆陆陆顾顾顾沈沈沈朱朱朱王王王陈陈陈徐徐徐张张张周周周吴吴姚姚"
    "钱钱金金潘潘蒋俞唐许杨李李刘赵孙胡戴盛袁邹浦陶龚马夏郁范管季严"
    "诸吕冯高曹方叶邵葛施龙归庄缪殷支包宋郭何林黄谢彭韩罗郑程丁魏"
)
_MISREAD_SURNAMES: Final = _pool("单 仇 曾 解 查 盖 朴 区 尉迟 欧阳 诸葛 上官 司徒")
_GRANDFATHERS: Final = _pool(
    "根生 水根 金宝 阿大 福根 林生 祥生 德明 炳元 家骏 文龙 志良 惠明 全根 小弟 雪生 "
    "纪元 伯明 玉林 建国 国强 卫东 永明 阿二 大男 关根 桂林 兴元 才根"
)
_GRANDMOTHERS: Final = _pool(
    "阿妹 巧英 雪珍 林妹 凤珍 桂英 秀珍 彩英 玲娣 根妹 金妹 美珍 素琴 惠珍 月英 引娣 杏珍 "
    "水珍 福妹 兰英 雪英 招娣 静芬 佩华 菊英 云珍 小妹 文珍 爱珍 瑞英"
)
_FATHERS: Final = _pool(
    "建明 志刚 伟 军 勇 峰 海涛 俊 斌 永刚 建华 卫星 雪峰 文杰 春华 云飞 磊 超 明辉 "
    "海峰 志强 立新 晨 凯 宇 浩 国平 益民 敏华 剑锋 振宇 振华 学军 正东 冬明 良 健"
)
_MOTHERS: Final = _pool(
    "丽 芳 燕 静 敏 玲 雪芳 晓燕 丽娟 春燕 建芳 秋萍 文娟 云 美华 红梅 雅琴 娟 萍 霞 莉 婷 洁 "
    "颖 瑛 玉芳 海燕 小红 志英 惠芳 雪琴 丹丹 倩 琳 艳 翠萍 明珠 月华 晓岚"
)
_BOYS: Final = _pool(
    "子轩 浩宇 宇轩 梓睿 一鸣 奕辰 俊熙 沐阳 皓轩 嘉懿 天佑 思远 明哲 承泽 景行 知远 睿 锦程 "
    "书恒 晨曦 佳豪 昊天 逸飞 宸 鑫磊 子墨 文博 乐天 家乐 博文 辰逸 泽宇 安 言 "
    "星河 致远"
)
_GIRLS: Final = _pool(
    "梓涵 欣怡 诗涵 一诺 雨桐 可馨 依依 语桐 思琪 若曦 心怡 佳怡 雨欣 梦瑶 静怡 子涵 艺馨 "
    "沐晴 安然 紫萱 乐怡 婉清 悦 书瑶 晨曦 念 欣妍 嘉宁 清扬 映雪 佳宁 思涵 念慈 玥 芷若 言 "
    "星语 夏 萌萌 雯"
)
_RARE: Final = _pool("䶮 㛃 𬱖 𫍯 燚 翀 彧 祎 頔 喆 堃 犇 昇 㐂 淼 𣲗")
_UYGUR_MEN: Final = _pool("艾山 买买提 阿卜力孜 玉素甫 吐尔逊 艾力 木合塔尔 依明 热合曼 库尔班")
_UYGUR_WOMEN: Final = _pool("阿依古丽 热依汗 帕提古丽 祖丽菲亚 米热古丽 阿依努尔 茹仙古丽 玛依拉")
_FOREIGN_MOTHERS: Final = _pool("阮氏香 玛丽亚·桑托斯 黎氏梅 娜塔莎·彼得罗娃")


def surname(rng: Random) -> str:
    """A surname of the area; one in fifty is compound or commonly misread."""
    if rng.random() < 0.02:
        return rng.choice(_MISREAD_SURNAMES)
    return rng.choice(_SURNAMES)


def adult_given_name(rng: Random, sex: Sex, born_in: int) -> str:
    """A given name of the generation born in that year."""
    if born_in < 1968:
        return rng.choice(_GRANDFATHERS if sex == MALE else _GRANDMOTHERS)
    return rng.choice(_FATHERS if sex == MALE else _MOTHERS)


def child_given_name(rng: Random, sex: Sex) -> str:
    """A given name of this century; one in sixty holds a rare character."""
    name = rng.choice(_BOYS if sex == MALE else _GIRLS)
    if rng.random() < 1 / 60:
        return (name[0] if len(name) > 1 else "") + rng.choice(_RARE)
    return name


def twin_given_name(rng: Random, sibling: str, sex: Sex) -> str:
    """A name that differs from the twin's in its last character alone."""
    pool = [name[-1] for name in (_BOYS if sex == MALE else _GIRLS) if name[-1] != sibling[-1]]
    return sibling[:-1] + rng.choice(pool) if len(sibling) > 1 else rng.choice(pool)


def dotted_name(rng: Random, sex: Sex, father_given: str | None) -> str:
    """A Uygur name: own name, middle dot, the father's own name."""
    father = father_given or rng.choice(_UYGUR_MEN)
    pool = _UYGUR_MEN if sex == MALE else _UYGUR_WOMEN
    own = rng.choice([name for name in pool if name != father])
    return f"{own}·{father}"


def foreign_mother_name(rng: Random) -> str:
    """The name of a mother of foreign nationality."""
    return rng.choice(_FOREIGN_MOTHERS)
