"""Where the time and the tokens of a session went: exchanges in, rows and charts out."""
