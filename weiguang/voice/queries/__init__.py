"""What is read of children's views."""
