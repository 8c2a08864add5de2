"""Files of other programs, read into captures and written from them."""
