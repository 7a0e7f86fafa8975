"""Pure arithmetic of tasks: periods, transitions, ladders."""
