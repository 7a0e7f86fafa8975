"""Instruments and professional judgement: what a child needs, what endangers and protects it."""
