#!/usr/bin/env python3
"""Builds the fuzz preset (clang 16, libFuzzer, ASan, UBSan), runs every target for a while and prints what each did.

usage: tools/fuzz.py [--seconds N] [TARGET ...]
Seeds come from tests/fuzz/corpus/TARGET; what libFuzzer finds is kept in build/fuzz/corpus/TARGET. An input that crashes is
left as build/fuzz/TARGET-crash-…: make it small (`build/fuzz/TARGET -minimize_crash=1 -runs=100000 FILE`) and add it to the
corpus together with the fix, where every test run replays it.
"""
import argparse, pathlib, re, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "fuzz"
# Inputs shall stay smaller than what a target takes: long ones are slow, and what they reach short ones reach too.
LONGEST = 4096


def run(target, seconds):
    """One target; what it printed goes to the terminal. Returns its exit code and the figures of libFuzzer."""
    grown, seeds = BUILD / "corpus" / target, ROOT / "tests" / "fuzz" / "corpus" / target
    grown.mkdir(parents=True, exist_ok=True)
    command = [str(BUILD / target), str(grown)] + ([str(seeds)] if seeds.is_dir() else [])
    command += [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
                f"-artifact_prefix={BUILD}/{target}-"]
    figures = {"executions": 0, "per_second": 0, "edges": 0}
    patterns = {"executions": r"stat::number_of_executed_units:\s*(\d+)", "per_second": r"stat::average_exec_per_sec:\s*(\d+)", "edges": r"\bcov: (\d+) "}
    with subprocess.Popen(command, cwd=BUILD, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace") as process:
        for line in process.stderr:
            sys.stderr.write(line)
            for name, pattern in patterns.items():
                if found := re.search(pattern, line): figures[name] = int(found[1])
    return process.returncode, figures


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("targets", nargs="*")
    ap.add_argument("--seconds", type=int, default=60)
    a = ap.parse_args()
    known = sorted(p.stem for folder in ("src", "sim") for p in (ROOT / folder).rglob("*_fuzz.cpp"))
    targets = a.targets or known
    unknown = [t for t in targets if t not in known]
    if unknown:
        print(f"fuzz: no target {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    subprocess.run(["cmake", "--preset", "fuzz"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", str(BUILD), "--target", *targets], cwd=ROOT, check=True)
    lines, crashed = [], []
    for target in targets:
        print(f"--- {target}: {a.seconds} s", flush=True)
        code, figures = run(target, a.seconds)
        if code != 0: crashed.append(target)
        lines.append(f"{target:20} {figures['executions']:12,} {figures['per_second']:10,} {figures['edges']:8,}  {'crashed' if code else 'clean'}")
    print("\n".join([f"{'target':20} {'executions':>12} {'a second':>10} {'edges':>8}  result", *lines]))
    print(f"{len(targets) - len(crashed)} targets clean, {len(crashed)} crashed{': ' + ', '.join(crashed) if crashed else ''}")
    return 1 if crashed else 0


if __name__ == "__main__":
    sys.exit(main())
