"""HTML input of tasks and approvals."""
