"""What is wrong with an instrument, and what to do: for whoever writes or buys instruments."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.assessment.engine.places import Fault

WORDS: Final[Mapping[str, str | Promise]] = {
    "yaml": _("读不懂这一行：检查缩进、冒号和引号，同一个名字不能写两次。"),
    "workbook": _("打不开这个工作簿：另存为 xlsx 再试。"),
    "sheet_missing": _("缺工作表“%(detail)s”，或者里面没有内容：补上。"),
    "heading": _("不认识表头“%(detail)s”：改成模板里的写法，或者删掉这一列。"),
    "group": _("上一节还没有 end_group 就又开了一节：先结束上一节。"),
    "outside": _("这一项不在任何一节里：在它前面加 begin_group。"),
    "list_unknown": _("choices 里没有选项表“%(detail)s”：补上，或者改正名字。"),
    "file_name": _("文件夹和文件名要和内容一致：应当是 %(detail)s。"),
    "mapping": _("这里应当是一组“名字: 内容”。"),
    "list": _("这里应当是一个列表。"),
    "text": _("这里应当是一段文字。"),
    "many": _("太多了，最多%(detail)s个：拆成几份。"),
    "empty": _("一项都没有：至少要有一节、一项。"),
    "unknown_key": _("不认识“%(detail)s”：检查拼写，或者删掉。"),
    "name": _("名字“%(detail)s”不行：小写字母开头，只用小写字母、数字和下划线。"),
    "twice": _("名字“%(detail)s”用了两次：改掉其中一个。"),
    "reserved": _("“%(detail)s”是保留的名字：换一个。"),
    "version": _("版本号“%(detail)s”不行：只用小写字母、数字、点和短横。"),
    "label": _("缺名称：写上 zh 和 en。"),
    "label_zh": _("缺中文：补上。"),
    "label_en": _("缺英文：补上。"),
    "source": _("没有写出处：写文件名称。"),
    "one_of": _("只能是这几个之一：%(detail)s。"),
    "number": _("“%(detail)s”不是这里能用的数字。"),
    "points": _("分值“%(detail)s”不行：最多两位小数的数字，可以是负数。"),
    "points_on_text": _("“%(detail)s”不是选择题也不是数字，不能计分：去掉分值，或者改题型。"),
    "points_and_score": _("“%(detail)s”的选项有分值，又写了 score：只留一种。"),
    "no_choices": _("“%(detail)s”不是选择题，不该有选项：去掉选项，或者改题型。"),
    "choices": _("“%(detail)s”至少要有两个选项。"),
    "range": _("“%(detail)s”要写 low 和 high。"),
    "low_high": _("“%(detail)s”的 high 要大于 low。"),
    "no_limits": _("“%(detail)s”不是数字，不该有 low 和 high。"),
    "step": _("“%(detail)s”的 step 至少是1。"),
    "decimals": _("decimals 只能是0到%(detail)s。"),
    "when": _("“%(detail)s”没有写条件 when。"),
    "rule_long": _("条件太长：拆成几项来写。"),
    "rule_number": _("条件里只能用整数，不能用“%(detail)s”。"),
    "rule_syntax": _("条件写错了，在第%(detail)s个字附近：检查引号、括号和 ==。"),
    "rule_function": _("条件里不能用“%(detail)s”：只能比较、加减乘、in、size 和 && || !。"),
    "rule_unknown": _("条件里的“%(detail)s”不是这份量表的项：检查名字。"),
    "rule_compares": _("条件里“%(detail)s”比错了类型：文字要加引号，数字不加。"),
    "rule_choice": _("条件里用了没有的选项“%(detail)s”：检查选项代码。"),
    "rule_bool": _("这个条件得不出“是”或“不是”：写成比较。"),
    "rule_int": _("score 得不出整数：以百分之一分为单位写，例如 item * 100。"),
    "rule_answered": _("“%(detail)s”没填时按0算：先写 '%(detail)s' in answered &&。"),
    "cycle": _("跳转绕成了圈：%(detail)s。改掉其中一个条件。"),
    "no_bands": _("计分的量表没有写分档 bands。"),
    "bands_of_judgement": _("专业判断不计分，不该有分档：去掉 bands，或者把 use 改成 scale。"),
    "band_first": _("最低一档“%(detail)s”不要写 from：再低的分也要有档。"),
    "band_last": _("最高一档“%(detail)s”不要写 below：再高的分也要有档。"),
    "band_open": _("“%(detail)s”之间没有写清分界：前一档写 below，后一档写 from。"),
    "band_hole": _("“%(detail)s”之间有空档：前一档的 below 要等于后一档的 from。"),
    "band_overlap": _("“%(detail)s”重叠了：前一档的 below 要等于后一档的 from。"),
    "band_empty": _("“%(detail)s”这一档是空的：from 要小于 below。"),
    "level": _("等级只能是这几个之一：%(detail)s。"),
}


def fault_in_words(fault: Fault) -> str:
    """What is wrong and what to do, in one sentence or two."""
    return str(WORDS[fault.reason]) % {"detail": fault.detail}
