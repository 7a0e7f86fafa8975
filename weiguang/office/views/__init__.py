"""Doors of the office."""
