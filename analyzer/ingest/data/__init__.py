"""Data files of the ingest stage."""
