"""After a report is made: does an edited one still agree with the data, and what changed between two runs."""
