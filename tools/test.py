#!/usr/bin/env python3
"""Builds the dev preset and runs every test suite; the last line is `N passed, N failed`.

usage: tools/test.py [--no-build] [--build-dir DIR] [SUITE ...]      a SUITE is a name as printed, or the start of one
Suites: source checks, one program per source directory (GoogleTest), the web application (Vitest),
tests/**/test_*.py (unittest, the real binaries), web/src and web/e2e
(Vitest; the latter in a real browser).
"""
import argparse, concurrent.futures, json, os, pathlib, re, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITE_TIMEOUT_S = 900


def run(command, env, timeout=SUITE_TIMEOUT_S):
    started = time.monotonic()
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=timeout, text=True, errors="replace")
        return done.returncode, done.stdout, time.monotonic() - started
    except subprocess.TimeoutExpired as e:
        text = e.stdout.decode(errors="replace") if isinstance(e.stdout, bytes) else (e.stdout or "")
        return 124, text + f"\ntime limit of {timeout} s reached\n", time.monotonic() - started


def run_check(name, command, env):
    code, text, seconds = run(command, env)
    return name, (1, 0) if code == 0 else (0, 1), text if code else "", seconds


def run_gtest(name, program, env):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        code, text, seconds = run([str(program), "--gtest_brief=1", f"--gtest_output=json:{report.name}"], env)
        try:
            result = json.load(open(report.name))
            failed = result["failures"] + result.get("errors", 0)
            passed = result["tests"] - failed - result["disabled"]
            if code != 0 and failed == 0: failed = 1
        except (ValueError, KeyError):  # died before it could report
            passed, failed = 0, 1
    return name, (passed, failed), text if failed else "", seconds


def run_unittest(name, path, env):
    code, text, seconds = run([sys.executable, "-m", "unittest", "-v", str(path)], env, timeout=1800)
    ran = re.findall(r"^Ran (\d+) tests? in", text, re.M)
    total = int(ran[-1]) if ran else 0
    bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", text.splitlines()[-1] if text.strip() else ""))
    if code != 0 and bad == 0: bad = 1
    return name, (max(total - bad, 0), bad), text if bad else "", seconds


def run_vitest(name, script, env):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        code, text, seconds = run(["npm", "run", script, "--silent", "--prefix", str(ROOT / "web"), "--", "--reporter=default", "--reporter=json", f"--outputFile.json={report.name}"],
                                  dict(env, NO_COLOR="1"))
        try:
            result = json.load(open(report.name))
            failed, passed = result["numFailedTests"], result["numPassedTests"]
            if (code != 0 or not result["success"]) and failed == 0: failed = 1  # a file that could not be loaded
        except (ValueError, KeyError):  # died before it could report
            passed, failed = 0, 1
    return name, (passed, failed), text if failed else "", seconds


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("suites", nargs="*")
    ap.add_argument("--no-build", action="store_true")
    ap.add_argument("--build-dir", default=str(ROOT / "build" / "dev"))
    a = ap.parse_args()
    build = pathlib.Path(a.build_dir)
    if not a.no_build:
        subprocess.run(["cmake", "--preset", build.name], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["cmake", "--build", str(build), "-j", str(os.cpu_count())], cwd=ROOT, check=True)

    env = dict(os.environ, OPENSTRAT_BUILD_DIR=str(build))
    ours = "OPENSTRAT_TEST_POSTGRES" not in env
    if ours:
        env["OPENSTRAT_TEST_POSTGRES"] = subprocess.run([str(ROOT / "tests/postgres.sh"), "start"], cwd=ROOT, check=True,
                                                        stdout=subprocess.PIPE, text=True).stdout.strip()
    wanted = lambda name: not a.suites or any(name.startswith(s) for s in a.suites)
    jobs = [("tidy", run_check, [sys.executable, "tools/tidy.py"]), ("tidy self-test", run_check, [sys.executable, "tools/tidy.py", "--self-test"])]
    programs = [p for p in (build / "test-programs.txt").read_text().split() if p]
    jobs += [(p.removesuffix("_test"), run_gtest, build / p) for p in programs]
    if list((ROOT / "web/src").rglob("*.test.ts*")): jobs.append(("web/src", run_vitest, "test"))
    jobs = [j for j in jobs if wanted(j[0])]
    # The suites with the real binaries measure time-outs and use the whole machine: one after the other, last.
    alone = [(str(p.relative_to(ROOT)), run_unittest, p.relative_to(ROOT)) for p in sorted((ROOT / "tests").rglob("test_*.py"))]
    if list((ROOT / "web/e2e").glob("*.e2e.ts")): alone.append(("web/e2e", run_vitest, "e2e"))  # the real browser
    alone = [j for j in alone if wanted(j[0])]

    passed = failed = 0
    def report(result):
        nonlocal passed, failed
        name, (good, bad), text, seconds = result
        passed += good; failed += bad
        if text: print(f"--- {name}\n{text}\n---")
        print(f"{'ok  ' if not bad else 'FAIL'} {name:40} {good:5} passed {bad:3} failed {seconds:7.1f} s", flush=True)

    try:
        with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for future in concurrent.futures.as_completed([pool.submit(f, n, c, env) for n, f, c in jobs]): report(future.result())
        for n, f, c in alone: report(f(n, c, env))
    finally:
        if ours: subprocess.run([str(ROOT / "tests/postgres.sh"), "stop"], cwd=ROOT, stdout=subprocess.DEVNULL)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
