"""Papermill over the list of reports: workers, output folder, list page."""
