"""The screens, one at a time on the terminal."""
