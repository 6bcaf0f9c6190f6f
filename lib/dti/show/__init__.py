"""What a cell shows: table, chart, text, in one look."""
