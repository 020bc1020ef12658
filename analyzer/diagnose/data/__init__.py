"""Data files of the diagnose stage."""
