"""The plan: change, gap, status, duties; their rows, tables, sentences, charts."""
