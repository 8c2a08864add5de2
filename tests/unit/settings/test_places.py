from inspector.settings.places import places


def test_every_entry_has_its_line() -> None:
    text = '''# a comment
a = 1
list = [
  1,  # [table]
  2,
]

[b."c.d"]   # a comment
text = """
[e]
x = 1
"""
"quoted" = { in = 1, within = { deep = 2 } }
dotted.name = 1
[[many]]
x = 1
[[many]]
y = 2
'''
    assert places(text) == {
        "a": 2,
        "list": 3,
        "b.c.d": 8,
        "b.c.d.text": 9,
        "b.c.d.quoted": 13,
        "b.c.d.quoted.in": 13,
        "b.c.d.quoted.within": 13,
        "b.c.d.quoted.within.deep": 13,
        "b.c.d.dotted": 14,
        "b.c.d.dotted.name": 14,
        "many": 15,
        "many.x": 16,
        "many.y": 18,
    }


def test_nothing_in_nothing() -> None:
    assert places("") == {}


def test_a_file_with_the_line_ends_of_windows() -> None:
    assert places("\r\na = 1\r\n[b]\r\nc = [1,\r\n2]\r\n") == {"a": 2, "b": 3, "b.c": 4}


def test_other_ends_of_lines_are_none_in_toml() -> None:
    assert places("a = 'x\u2028y\x85z'\nb = 1\n") == {"a": 1, "b": 2}
