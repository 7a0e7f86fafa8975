"""What people type about children and lists, made into values."""
