"""Papers that leave the system: workbooks and documents, each saying who issued it and what for."""
