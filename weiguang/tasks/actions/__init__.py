"""What is written of tasks and approvals."""
