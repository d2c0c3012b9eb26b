#!/usr/bin/env python3
"""Writes the tables behind src/identity/countries.hpp as C++.

usage: tools/make_countries.py OWN_TABLE ISO_CODES_DIRECTORY OUTPUT
Codes and names come from the Debian package iso-codes; telephone codes, currencies and languages from our own table.
"""
import json, pathlib, sys


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def read_own(path):
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {code: ["" if value == "-" else value for value in rest] for code, *rest in rows}


def main():
    own_table, iso_codes, output = map(pathlib.Path, sys.argv[1:4])
    own = read_own(own_table)
    countries = sorted(json.loads((iso_codes / "iso_3166-1.json").read_text())["3166-1"], key=lambda country: country["alpha_2"])
    subdivisions = sorted(json.loads((iso_codes / "iso_3166-2.json").read_text())["3166-2"], key=lambda part: part["code"])
    lines = ['#include "identity/countries_data.hpp"', "", "namespace openstrat::identity {", "", "const Country kCountryTable[] = {"]
    for country in countries:
        code = country["alpha_2"]
        calling, currency, language = own.get(code, ["", "", ""])
        locale = f"{language}-{code}" if language else ""
        name = country.get("common_name", country["name"])
        lines.append("  {%s}," % ", ".join(map(quoted, (code, name, calling, currency, locale))))
    lines += ["};", f"const std::size_t kCountryCount = {len(countries)};", "", "const Subdivision kSubdivisionTable[] = {"]
    lines += ["  {%s, %s}," % (quoted(part["code"]), quoted(part["name"])) for part in subdivisions]
    lines += ["};", f"const std::size_t kSubdivisionCount = {len(subdivisions)};", "", "}  // namespace openstrat::identity", ""]
    output.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
