"""What is held, on screen. In reading order: `waits` (what one of them holds), `queue` (all of them in rows),
`rules` (what is to be held), `answers` (answers of a person's own).
"""
