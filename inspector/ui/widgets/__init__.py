"""Widgets of the screen. They draw values and post what a person did; they parse nothing, open nothing."""
