#!/usr/bin/env python3
"""Measures every budget of docs/architecture.md and prints a table; the figures go to bench/results/.

  bench/run.py                      everything, about twenty minutes
  bench/run.py --quick              short runs and a small fleet, for a first look and for CI: figures scatter
  bench/run.py --only tls,jobs      a choice: tls keepalive reconnect read list memory start postgres jobs live simulator
  bench/run.py --build-times        also builds the tree from nothing

`make bench` builds what is needed first. Exit status 1: a budget was missed, 2: a measurement could not be made.
"""
import argparse, dataclasses, datetime, json, os, pathlib, sys, tempfile

import harness
from measurements import Bench, Settings

NAMES = ["start", "tls", "keepalive", "reconnect", "read", "list", "memory", "postgres", "jobs", "live", "simulator"]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=harness.ROOT / "build" / "release")
    parser.add_argument("--quick", action="store_true", help="5,000 sites, runs of a second")
    parser.add_argument("--only", default="", metavar="NAMES")
    parser.add_argument("--sites", type=int, help="size of the fleet (100,000)")
    parser.add_argument("--seconds", type=float, help="length of a run (4)")
    parser.add_argument("--runs", type=int, help="runs of each (5)")
    parser.add_argument("--build-times", action="store_true")
    parser.add_argument("--json", type=pathlib.Path, help="where the figures go (bench/results/DATE.json)")
    options = parser.parse_args()
    options.names = [name for name in options.only.split(",") if name] or NAMES
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"--only: no measurement is called {', '.join(sorted(unknown))}; there are {' '.join(NAMES)}")
    if options.build_times:
        options.names = options.names + ["build_times"]
    return options


def print_row(row):
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} ×"
    verdict = "" if row.ok is None else "ok" if row.ok else "MISSED"
    print(f"{row.what:66} | {row.ours:>12} | {row.yardstick:>28} | {ratio:>7} | {row.budget:>20} | {verdict}", flush=True)


def main():
    options = parse_arguments()
    defaults = Settings(build=options.build.resolve(), directory=pathlib.Path(), **({"sites": 5000, "seconds": 1, "runs": 3} if options.quick else {}))
    given = {name: getattr(options, name) for name in ("sites", "seconds", "runs") if getattr(options, name) is not None}
    started = datetime.datetime.now()
    report = {"date": started.isoformat(timespec="seconds"), "machine": harness.machine(), "load_before": os.getloadavg(), "rows": [], "not_measured": {}}
    print(f"{report['machine']['processors']} × {report['machine']['cpu']}, {report['machine']['memory_gib']} GiB; load average {os.getloadavg()[0]:.1f}")
    print(f"{'what':66} | {'ours':>12} | {'yardstick':>28} | {'ratio':>7} | {'budget':>20} | ok")
    with tempfile.TemporaryDirectory(prefix="openstrat-bench-", dir=options.build) as temporary:
        os.chmod(temporary, 0o755)  # PostgreSQL runs as another user
        settings = dataclasses.replace(defaults, directory=pathlib.Path(temporary), **given)
        report["settings"] = {"sites": settings.sites, "seconds": settings.seconds, "runs": settings.runs}
        bench = Bench(settings)
        for name in options.names:
            try:
                for row in getattr(bench, name)():
                    print_row(row)
                    report["rows"].append(dataclasses.asdict(row))
            except harness.Failed as failed:
                print(f"{name}: not measured: {failed}", flush=True)
                report["not_measured"][name] = str(failed)
    report["load_after"] = os.getloadavg()
    file = options.json or harness.ROOT / "bench" / "results" / f"{started:%Y-%m-%d-%H%M}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    missed = [row["what"].strip() for row in report["rows"] if row["ok"] is False]
    print(f"{len(report['rows'])} figures in {file}; {len(missed)} budgets missed")
    sys.exit(1 if missed else 2 if report["not_measured"] else 0)


if __name__ == "__main__":
    main()
