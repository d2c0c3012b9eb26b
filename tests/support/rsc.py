"""Reads the few things a device needs out of RouterOS text: strings and the URLs in them."""
import re

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "_": " "}


def unquote(text, at):
    """The string literal that begins at text[at] == '"': its value and the position behind it."""
    assert text[at] == '"', text[at:at + 40]
    at += 1
    value = bytearray()
    while text[at] != '"':
        if text[at] != "\\":
            value += text[at].encode()
            at += 1
        elif hexadecimal := re.match(r"[0-9A-F]{2}", text[at + 1:at + 3]):
            value.append(int(hexadecimal.group(), 16))
            at += 3
        elif text[at + 1] == "\n":  # a continued line, its indentation does not count
            at += 2
            while text[at] in " \t": at += 1
        else:
            value += ESCAPES.get(text[at + 1], text[at + 1]).encode()
            at += 2
    return value.decode("utf-8", "replace"), at + 1


def strings(text):
    """The values of all string literals, outermost level."""
    found, at = [], 0
    while (at := text.find('"', at)) >= 0:
        value, at = unquote(text, at)
        found.append(value)
    return found


def all_strings(text):
    """Also the literals inside literals: scripts quote scripts."""
    for value in strings(text):
        yield value
        if value.count('"') >= 2 and value.count('"') % 2 == 0:
            try:
                yield from all_strings(value)
            except (AssertionError, IndexError):
                continue  # an ordinary text with quotes in it


def list_after(text, name):
    """The strings of `name {"…";"…"}`."""
    start = text.index(name + " {") + len(name) + 2
    items, at = [], start
    while text[at] == '"':
        value, at = unquote(text, at)
        items.append(value)
        if text[at] == ";": at += 1
    return items


def value_after(text, name):
    """The string of `name "…"`, or None."""
    start = text.find(name + ' "')
    return None if start < 0 else unquote(text, start + len(name) + 1)[0]
