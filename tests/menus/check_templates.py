#!/usr/bin/env python3
"""Checks every menu path, command and argument of the device scripts against recorded RouterOS menu trees.

usage: check_templates.py PROGRAM      PROGRAM prints JSON lines {"name", "script"}, as routeros-templates does

The trees are VERSION.json.gz files in the directory OPENSTRAT_MENU_TREES; without the variable there is nothing to check.
Scripts inside strings (`:parse`, on-event, payloads) are checked too. Code outside of strings must exist in every version.
A name that not every version has must be listed below with its reason, and may only stand inside a string.
"""
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys

# First version that has the name; older trees are skipped.
SINCE = {"/onerror": (7, 13), "/convert": (7, 11), "/file/read": (7, 13), "/file/add": (7, 9), "/routing/bgp/instance": (7, 20)}
# Names of 6.x that 7.x lacks.
V6_ONLY = {"/routing/bgp/peer", "/routing/filter/remove", "/ip/route/rule", "/export hide-sensitive"}
# Menus that only real boards have; the trees come from virtual machines.
HARDWARE = {"/system/routerboard"}
# Properties that can be read but not set.
READ_ONLY = {".id", "size", "dynamic", "name"}


class Reader:
    """A tolerant reader of RouterOS source: finds statements, brackets and strings, understands nothing else."""

    WORD = re.compile(r'[^\s;{}()\[\]"]+')

    def __init__(self, tree, report, script, context=(), in_string=False):
        self.tree, self.report, self.text, self.in_string = tree, report, script, in_string
        self.at, self.root_context = 0, context

    def run(self):
        while self.at < len(self.text):
            self.block(self.root_context)
            self.at += 1  # a closing bracket without its opening one

    def block(self, context):
        while self.at < len(self.text):
            c = self.text[self.at]
            if c in "}])":
                return
            if c in " \t\r\n;":
                self.at += 1
            elif self.text.startswith("\\\n", self.at):
                self.at += 2
            elif c == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                context = self.statement(context)

    def statement(self, context):
        """One command; returns the context of the next one (a bare menu path changes it)."""
        path, node, menu, command, name = list(context), None, context, None, None
        first = True
        while self.at < len(self.text):
            c = self.text[self.at]
            if c in "\n;}])":
                break
            if c in " \t\r":
                self.at += 1
            elif self.text.startswith("\\\n", self.at):
                self.at += 2
            elif c == '"':
                self.string()
            elif c in "([{":
                self.bracket(menu, expression=(c == "(") or command == "find")
            else:
                word = self.WORD.match(self.text, self.at).group()
                self.at += len(word)
                if command is None and not word.startswith("$"):
                    path, first = self.descend(path, word, first)
                    if path is None:
                        return self.skip(context)
                    node = self.node(path)
                    if node.get("_type") == "cmd":
                        menu, command = tuple(path[:-1]), path[-1]
                elif command is None:
                    command = "$"  # a function call
                else:
                    self.argument(path, menu, command, node, word)
        return context if command else tuple(path)

    def descend(self, path, word, first):
        if word.startswith(":"):
            path, word = [], word[1:]
        elif word.startswith("/"):
            path, word = [], word[1:]
        parts = [p for p in word.split("/") if p]
        for part in parts:
            node = self.node(path)
            if part not in node and first and part in self.tree:
                path = []  # root commands are found from every menu
            path = path + [part]
            if self.node(path) is None:
                return self.missing(path), first
            first = False
        return path, False

    def argument(self, path, menu, command, node, word):
        if command == "$":
            return
        here = "/" + "/".join(path)
        if command == "find":
            match = re.match(r"!?([a-z.][a-z0-9.-]*)(=|!=|~|<|>)", word)
            if match:
                known = set(self.node(menu + ("set",)) or {}) | set(self.node(menu + ("add",)) or {}) | READ_ONLY
                if match.group(1) not in known:
                    self.report(f"{here} where {match.group(1)}", self.in_string)
            return
        match = re.match(r"([a-z][a-z0-9.-]*)=", word)
        if match:
            if match.group(1) not in node:
                self.report(f"{here} {match.group(1)}", self.in_string)
        elif re.fullmatch(r"[a-z][a-z0-9-]*", word) and menu and command not in ("get", "set", "remove") and word not in node:
            self.report(f"{here} {word}", self.in_string)

    def bracket(self, menu, expression):
        opening = self.text[self.at]
        self.at += 1
        if opening == "(" or expression:
            self.expression()
        elif opening == "{" and self.text[self.at:self.at + 1] in ('"', "\n") and self.array_ahead():
            self.expression()
        else:
            self.block(menu)
        self.at += 1

    def array_ahead(self):
        return self.text[self.at:].lstrip().startswith('"')

    def expression(self):
        """Operands and operators: only strings and commands in square brackets matter."""
        while self.at < len(self.text):
            c = self.text[self.at]
            if c in ")]}":
                return
            if c == '"':
                self.string()
            elif c == "[":
                self.at += 1
                self.block(self.root_context)
                self.at += 1
            elif c in "({":
                self.at += 1
                self.expression()
                self.at += 1
            else:
                self.at += 1

    def string(self):
        self.at += 1
        out = []
        while self.at < len(self.text) and self.text[self.at] != '"':
            c = self.text[self.at]
            if c == "\\" and self.at + 1 < len(self.text):
                self.at += 1
                c = self.text[self.at]
                if c == "\n":
                    while self.text[self.at + 1:self.at + 2] in (" ", "\t"):
                        self.at += 1
                    c = ""
                elif re.match(r"[0-9A-F]{2}", self.text[self.at:self.at + 2]):
                    c = chr(int(self.text[self.at:self.at + 2], 16))
                    self.at += 1
                else:
                    c = {"n": "\n", "r": "\r", "t": "\t"}.get(c, c)
            out.append(c)
            self.at += 1
        self.at += 1
        inner = "".join(out)
        if re.match(r"\s*(#|:[a-z]|/[a-z])", inner):
            Reader(self.tree, self.report, inner, in_string=True).run()

    def missing(self, path):
        self.report("/" + "/".join(path), self.in_string)

    def skip(self, context):
        """Behind an unknown command nothing can be said, but scripts in its strings count."""
        depth = 0
        while self.at < len(self.text):
            c = self.text[self.at]
            if depth == 0 and c in "\n;}])":
                break
            if c == '"':
                self.string()
                continue
            depth += (c in "([{") - (c in ")]}")
            self.at += 1
        return context

    def node(self, path):
        node = self.tree
        for part in path:
            node = node.get(part) if isinstance(node, dict) else None
            if node is None:
                return None
        return node


def excused(name, version):
    for listed, since in SINCE.items():
        if (name == listed or name.startswith(listed + "/")) and version < since:
            return True
    return name in V6_ONLY or any(name == menu or name.startswith(menu + "/") for menu in V6_ONLY | HARDWARE)


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    directory = os.environ.get("OPENSTRAT_MENU_TREES")
    if not directory:
        print("OPENSTRAT_MENU_TREES is not set: no menu trees to check the device scripts against")
        return 0
    trees = sorted(pathlib.Path(directory).glob("*.json.gz"), key=lambda p: [int(x) for x in p.name[:-8].split(".")])
    if not trees:
        print(f"no *.json.gz in {directory}", file=sys.stderr)
        return 2
    output = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout
    scripts = [json.loads(line) for line in output.splitlines()]
    wrong = set()
    for path in trees:
        version = path.name[:-8]
        number = tuple(int(x) for x in version.split(".")[:2])
        with gzip.open(path, "rt") as file:
            tree = json.load(file)
        for script in scripts:
            def report(name, in_string, script=script["name"]):
                if excused(name, number):
                    if not in_string:
                        wrong.add((script, version, f"{name}: only inside a string that is parsed at run time"))
                    return
                wrong.add((script, version, f"{name}: not in this version"))
            Reader(tree, report, script["script"]).run()
    for script, version, text in sorted(wrong):
        print(f"{script}: {version}: {text}")
    print(f"{len(scripts)} scripts, {len(trees)} versions, {len(wrong)} findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
