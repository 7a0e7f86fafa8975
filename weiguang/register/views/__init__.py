"""Doors of the register."""
