"""The documentation agrees with the tree: links, headings, configuration keys, make targets, metrics, events, rooms."""
import pathlib, re, subprocess, tomllib, unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)


def tracked(*patterns):
    """Files that git knows or would add, so that build directories and npm packages do not count."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z", *patterns], cwd=ROOT, check=True, capture_output=True, text=True)
    return sorted(path for name in set(listed.stdout.split("\0")) if name and (path := ROOT / name).is_file())


def read(name):
    return (ROOT / name).read_text()


def anchors(text):
    """Heading anchors as GitHub makes them."""
    out = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", FENCE.sub("", text), re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        out.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return out


def config_keys():
    """Name → default, out of the one table of keys."""
    text = read("src/app/config_keys.cpp")
    keys = dict(re.findall(r'\b(?:text|word|checked|int|bool|duration|size|list|cidrs)_key\(\s*"([^"]+)",\s*"([^"]*)"', text))
    keys |= dict(re.findall(r'\{"([a-z_.]+)",\s*ValueType::\w+,\s*"([^"]*)"', text))
    keys |= dict(re.findall(r'^ +(?:retention|rate)\("([^"]+)",\s*"([^"]*)"', text, re.M))
    return keys


class Links(unittest.TestCase):
    def test_relative_links_resolve(self):
        broken = []
        for page in tracked("*.md"):
            text = page.read_text()
            for target in LINK.findall(FENCE.sub("", text)):
                if re.match(r"[a-z]+:", target): continue
                path, _, anchor = target.partition("#")
                file = (page.parent / path).resolve() if path else page
                where = f"{page.relative_to(ROOT)}: {target}"
                if not file.exists(): broken.append(where)
                elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text()): broken.append(where + " (no such heading)")
        self.assertEqual(broken, [])

    def test_every_page_of_docs_is_linked(self):
        linked = set()
        for page in tracked("*.md"):
            for target in LINK.findall(page.read_text()):
                if path := target.partition("#")[0]: linked.add((page.parent / path).resolve())
        # A link to a directory is a link to the pages in it.
        lost = [str(page.relative_to(ROOT)) for page in tracked("docs/*.md") if page not in linked and page.parent not in linked]
        self.assertEqual(lost, [])


class Configuration(unittest.TestCase):
    def test_every_key_is_documented_with_its_default_and_nothing_else_is(self):
        keys = config_keys()
        self.assertGreater(len(keys), 50, "the table of keys was not understood")
        documented = {}
        for key, default, variable in re.findall(r"^\| `([a-z_.]+)`[^|]*\|[^|]*\| (\S.*?) \| `(\w+)` \|", read("docs/configuration.md"), re.M):
            documented[key] = default.strip("`").replace("–", "")
            self.assertEqual(variable, "OPENSTRAT_" + key.upper().replace(".", "_"))
        self.assertEqual(documented, keys)

    def test_keys_that_are_read_again_are_marked(self):
        text = read("src/app/config_keys.cpp")
        runtime = {k for k in re.findall(r'at_runtime\(\w+_key\(\s*"([^"]+)"', text)} | set(re.findall(r'^ +rate\("([^"]+)"', text, re.M))
        self.assertEqual(set(re.findall(r"^\| `([a-z_.]+)` ↻", read("docs/configuration.md"), re.M)), runtime)

    def test_sample_file_has_known_keys_only(self):
        sample = read("deploy/openstrat.toml")
        # The examples must be valid, too: every `# key = value` counts.
        active = re.sub(r"^# (?=\w+ *= )", "", sample, flags=re.M)
        def names(table, prefix=""):
            for name, value in table.items():
                if isinstance(value, dict): yield from names(value, f"{prefix}{name}.")
                else: yield prefix + name
        self.assertLessEqual(set(names(tomllib.loads(active))), set(config_keys()))


class Tree(unittest.TestCase):
    def test_make_targets_named_in_documents_exist(self):
        targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))
        for page in tracked("*.md"):
            named = set(re.findall(r"(?:`|^|\()make ([a-z]+)\b", page.read_text(), re.M))
            self.assertLessEqual(named, targets, page.relative_to(ROOT))

    def test_every_room_has_a_readme(self):
        rooms = {path.relative_to(ROOT).parts[:2] for path in tracked("src/*.cpp", "src/*.hpp", "sim/*.cpp", "sim/*.hpp") if len(path.relative_to(ROOT).parts) > 2}
        bare = ["/".join(room) for room in sorted(rooms) if not (ROOT.joinpath(*room) / "README.md").exists()]
        self.assertEqual(bare, [])

    def test_every_room_of_the_server_is_on_the_map(self):
        page = read("docs/architecture.md")
        rooms = {path.relative_to(ROOT).parts[1] for path in tracked("src/*.cpp")}
        self.assertEqual([room for room in sorted(rooms) if f"src/{room}" not in page], [])


class Names(unittest.TestCase):
    """Names that others rely on: what the sources emit and what the pages list are the same."""

    def sources(self):
        return [path.read_text() for path in tracked("src/*.cpp", "src/*.hpp") if not re.search(r"_(test|bench|fuzz)\.cpp$|test_support|testing", str(path))]

    def test_metrics(self):
        emitted = set()
        for text in self.sources(): emitted |= set(re.findall(r'"(openstrat_[a-z_]+)",\s*"|# HELP (openstrat_[a-z_]+) ', text))
        emitted = {plain or printed for plain, printed in emitted}
        self.assertEqual(set(re.findall(r"^\| `(openstrat_[a-z_]+)` \|", read("docs/metrics.md"), re.M)), emitted)

    def test_frames(self):
        text = re.sub(r"kTold\{.*?\};", "", read("src/realtime/translate.cpp"), flags=re.S) + read("src/realtime/hub.cpp")
        named = set(re.findall(r'(?:return |name = |event_text\(|notice\()"((?:site|job|settings)\.[a-z]+|[a-z]{5,})"', text))
        page = read("docs/howto/live-updates.md")
        self.assertEqual([name for name in sorted(named) if f"`{name}`" not in page], [])
        self.assertLessEqual({"site.pulse", "site.changed", "job.updated", "reset", "superseded", "revoked"}, named)

    def test_events(self):
        emitted, name = set(), r"(?:site|job|fault|backup)\.[a-z_]+"
        for path in tracked("src/*.cpp"):
            if re.search(r"(^|_)(test|bench|store)\.cpp$|(test_support|testing)", path.name): continue
            if path.parent.name == "realtime": continue  # hears events and names frames, which docs/howto/live-updates.md lists
            # Statements have names of the same look: `constexpr Query kX{"job.find", …`.
            text = re.sub(r'Query \w+\{\s*"[^"]*"', "", path.read_text())
            emitted |= set(re.findall(rf'"({name})"', text))
        self.assertEqual(set(re.findall(rf"^\| `({name})` \|", read("docs/events.md"), re.M)), emitted)


if __name__ == "__main__":
    unittest.main()
