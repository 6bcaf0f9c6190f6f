"""Figures that agencies send: forms, reading, findings, history."""
