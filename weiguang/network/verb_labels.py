"""Every verb in the words of people: for the auditor's page and the printed matrix.

The verbs themselves, and what they are called in the memory, stand in `verbs`.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.network.verbs import Verb

V = Verb

LABELS: Final[Mapping[str, str | Promise]] = {
    V.HOME_OPEN: _("打开待办"),
    V.ACCOUNT_OWN: _("使用自己的账号"),
    V.SESSION_OPEN: _("登录"),
    V.SESSION_END: _("退出登录"),
    V.PASSWORD_CHANGE: _("修改自己的密码"),
    V.FACTOR_SET: _("设置第二重验证"),
    V.FACTOR_REMOVE: _("取消第二重验证"),
    V.CHILD_LIST: _("查看儿童名单"),
    V.CHILD_OPEN: _("打开儿童档案"),
    V.CHILD_REVEAL: _("显示遮盖的内容"),
    V.CHILD_REGISTER: _("登记儿童"),
    V.CHILD_AMEND: _("修改儿童档案"),
    V.RESIDENCE_CONFIRM: _("确认居住地"),
    V.CATEGORY_PROPOSE: _("提出困境类别"),
    V.CATEGORY_CONFIRM: _("核定困境类别"),
    V.READERS_LIST: _("查看谁看过档案"),
    V.STANDING_PUSH: _("更新儿童近况"),
    V.IMPORT_LIST: _("查看导入的名单"),
    V.IMPORT_UPLOAD: _("上传名单"),
    V.IMPORT_RESOLVE: _("核对名单中的疑问"),
    V.IMPORT_CONFIRM: _("确认导入名单"),
    V.IMPORT_UNDO: _("撤销导入的名单"),
    V.IMPORT_EXPORT: _("导出名单里的行"),
    V.TASK_LIST: _("查看待办"),
    V.TASK_OPEN: _("安排待办"),
    V.TASK_FINISH: _("办结待办"),
    V.TASK_PAUSE: _("暂停或恢复待办"),
    V.TASK_HAND_OVER: _("转交待办"),
    V.TASK_ESCALATE: _("逾期上报"),
    V.APPROVAL_ASK: _("提请审批"),
    V.APPROVAL_SIGN: _("签署审批意见"),
    V.APPROVAL_DECIDE: _("审批办结"),
    V.NOTICE_SET: _("设置自己的提醒方式"),
    V.NOTICE_SEND: _("发送提醒"),
    V.LEAD_LIST: _("查看线索"),
    V.LEAD_ENTER: _("登记线索"),
    V.LEAD_ASSIGN: _("分派线索"),
    V.LEAD_VERIFY: _("核实线索"),
    V.LEAD_CLOSE: _("办结线索"),
    V.SURVEY_LIST: _("查看摸排"),
    V.SURVEY_ANNOUNCE: _("布置摸排"),
    V.SURVEY_SIGN: _("签署摸排结果"),
    V.ACCESS_REQUEST: _("申请查阅档案"),
    V.ACCESS_APPROVE: _("审批查阅申请"),
    V.ACCESS_BREAK: _("紧急查阅档案"),
    V.ACCESS_REVIEW: _("复核紧急查阅"),
    V.CONFLICT_DECLARE: _("说明利害关系"),
    V.DILIGENCE_OWN: _("查看自己的尽职记录"),
    V.DOCUMENT_ADD: _("上传文件"),
    V.DOCUMENT_SHOW: _("查看文件"),
    V.DOCUMENT_VOID: _("作废文件"),
    V.CONSENT_RECORD: _("登记同意或撤回"),
    V.ENTRUSTMENT_RECORD: _("登记委托照护协议"),
    V.ALERT_RAISE: _("到期提醒"),
    V.MOVE_PROPOSE: _("提出转移"),
    V.MOVE_RECEIVE: _("接收转入的儿童"),
    V.MOVE_OVERLAP_END: _("转移交接期满"),
    V.MOVE_SAFETY: _("安全转移"),
    V.SHELTER_END: _("结束安全转移"),
    V.MERGE_PROPOSE: _("提出合并档案"),
    V.MERGE_APPROVE: _("核定合并档案"),
    V.MERGE_CARRY: _("合并或拆回档案"),
    V.HANDOVER_PREPARE: _("准备工作交接"),
    V.HANDOVER_SIGN: _("签署工作交接"),
    V.EXPORT_MASKED: _("导出遮盖的名单"),
    V.EXPORT_FULL: _("申请导出完整名单"),
    V.EXPORT_APPROVE: _("审批完整导出"),
    V.EXPORT_PRINT: _("打印儿童档案"),
    V.PLACE_LIST: _("查看辖区与岗位"),
    V.PLACE_AMEND: _("修改辖区"),
    V.ORGANISATION_AMEND: _("修改机构"),
    V.POST_ESTABLISH: _("新设岗位"),
    V.POST_FILL: _("安排人员到岗"),
    V.POST_VACATE: _("结束任职"),
    V.GRANT_GIVE: _("授予单项权限"),
    V.GRANT_END: _("收回单项权限"),
    V.ACCOUNT_LIST: _("查看人员账号"),
    V.ACCOUNT_CREATE: _("建立账号"),
    V.ACCOUNT_CLOSE: _("停用账号"),
    V.ACCOUNT_REOPEN: _("恢复账号"),
    V.ACCOUNT_RESET: _("重置密码"),
    V.ACCOUNT_UNLOCK: _("解除登录锁定"),
    V.EVENT_LIST: _("查看操作记录"),
    V.CHAIN_VERIFY: _("验证操作记录"),
    V.MATRIX_SHOW: _("查看权限表"),
    V.OPERATIONS_SHOW: _("查看系统运行"),
    V.DELIVERY_RETRY: _("重新处理失败事项"),
    V.KEYS_ROTATE: _("更换密钥"),
    V.CITY_SEED: _("生成演示城市"),
}


def label_of(verb: str) -> str:
    """What a remembered verb is called; an old one that exists no more keeps its own name."""
    return str(LABELS.get(verb, verb))
