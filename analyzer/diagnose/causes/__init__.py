"""One cause a file: what supports it, what speaks against it, what leaves it open."""
