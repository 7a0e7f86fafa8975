"""What is done about conferences."""
