"""Data files of the report stage."""
