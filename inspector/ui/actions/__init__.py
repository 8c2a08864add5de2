"""What a person does with what is shown, apart from the screen that shows it.

`shown` is what is acted on. `copying` lists the forms that it can be copied in, `clipboard` takes a copy;
`programs` hands a text to an editor, a pager or a viewer of images, `pipe` to a command; `pictures` are the
images within it.
"""
