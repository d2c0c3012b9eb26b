#!/usr/bin/env python3
"""Compares the parser with what real routers said: verdict, first error with its place, structure of what was parsed.

usage: tools/oracle.py DIR [--sim PROGRAM] [--version V] [--differences] [--only verdict|error|structure] [--match TEXT]
DIR holds scripts NAME.rsc, each with recordings NAME.rsc.vVERSION.parseil: what `:put [:parse …]` of the text printed on a
router of that version. The list of a menu's fields, which routers put before the condition of a `where`, is left aside.
"""
import argparse, collections, json, pathlib, re, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BARS = {"verdict": 99, "error": 97, "structure": 90}
ERROR = re.compile(r"[a-z][a-z ]+ \(line \d+ column \d+\)\s*")
FIELDS = re.compile(r"where=(?:\$[A-Za-z0-9.-]+;)*\$\.about;")
BATCH = 200


def program():
    found = [p for p in (ROOT / "build" / kind / "openstrat-sim" for kind in ("release", "dev")) if p.exists()]
    return max(found, key=lambda p: p.stat().st_mtime, default=ROOT / "build" / "release" / "openstrat-sim")


def without_fields(text):
    """Takes `$field;$field;…$.about;` out of every where, and the number behind its condition."""
    while (found := FIELDS.search(text)) is not None:
        rest, depth, end = text[found.end():], 0, 0
        while end < len(rest) and not (depth == 0 and rest[end] in ");"):
            depth += {"(": 1, ")": -1}.get(rest[end], 0)
            end += 1
        text = text[:found.start()] + "where=" + rest[:end] + re.sub(r"^;\d+(?=[);])", "", rest[end:])
    return text


def recordings(folder, wanted):
    """version → {script: what the router printed}"""
    found = collections.defaultdict(dict)
    for path in sorted(folder.rglob("*.parseil")):
        script, version = re.fullmatch(r"(.*\.rsc)\.v(.+)\.parseil", str(path)).groups()
        if wanted in (None, version): found[version][script] = path.read_bytes().decode("utf8", "replace").strip()
    return found


def answers(sim, version, scripts):
    number = re.sub(r"(rc|beta)\d+$", "", version)
    rows = {}
    for at in range(0, len(scripts), BATCH):
        done = subprocess.run([sim, "check", *scripts[at:at + BATCH], "--routeros", number, "--format", "json", "--structure"], capture_output=True)
        for line in done.stdout.decode("utf8", "replace").splitlines():
            row = json.loads(line)
            rows[row["file"]] = row
    return rows


def around(text, at):
    return repr(text[max(0, at - 70):at + 90])


def cause_of_structure(router, ours):
    at = next((i for i, (a, b) in enumerate(zip(router, ours)) if a != b), min(len(router), len(ours)))
    behind = [text[max(0, at - 3):at + 16] for text in (router, ours)]
    for words in ("bad command name", "bad parameter"):
        said = [words in text[max(0, at - 20):at + 24] for text in (router, ours)]
        if said[0] != said[1]: return at, f"{words}: {'router' if said[0] else 'we'} only"
        if said[0]: return at, f"{words}: of different words"
    if any(re.search(r"[( ;]/ ?$|^/|[ (]/ ", text) for text in behind): return at, "empty statement or menu"
    return at, "value or expression"


def compare(router, row):
    """(kind of difference or None, cause, what to show)"""
    refused = ERROR.fullmatch(router) is not None
    error = row["error"]
    ours = f"{error['message']} (line {error['line']} column {error['column']})" if error else "accepted"
    stem = lambda text: text.split(" (line")[0]
    if refused == row["accepted"]:
        said = router if refused else "accepted"
        return "verdict", f"router: {stem(said)}; we: {stem(ours)}", [said, ours]
    if refused:
        if ours == router: return None, "", []
        where = "at another place" if stem(ours) == stem(router) else f"we: {stem(ours)}"
        return "error", f"router: {stem(router)}; {where}", [router, ours]
    router, mine = without_fields(router), (row["structure"] or "").strip()
    if router == mine: return None, "", []
    at, cause = cause_of_structure(router, mine)
    return "structure", cause, [around(router, at), around(mine, at)]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folder", type=pathlib.Path)
    ap.add_argument("--sim", default=str(program()))
    ap.add_argument("--version")
    ap.add_argument("--differences", action="store_true", help="list every difference, sorted by cause")
    ap.add_argument("--only", choices=BARS)
    ap.add_argument("--match", default="", help="list only differences whose cause, file or text has this")
    a = ap.parse_args()
    found = recordings(a.folder, a.version)
    if not found:
        print(f"oracle: no recordings in {a.folder}", file=sys.stderr)
        return 2
    table, causes = {}, collections.defaultdict(list)
    for version, said in found.items():
        rows = answers(a.sim, version, list(said))
        count = table[version] = collections.Counter()
        for script, router in said.items():
            kind, cause, shown = compare(router, rows[script])
            refused = ERROR.fullmatch(router) is not None
            count["verdict of"] += 1
            count["verdict"] += kind != "verdict"
            if kind != "verdict":
                count["error of" if refused else "structure of"] += 1
                count["error" if refused else "structure"] += kind is None
            if kind: causes[kind, cause].append((version, script, shown))
    total = sum(table.values(), collections.Counter())
    print(f"{'version':10}{'scripts':>8}" + "".join(f"{kind:>22}" for kind in BARS))
    for version, count in [*table.items(), ("all", total)]:
        cells = (f"{count[k]} of {count[k + ' of']} {100 * count[k] / max(1, count[k + ' of']):5.1f}%" for k in BARS)
        print(f"{version:10}{count['verdict of']:>8}" + "".join(f"{cell:>22}" for cell in cells))
    print(f"{'bar':18}" + "".join(f"{bar:>21}%" for bar in BARS.values()))
    print("\ndifferences by cause")
    for (kind, cause), cases in sorted(causes.items(), key=lambda item: (item[0][0], -len(item[1]))):
        if a.only not in (None, kind): continue
        print(f"{len(cases):6} {kind:10} {cause}")
        if not a.differences: continue
        for version, script, shown in cases:
            name = str(pathlib.Path(script).relative_to(a.folder))
            if a.match in cause or a.match in name or any(a.match in text for text in shown):
                print(f"         {version} {name}", *(f"\n           {who:7}{text}" for who, text in zip(("router", "we"), shown)), sep="")
    return 0 if all(total[k] >= total[k + " of"] * bar / 100 for k, bar in BARS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
