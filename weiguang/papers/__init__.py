"""Papers that leave the system: workbooks whose cells are words and nothing else."""
