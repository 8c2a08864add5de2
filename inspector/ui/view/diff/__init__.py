"""What the diff screen shows, as outlines: a comparison in words on top, then what changed piece by piece."""
