"""Doors to tasks and approvals."""
