#!/usr/bin/env python3
"""How long the compiler needs for a file with 20 described structs of 10 fields, read and printed.

usage: bench/dto_compile_time.py [--compiler g++]
  prints CPU seconds for three files: the header alone, the structs without their tables, everything.
"""
import argparse, os, pathlib, resource, subprocess, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEMBERS = ("Uuid id", "std::string name", "std::optional<std::string> note", "bool on = true", "int count = 0",
           "std::optional<Timestamp> seen", "std::vector<std::string> tags", "std::map<std::string, std::string> labels",
           "IpAddress address", "std::vector<int> ports")


def source(structs, described):
    lines = ['#include "http/dto.hpp"', "namespace openstrat {"]
    for i in range(structs):
        t = f"D{i}"
        lines.append(f"struct {t} {{ {'; '.join(MEMBERS)}; }};")
        if described:
            names = [m.split(" = ")[0].split()[-1] for m in MEMBERS]
            fields = ", ".join(f'http::body<&{t}::{n}>("{n}", "text of {n}")' for n in names)
            lines.append(f'template <> struct http::Fields<{t}> {{ static constexpr auto table = http::fields<{t}>("{t}", {fields}); }};')
        read = f"http::from_json<{t}>(text)" if described else "fail(Errc::internal, std::string(text))"
        write = "http::to_json(value)" if described else "value.name"
        lines.append(f"Result<{t}> read{i}(std::string_view text) {{ return {read}; }}")
        lines.append(f"std::string write{i}(const {t}& value) {{ return {write}; }}")
    return "\n".join(lines + ["}"])


def seconds(compiler, text, folder):
    path = pathlib.Path(folder) / "dto.cpp"
    path.write_text(text)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([compiler, "-std=c++23", "-O1", "-g1", "-I", str(ROOT / "src"), "-c", str(path), "-o", os.devnull], check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default="g++")
    compiler = parser.parse_args().compiler
    with tempfile.TemporaryDirectory() as folder:
        for title, structs, described in (("header", 0, False), ("20 structs", 20, False), ("20 described structs", 20, True)):
            best = min(seconds(compiler, source(structs, described), folder) for _ in range(3))
            print(f"{title:24} {best:5.2f} s")


if __name__ == "__main__":
    main()
