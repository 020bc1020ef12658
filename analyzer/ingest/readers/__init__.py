"""One export format per file; each module offers a READER."""
