"""Progress of the digital transformation plan, the DTI ranking, what-if and reports."""
