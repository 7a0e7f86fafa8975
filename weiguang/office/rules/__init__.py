"""Arithmetic of the office: terms, pinyin of places, which roles stand where."""
