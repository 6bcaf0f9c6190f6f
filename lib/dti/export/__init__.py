"""Executed notebooks as HTML, Word and PDF."""
