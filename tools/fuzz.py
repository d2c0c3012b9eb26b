#!/usr/bin/env python3
"""Builds the fuzz preset (clang 16, libFuzzer, ASan, UBSan) and runs every target for a while.

usage: tools/fuzz.py [--seconds N] [TARGET ...]
Seeds come from tests/fuzz/corpus/TARGET; what libFuzzer finds is kept in build/fuzz/corpus/TARGET. An input that crashes is
left as build/fuzz/crash-…: add it to the corpus together with the fix.
"""
import argparse, pathlib, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "fuzz"


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
    crashed = []
    for target in targets:
        grown, seeds = BUILD / "corpus" / target, ROOT / "tests" / "fuzz" / "corpus" / target
        grown.mkdir(parents=True, exist_ok=True)
        command = [str(BUILD / target), str(grown)] + ([str(seeds)] if seeds.is_dir() else [])
        command += [f"-max_total_time={a.seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={BUILD}/"]
        print(f"--- {target}: {a.seconds} s", flush=True)
        if subprocess.run(command, cwd=BUILD).returncode != 0: crashed.append(target)
    print(f"{len(targets) - len(crashed)} targets clean, {len(crashed)} crashed{': ' + ', '.join(crashed) if crashed else ''}")
    return 1 if crashed else 0


if __name__ == "__main__":
    sys.exit(main())
