"""What is read of tasks and approvals."""
