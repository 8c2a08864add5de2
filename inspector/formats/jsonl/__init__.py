"""Our own text form, one exchange a line."""
