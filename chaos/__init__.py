"""What the system must outlive: forgers of the audit, killed processes, full disks, cut lines."""
