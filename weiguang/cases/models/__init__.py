"""Cases and all that belongs to them."""

from weiguang.cases.models.cases import Case, CaseNote, CaseStep, Section, TeamMember

__all__ = ["Case", "CaseNote", "CaseStep", "Section", "TeamMember"]
