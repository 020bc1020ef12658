"""Reports: one document, and one renderer a file for text, JSON and tables."""
