"""A plan on paper, read: its clauses, its figures, its duties; reviewed by people, then taken into the tables."""
