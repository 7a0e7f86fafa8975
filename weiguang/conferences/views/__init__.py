"""The pages of conferences."""
