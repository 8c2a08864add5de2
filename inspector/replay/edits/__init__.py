"""Requests changed before they are sent: by paths on a command line, item by item, or in an editor.

`places` is the language of paths, `edit` what is done at them; `items` and `settings` are the edits of a
person who does not want to see JSON, `together` what belongs together. `text`, `positions` and `remarks`
tell what is wrong with a body as it is typed, by line and column; `operations` is what was changed, as a JSON
Patch.

Bodies are values: nothing given is changed, and parts that are not concerned are shared with the result.
"""
