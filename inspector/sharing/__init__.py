"""Captures that can be given away: what is taken out of them, and the proof that none of it is left.

Everything is replaced by text of the same length, in characters and in bytes of UTF-8. So the form of every
body stays as it passed, byte by byte where nothing was replaced, and so do sizes, chunks and times.
"""
