"""What is read of conferences; for each reader her own sections alone."""
