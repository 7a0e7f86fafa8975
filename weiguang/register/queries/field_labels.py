"""What a file calls its fields and records when it tells that they changed.

A field that is not named here is not told: search keys, indexes, and what is repeated from another
record. A test compares the list with the models.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELDS: Final[Mapping[str, Mapping[str, Promise]]] = {
    "register.child": {
        "name": _("姓名"), "sex": _("性别"), "birth_date": _("出生日期"), "ethnicity": _("民族"),
        "id_number": _("身份证号码"), "no_id_reason": _("没有号码的原因"),
        "hukou_place": _("户籍地"), "residence_place": _("居住地"),
        "is_residence_confirmed": _("居住地是否确认"), "household": _("同住家庭"),
    },
    "register.childplace": {"address": _("详细地址")},
    "register.adult": {
        "name": _("家人姓名"), "sex": _("家人性别"), "birth_date": _("家人出生日期"),
        "id_number": _("家人身份证号码"), "phone": _("家人电话"),
    },
    "register.tie": {
        "relation": _("和家人的关系"), "is_entrusted": _("是否委托照护"), "during": _("关系起止"),
    },
    "register.parentsituation": {
        "situation": _("父母情形"), "evidence": _("父母情形的佐证"),
        "expected_end": _("父母情形预计结束"), "during": _("父母情形起止"),
    },
    "register.childcategory": {
        "status": _("类别核定"), "evidence": _("类别的佐证"), "legal_basis": _("类别的依据"),
        "during": _("类别起止"), "ending_on": _("拟终止日期"), "end_reason": _("终止原因"),
    },
    "register.schoolfact": {
        "stage": _("学段"), "attendance": _("就学状况"), "school": _("学校"), "grade": _("年级"),
        "is_boarding": _("是否寄宿"), "during": _("就学起止"),
    },
    "register.healthfact": {
        "kind": _("健康情况"), "detail": _("病情"), "disability_number": _("残疾人证号"),
        "during": _("健康情况起止"),
    },
    "register.household": {"place": _("家庭所在地"), "address": _("家庭地址")},
}  # fmt: skip

RECORDS: Final[Mapping[str, Promise]] = {
    "register.childname": _("姓名"),
    "register.childplace": _("户籍或居住"),
    "register.adult": _("家人"),
    "register.tie": _("和家人的关系"),
    "register.parentsituation": _("父母情形"),
    "register.childcategory": _("困境类别"),
    "register.schoolfact": _("就学情况"),
    "register.healthfact": _("健康情况"),
    "register.household": _("同住家庭"),
    "register.document": _("文件"),
    "register.consent": _("个人信息的同意"),
    "register.entrustment": _("委托照护协议"),
    # Neutral: a merge counts what moved for readers who may not know of it.
    "register.contactbar": _("其他记录"),
}

# The coded list in which a field's values are words.
LISTS: Final[Mapping[tuple[str, str], str]] = {
    ("register.child", "ethnicity"): "ethnicities",
    ("register.child", "no_id_reason"): "no_id_reasons",
    ("register.tie", "relation"): "relations",
    ("register.childcategory", "evidence"): "evidence",
    ("register.childcategory", "end_reason"): "category_endings",
    ("register.schoolfact", "stage"): "school_stages",
    ("register.schoolfact", "attendance"): "school_attendance",
}
