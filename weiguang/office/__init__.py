"""Pages about the system itself: places and posts, accounts, audit, operations, my own account."""
