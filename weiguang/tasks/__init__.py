"""What is due, for which post, about what, by when; approvals, clocks, escalation, notices."""
