"""Answers of the register that need no database: numbers, ages, phones."""
