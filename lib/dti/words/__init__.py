"""Vietnamese and English: numbers, dates, order, labels, Markdown, sentences."""
