"""A case: one child's difficulties seen, planned, served, reviewed and closed, by one team."""
