"""Pages that join apps: the home page of every worker and the child's file."""
