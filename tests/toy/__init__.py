"""A second app above the register, for tests only: what any app needs to appear elsewhere."""
