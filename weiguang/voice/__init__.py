"""The child's own view: what it said to a decision, whom it may be told, and what came of it."""
