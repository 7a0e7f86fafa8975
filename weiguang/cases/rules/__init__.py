"""Arithmetic of casework: which step may follow, and what a plan of two versions differs in."""
