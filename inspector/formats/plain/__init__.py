"""A stream or a body alone, as people keep them in files."""
