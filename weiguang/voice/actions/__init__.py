"""What is done about a child's view."""
