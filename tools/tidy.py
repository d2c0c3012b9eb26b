#!/usr/bin/env python3
"""Checks the sources for what neither compiler nor linker finds.

usage: tools/tidy.py [--self-test] [FILE ...]     prints `path:line: message`; exit code 1 when there is an error
Layers and banned includes, coroutine forms that g++ 12 miscompiles, hidden sources of time and randomness, `SELECT *`,
swallowed exceptions, markers of unfinished work; overlong files as a warning.
"""
import bisect, os, pathlib, re, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEARCHED = ("src", "sim", "tests", "bench", "tools", "web/src", "cmake", "deploy")
SKIPPED_DIRECTORIES = {"build", "node_modules", "__pycache__", "data", "generated", "dist"}
CPP = (".cpp", ".hpp", ".h")
MARKED = CPP + (".sql", ".py", ".sh", ".ts", ".tsx", ".css", ".cmake", ".rsc", ".yml", ".yaml", "CMakeLists.txt")
GENERATED = {"schema.d.ts", "routeTree.gen.ts"}  # by the build of web/
LONG_FILE_LINES = 700

# ---- layers: what each directory of src/ may include besides itself; every other directory is an area -------------
FLOORS = {
    "base": set(),
    "templates": {"base"},
    "db": {"base"},
    "http": {"base"},
    "routeros": {"base"},
    "ros_language": {"base"},
    "ros_menus": {"base", "ros_language"},
    "storage": {"base"},
    "bus": {"base", "db"},
    "tasks": {"base", "db", "bus"},
}
TOP = {"app", "cli"}
# What an area shows to the others: its values, its service interfaces, its events.
SHARED_HEADER = re.compile(r"(^|_)(types|service|events)\.hpp$")
SHARED_HEADERS = {"mail/testing.hpp", "fleet/live_sites.hpp", "fleet/backup_fragments.hpp", "identity/changes.hpp"}  # service interfaces by other names

# ---- includes that only some files may have: pattern of the header, pattern of the paths, who it is kept for ------
BANNED_INCLUDES = [(re.compile(header), re.compile(allowed), where) for header, allowed, where in (
    (r"sqlite3\.h|(postgresql/)?libpq", r"src/db/", "src/db"),
    (r"boost/beast", r"src/http/|sim/rest/http\.cpp$", "src/http and sim/rest/http.cpp"),
    (r"boost/asio|openssl/ssl\.h", r"src/http/|sim/device/|sim/access/|.*_test\.cpp$", "src/http, sim/device and sim/access"),
    (r"curl/", r"src/http/|src/mail/smtp|sim/device/|.*_test\.cpp$", "src/http and sim/device, and src/mail for SMTP"),
    (r"openssl/", r"src/http/|sim/(device|access|api|rest|ssh|snmp)/|sim/lang/encoding_convert|src/base/crypto|src/mfa/testing\.cpp$", "src/base/crypto.cpp, src/http and sim/device"),
    (r"magic\.h$", r"src/site_files/content_type\.cpp$", "src/site_files/content_type.cpp"),
    (r"zlib\.h$", r"src/http/gzip|.*_test\.cpp$", "src/http/gzip.cpp"),
    (r"libssh/", r"src/backups/|sim/ssh/", "src/backups and sim/ssh"),
    (r"fido|cbor\.h|qrencode\.h", r"src/mfa/", "src/mfa"),
    (r"spdlog/", r"src/base/log\.cpp$", "src/base/log.cpp"),
    (r"CLI/", r"src/cli/|sim/main\.cpp$", "src/cli and sim/main.cpp"),
    (r"ctemplate/", r"src/templates/", "src/templates"),
    (r"toml\+\+/|toml\.hpp", r"src/app/", "src/app"),
)]
PURE_HEADER = re.compile(r"(^|_)(service|types|store)\.hpp$")
NO_HTTP = re.compile(r"(^|_)(service|store)\.[ch]pp$|(^|_)types\.hpp$")

# ---- words in code: pattern, pattern of the paths where it is right, message --------------------------------------
BANNED_WORDS = [(re.compile(word), re.compile(allowed), message) for word, allowed, message in (
    (r"\bsystem_clock::now\b|\bgettimeofday\b|\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)", r"src/base/clock\.cpp$",
     "time comes from base/clock.hpp"),
    (r"\bstd::random_device\b|\bstd::rand\b", r"src/base/rng\.", "randomness comes from base/rng.hpp"),
    (r"\bstd::mt19937", r"src/base/rng\.|.*_test\.cpp$|tests/fuzz/", "randomness comes from base/rng.hpp"),
)]
MARKER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b")
# A subselect that lists its columns may be read whole.
SELECT_ALL = re.compile(r"\bSELECT\s+(?:\w+\.)?\*(?!\s+FROM\s*\()", re.I)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)  # ours come in quotes
TOKEN = re.compile(r"""//[^\n]*|/\*.*?\*/|\b\d[\w']*|(?:u8|[uUL])?R"([^\s()\\]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""",
                   re.S)


class Source:
    """A C++ text without its comments (`uncommented`) and without comments and literals (`code`), same positions."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        uncommented, code, at = [], [], 0
        for match in TOKEN.finditer(text):
            token = match.group()
            blank = re.sub(r"[^\n]", " ", token)
            gap = text[at:match.start()]
            is_comment, is_number = token.startswith(("//", "/*")), token[0].isdigit()
            uncommented += [gap, blank if is_comment else token]
            code += [gap, token if is_number else blank if is_comment else '"' + blank[1:-1] + '"']
            at = match.end()
        self.uncommented = "".join(uncommented) + text[at:]
        self.code = "".join(code) + text[at:]


def closing(code, opening):
    """Position of the bracket that closes the one at `opening`; the end of the text if there is none."""
    depth = 0
    for at in range(opening, len(code)):
        if code[at] in "([{": depth += 1
        elif code[at] in ")]}":
            depth -= 1
            if depth == 0: return at
    return len(code)


# ---- layers and includes ------------------------------------------------------------------------------------------
def layer_error(path, header):
    """Why `path` must not include our `header` ("dir/file.hpp"), or None."""
    parts = path.split("/")
    top, name = header.split("/")[0], header.split("/")[-1]
    if parts[0] == "sim":
        if top in ("sim", "base", "ros_language", "ros_menus"): return None
        if top == "routeros" and path.endswith("_test.cpp"): return None
        return f"sim includes base and the language only (routeros in its tests), not {top}"
    if parts[0] != "src" or len(parts) < 3: return None
    room = parts[1]
    if top == "sim": return "the server never includes the simulator"
    if top == room or room == "cli": return None
    if room in FLOORS:
        return None if top in FLOORS[room] else f"{room} may include {', '.join(sorted(FLOORS[room])) or 'nothing of ours'}, not {top}"
    if room == "app": return "app does not include cli" if top == "cli" else None
    if top in TOP: return f"areas do not include {top}"
    is_test = path.endswith(("_test.cpp", "_bench.cpp")) or path.endswith("test_support.hpp")  # tests and benchmarks may build their neighbours for real
    if is_test or top in FLOORS or SHARED_HEADER.search(name) or header in SHARED_HEADERS: return None
    return f"of another area only types, service and events headers may be included, not {header}"


def check_includes(source):
    path, name = source.path, source.path.split("/")[-1]
    for match in INCLUDE.finditer(source.text):
        quote, header = match.groups()
        if quote == '"' and "/" in header and (message := layer_error(path, header)): yield match.start(1), message
        for pattern, allowed, where in BANNED_INCLUDES:
            if pattern.match(header) and not allowed.match(path):
                yield match.start(1), f"<{header}> is for {where} only"
                break
        if path.startswith("src/") and PURE_HEADER.search(name) and re.match(r"boost/(json|url)", header):
            yield match.start(1), f"{name} stays free of JSON and URL: everything that includes it would pay"
        if path.startswith("src/") and NO_HTTP.search(name) and not path.startswith("src/http/") and header.startswith("http/"):
            yield match.start(1), "services, stores and types know nothing of HTTP"


# ---- coroutines ---------------------------------------------------------------------------------------------------
CONDITION = re.compile(r"\b(if|while|switch|for)\b\s*(?:constexpr\b\s*)?\(")
CO_AWAIT = re.compile(r"\bco_await\b")
TASK_FUNCTION = re.compile(r"\b(?:Task|awaitable)\s*<")
FUNCTION_NAME = re.compile(r"\s+[\w:~]+\s*\(")
LAMBDA_HEAD = re.compile(r"(?:[)\]]|\b(?:mutable|noexcept)|->\s*[\w:<>,&*\s]+)\s*$")


def end_of_template_arguments(code, opening):
    depth = 0
    for at in range(opening, len(code)):
        depth += (code[at] == "<") - (code[at] == ">")
        if depth == 0: return at + 1
    return len(code)


def expression_end(code, start):
    """Where the expression that begins at `start` ends: at its `;`, or at the bracket that encloses it."""
    at = start
    while at < len(code):
        if code[at] == ";" or code[at] in ")]}": return at
        at = closing(code, at) + 1 if code[at] in "([{" else at + 1
    return len(code)


def enclosing_brace(code, position):
    depth = 0
    for at in range(position - 1, -1, -1):
        if code[at] == "}": depth += 1
        elif code[at] == "{":
            if depth == 0: return at
            depth -= 1
    return -1


def is_initializer(code, brace):
    """A block that awaits holds a `;` of its own; an initializer never does."""
    at = brace + 1
    while at < len(code) and code[at] != "}":
        if code[at] == ";": return False
        at = closing(code, at) + 1 if code[at] in "([{" else at + 1
    return True


def owning_capture(captures):
    parts = [part.strip() for part in captures.split(",") if part.strip()]
    return any(not part.startswith("&") and part != "this" for part in parts)


def awaited_expression_errors(code, start, end):
    """Traps within `co_await …;`: braced temporaries and unnamed closures; bodies of lambdas are other functions."""
    at = start
    while at < end:
        c = code[at]
        before = code[start:at].rstrip()
        if c == "{" and LAMBDA_HEAD.search(before) and "[" in before:
            at = closing(code, at) + 1
            continue
        if c == "{":
            yield at, "braced temporary in an awaited expression: name it first"
            at = closing(code, at) + 1
            continue
        if c == "[" and (not before or before[-1] in "(,={"):
            close = closing(code, at)
            captures = code[at + 1:close]
            if captures.strip() and not before:
                yield at, "awaited lambda with captures: make it a function with parameters"
            elif owning_capture(captures):
                yield at, "unnamed closure that owns values in an awaited expression: name it first"
            at = close
        at += 1


def check_coroutines(source):
    code = source.code
    for match in TASK_FUNCTION.finditer(code):
        named = FUNCTION_NAME.match(code, end_of_template_arguments(code, match.end() - 1))
        if not named: continue
        opening = named.end() - 1
        if re.search(r"(?<![=!<>])=(?!=)", code[opening:closing(code, opening)]):
            yield opening, "default argument on a coroutine: overload instead"
    if "co_await" not in code: return
    for match in CONDITION.finditer(code):
        opening = match.end() - 1
        if CO_AWAIT.search(code, opening, closing(code, opening)):
            yield match.start(), f"co_await in the condition of {match.group(1)}: await into a named local first"
    for match in CO_AWAIT.finditer(code):
        end = expression_end(code, match.end())
        begin = max(code.rfind(c, 0, match.start()) for c in ";{}") + 1
        if "?" in code[begin:end]: yield match.start(), "co_await in ?: – use if and else"
        brace = enclosing_brace(code, match.start())
        if brace >= 0 and is_initializer(code, brace) and not CONDITION.search(code, brace, match.start()):
            yield match.start(), "co_await inside the braces of an initializer: await into a named local first"
        yield from awaited_expression_errors(code, match.end(), end)


# ---- the rest -----------------------------------------------------------------------------------------------------
SWALLOW = re.compile(r"\bcatch\s*\(\s*\.\.\.\s*\)\s*\{")


def check_words(source):
    for pattern, allowed, message in BANNED_WORDS:
        if not allowed.match(source.path):
            for match in pattern.finditer(source.code): yield match.start(), message
    for match in SWALLOW.finditer(source.code):
        body = source.code[match.end():closing(source.code, match.end() - 1)]
        if not re.search(r"\b(throw|current_exception|abort|terminate|log::error|log_\w+|fail)\b", body):
            yield match.start(), "catch (...) that goes on hides every mistake: name the exception, rethrow or report"
    if not source.path.endswith(("_test.cpp", "testing.cpp")):  # tests may ask what a changed table answers
        for match in SELECT_ALL.finditer(source.uncommented): yield match.start(), "list the columns"


def check(path, text):
    """Every finding as (line, message, is_error), in order of lines."""
    findings = []
    if path.endswith(CPP):
        source = Source(path, text)
        if path.startswith(("src/", "sim/")): findings += check_includes(source)
        findings += check_coroutines(source)
        findings += check_words(source)
    if path.endswith(".sql"):
        uncommented = re.sub(r"--[^\n]*", lambda comment: " " * len(comment.group()), text)
        findings += [(match.start(), "list the columns") for match in SELECT_ALL.finditer(uncommented)]
    if path.endswith(MARKED):
        findings += [(match.start(), "unfinished work: do it, or write it down where work is planned") for match in MARKER.finditer(text)]
    starts = [0] + [match.end() for match in re.finditer("\n", text)]
    result = [(bisect.bisect_right(starts, at), message, True) for at, message in findings]
    if path.endswith(CPP + (".py", ".ts", ".tsx")) and len(starts) - 1 > LONG_FILE_LINES:
        result.append((1, f"warning: {len(starts) - 1} lines; is this one thing?", False))
    return sorted(set(result))


def files():
    for directory in SEARCHED:
        for folder, folders, names in os.walk(ROOT / directory):
            folders[:] = sorted(f for f in folders if f not in SKIPPED_DIRECTORIES)
            for name in sorted(set(names) - GENERATED):
                if name.endswith(MARKED): yield pathlib.Path(folder, name)


# ---- self-test: path, text, a part of the expected message (None: nothing may be found) ---------------------------
CASES = [
    # layers
    ("src/base/a.cpp", '#include "base/error.hpp"\n', None),
    ("src/base/a.cpp", '#include "db/session.hpp"\n', "nothing of ours"),
    ("src/db/a.cpp", '#include "http/server.hpp"\n', "db may include base"),
    ("src/tasks/a.cpp", '#include "db/session.hpp"\n', None),
    ("src/http/a.cpp", '#include "fleet/types.hpp"\n', "http may include base"),
    ("src/fleet/a.cpp", '#include "routeros/scripts.hpp"\n#include "bus/bus.hpp"\n', None),
    ("src/fleet/a.cpp", '#include "identity/types.hpp"\n#include "identity/token_service.hpp"\n#include "backups/events.hpp"\n', None),
    ("src/fleet/a.cpp", '#include "identity/store.hpp"\n', "of another area"),
    ("src/fleet/a.cpp", '  #  include "identity/user_dto.hpp"\n', "of another area"),
    ("src/fleet/a.cpp", '#include "fleet/site_store.hpp"\n#include "fleet/dto.hpp"\n', None),
    ("src/backups/a.cpp", '#include "fleet/live_sites.hpp"\n', None),
    ("src/fleet/a.cpp", '#include "app/config.hpp"\n', "areas do not include app"),
    ("src/app/a.cpp", '#include "fleet/store.hpp"\n#include "identity/routes.hpp"\n', None),
    ("src/app/a.cpp", '#include "cli/main.hpp"\n', "app does not include cli"),
    ("src/cli/a.cpp", '#include "app/app.hpp"\n', None),
    ("src/app/a.cpp", '#include "sim/device/device.hpp"\n', "never includes the simulator"),
    ("sim/device/a.cpp", '#include "sim/lang/host.hpp"\n#include "ros_language/value.hpp"\n#include "base/net.hpp"\n', None),
    ("sim/device/a.cpp", '#include "routeros/scripts.hpp"\n', "sim includes base and the language only"),
    ("sim/device/a_test.cpp", '#include "routeros/scripts.hpp"\n', None),
    ("sim/device/a_test.cpp", '#include "db/session.hpp"\n', "sim includes base and the language only"),
    ("tests/sim/a.cpp", '#include "app/app.hpp"\n#include "sim/device/device.hpp"\n', None),
    ("src/fleet/a.cpp", '// #include "app/config.hpp"\n', None),
    # banned includes
    ("src/db/sqlite.cpp", "#include <sqlite3.h>\n#include <libpq-fe.h>\n", None),
    ("src/fleet/store.cpp", "#include <sqlite3.h>\n", "for src/db only"),
    ("src/fleet/store.cpp", "#include <postgresql/libpq-fe.h>\n", "for src/db only"),
    ("src/http/server.cpp", "#include <boost/beast.hpp>\n#include <boost/asio/ssl.hpp>\n#include <openssl/ssl.h>\n", None),
    ("sim/device/link.cpp", "#include <boost/asio.hpp>\n#include <openssl/ssl.h>\n#include <curl/curl.h>\n", None),
    ("sim/device/link.cpp", "#include <boost/beast.hpp>\n", "src/http and sim/rest/http.cpp only"),
    ("sim/rest/http.cpp", "#include <boost/beast/http/parser.hpp>\n", None),
    ("sim/lang/a.cpp", "#include <curl/curl.h>\n", "src/http and sim/device, and src/mail"),
    ("src/mail/smtp.cpp", "#include <curl/curl.h>\n", None),
    ("src/mail/outbox.cpp", "#include <ctemplate/template.h>\n", "for src/templates only"),
    ("src/base/crypto.cpp", "#include <openssl/evp.h>\n", None),
    ("src/base/crypto.cpp", "#include <openssl/ssl.h>\n", "src/http, sim/device and sim/access only"),
    ("src/identity/a.cpp", "#include <openssl/evp.h>\n", "src/base/crypto.cpp"),
    ("src/backups/sftp.cpp", "#include <libssh/server.h>\n", None),
    ("src/fleet/a.cpp", "#include <libssh/server.h>\n", "for src/backups and sim/ssh only"),
    ("sim/ssh/session.cpp", "#include <libssh/server.h>\n", None),
    ("src/base/log.cpp", "#include <spdlog/spdlog.h>\n", None),
    ("src/base/logger.cpp", "#include <spdlog/spdlog.h>\n", "for src/base/log.cpp only"),
    ("src/app/config.cpp", "#include <toml++/toml.h>\n", None),
    ("src/cli/main.cpp", "#include <toml++/toml.h>\n#include <CLI/CLI.hpp>\n", "for src/app only"),
    ("sim/main.cpp", "#include <CLI/CLI.hpp>\n", None),
    ("src/app/a.cpp", "#include <CLI/CLI.hpp>\n", "for src/cli"),
    ("src/fleet/service.hpp", "#include <boost/json.hpp>\n", "free of JSON"),
    ("src/fleet/job_service.hpp", "#include <boost/url.hpp>\n", "free of JSON"),
    ("src/fleet/routes.cpp", "#include <boost/json.hpp>\n", None),
    ("src/fleet/service.cpp", '#include "http/router.hpp"\n', "nothing of HTTP"),
    ("src/fleet/routes.cpp", '#include "http/router.hpp"\n', None),
    # coroutines
    ("src/http/a.cpp", "Task<int> f(Link& link) {\n  auto reply = co_await link.call(std::move(rpc));\n  if (!reply) co_return 1;\n}\n", None),
    ("src/http/a.cpp", "void f() { if (co_await link.send(frame)) { go(); } }\n", "condition of if"),
    ("src/http/a.cpp", "void f() { while (!(co_await more())) go(); }\n", "condition of while"),
    ("src/http/a.cpp", "void f() { for (auto& x : co_await all()) go(x); }\n", "condition of for"),
    ("src/http/a.cpp", "void f() { if (ready) { co_await send(); } else { co_await wait(); } }\n", None),
    ("src/http/a.cpp", "void f() { for (int i = 0; i < 3; ++i) { auto r = co_await g(i); use(r); } }\n", None),
    ("src/http/a.cpp", "void f() { auto r = quick ? co_await a() : co_await b(); }\n", "?:"),
    ("src/http/a.cpp", "void f() { auto r = co_await a(); int x = r ? 1 : 2; }\n", None),
    ("src/http/a.cpp", "void f() { Row row{.name = co_await fetch(), .revision = 1}; }\n", "braces of an initializer"),
    ("src/http/a.cpp", "void f() { Row row = {1, co_await fetch()}; }\n", "braces of an initializer"),
    ("src/http/a.cpp", "auto f = [](int x) -> Task<int> { co_return co_await g(x); };\n", None),
    ("src/http/a.cpp", 'void f() { auto r = co_await call(Rpc{.id = id, .method = "reboot"}); }\n', "braced temporary"),
    ("src/http/a.cpp", "void f() { co_await call({1, 2}); }\n", "braced temporary"),
    ("src/http/a.cpp", "void f() { Rpc rpc{.id = 1}; co_await call(std::move(rpc)); }\n", None),
    ("src/http/a.cpp", 'void f() { co_await call("{1, 2} ? [x]{}"); }  // co_await call({1})\n', None),
    ("src/http/a.cpp", "void f() { co_await run_blocking(pool, [id] { return load(id); }); }\n", "owns values"),
    ("src/http/a.cpp", "void f() { co_await run_blocking(pool, [=] { return load(id); }); }\n", "owns values"),
    ("src/http/a.cpp", "void f() { co_await run_blocking(pool, [&store] { Row row{1}; return store.load(row); }); }\n", None),
    ("src/http/a.cpp", "void f() { co_await run_blocking(pool, [this]() -> int { return 1; }); }\n", None),
    ("src/http/a.cpp", "void f() { co_await [&x]() -> Task<void> { co_return; }(); }\n", "awaited lambda"),
    ("src/http/a.cpp", "void f() { co_await table[index](1); }\n", None),
    ("src/http/a.hpp", "Task<void> poll(Options options = {});\n", "default argument"),
    ("src/http/a.hpp", "Task<Result<std::vector<int>>> Link::poll(int n = 3);\n", "default argument"),
    ("src/http/a.hpp", "Task<void> poll(Options options, bool same = a == b);\n", "default argument"),
    ("src/http/a.hpp", "Task<void> poll(Options options);\nTask<void> other = make(1);\nvoid g(int n = 3);\n", None),
    # time, randomness, SQL, exceptions, markers
    ("src/base/clock.cpp", "auto t = std::chrono::system_clock::now();\n", None),
    ("src/fleet/a.cpp", "auto t = std::chrono::system_clock::now();\n", "base/clock.hpp"),
    ("src/fleet/a.cpp", "auto t = system_clock().now(); // system_clock::now\n", None),
    ("src/fleet/a.cpp", "auto t = time(nullptr); std::this_thread::sleep_for(time(1));\n", "base/clock.hpp"),
    ("sim/device/a.cpp", "std::mt19937 engine;\n", "base/rng.hpp"),
    ("src/base/rng.hpp", "std::mt19937_64 engine_;\n", None),
    ("sim/lang/a_test.cpp", "std::mt19937 engine(1);\n", None),
    ("sim/lang/a_test.cpp", "std::mt19937 engine(std::random_device{}());\n", "base/rng.hpp"),
    ("src/fleet/store.cpp", 'Query q{"a", R"(SELECT *\n FROM site)"};\n', "list the columns"),
    ("src/fleet/store.cpp", 'Query q{"a", "SELECT s.* FROM site s"};\n', "list the columns"),
    ("src/fleet/store.cpp", 'Query q{"a", "SELECT count(*) FROM site"};  // not SELECT *\n', None),
    ("src/fleet/store.cpp", 'Query q{"a", "SELECT * FROM (SELECT id FROM site)"};\n', None),
    ("src/fleet/store.cpp", 'Query q{"a", "SELECT id FROM (SELECT * FROM site)"};\n', "list the columns"),
    ("src/fleet/schema/0001_a.sql", "-- SELECT * is banned\nINSERT INTO a SELECT b FROM c;\n", None),
    ("src/fleet/schema/0001_a.sql", "INSERT INTO a SELECT * FROM c;\n", "list the columns"),
    ("src/db/a.cpp", "void f() { try { g(); } catch (...) { again(); } }\n", "catch (...)"),
    ("src/db/a.cpp", "void f() { try { g(); } catch (...) { rollback(); throw; } }\n", None),
    ("src/http/a.cpp", "Status f() { try { g(); } catch (...) { return fail(Errc::internal, what); } }\n", None),
    ("src/db/a.cpp", "void f() { try { g(); } catch (const std::exception& e) { log(e); } }\n", None),
    ("src/db/a.cpp", "// TO" "DO: more\n", "unfinished"),
    ("web/src/app.tsx", "/* FIX" "ME */\n", "unfinished"),
    ("src/db/a.cpp", "int todo = 1'000'000; char c = '\"'; auto s = \"it's\"; // fixme, lower case is a word\n", None),
    ("src/db/a.cpp", "int x;\n" * 701, "701 lines"),
    ("src/db/a.cpp", "int x;\n" * 700, None),
]
LINES = [("src/db/a.cpp", "/* two\nlines */\nauto s = R\"(\n\n)\";\nvoid f() { if (co_await g()) h(); }\n", 6)]


def self_test():
    failures = 0
    for path, text, expected in CASES:
        found = [message for _, message, _ in check(path, text)]
        good = not found if expected is None else any(expected in message for message in found)
        if not good:
            failures += 1
            print(f"self-test: {path}: {text[:100]!r}\n  expected {expected!r}, found {found}")
    for path, text, line in LINES:
        if [found for found, _, _ in check(path, text)] != [line]:
            failures += 1
            print(f"self-test: wrong line: {check(path, text)}, expected {line}")
    print(f"tidy self-test: {len(CASES) + len(LINES)} cases, {failures} failed")
    return failures


def main(arguments):
    if "--self-test" in arguments: return 1 if self_test() else 0
    errors = 0
    for file in [pathlib.Path(a).resolve() for a in arguments] or files():
        path = file.relative_to(ROOT).as_posix()
        for line, message, is_error in check(path, file.read_text(errors="replace")):
            print(f"{path}:{line}: {message}")
            errors += is_error
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
