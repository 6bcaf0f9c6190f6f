"""A composite index of any structure: scores, changes, gaps, importance, peers, robustness."""
