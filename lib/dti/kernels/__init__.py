"""Kernels forked from a warm process, through Jupyter's own hooks."""
