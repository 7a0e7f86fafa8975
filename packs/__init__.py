"""Jurisdictions as data: one folder per pack, read by the kernel and importing nothing."""
