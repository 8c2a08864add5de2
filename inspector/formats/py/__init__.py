"""A request as a Python program that sends it again with the openai package."""
