"""The operations of the real server, and bodies that pass their schemas."""
import json
import re


class Operation:
    def __init__(self, method, path, description, document):
        self.method, self.path, self.document = method, path, document
        self.summary = description.get("summary", "")
        self.scopes = description.get("x-scope", "").split("|") if description.get("x-scope") else []
        self.schemes = [set(alternative) for alternative in description.get("security", [])]
        self.parameters = description.get("parameters", [])
        content = description.get("requestBody", {}).get("content", {})
        self.media_types = list(content)
        self.body_schema = content.get("application/json", {}).get("schema")
        answers = description.get("responses", {})
        good = next((answer for status, answer in sorted(answers.items()) if status.startswith("2")), {})
        self.view_schema = good.get("content", {}).get("application/json", {}).get("schema")

    def __str__(self):
        return f"{self.method} {self.path}"

    @property
    def names(self):
        return re.findall(r"\{(\w+)\}", self.path)

    def takes(self, scheme):
        return {scheme} in self.schemes

    @property
    def takes_people(self):
        return self.takes("bearer") or self.takes("apiKey")

    @property
    def is_open(self):
        """Anybody may call it, or it has a credential of its own that is not for people."""
        return not self.takes_people or set() in self.schemes

    def query(self):
        required = [p for p in self.parameters if p["in"] == "query" and p.get("required")]
        return "?" + "&".join(f"{p['name']}={sample(p.get('schema', {}), self.document)}" for p in required) if required else ""

    def headers(self):
        return {p["name"]: str(sample(p.get("schema", {}), self.document)) for p in self.parameters if p["in"] == "header" and p.get("required")}

    def body(self):
        """A string, or None when the operation takes none."""
        if self.body_schema is not None: return json.dumps(sample(self.body_schema, self.document))
        return "x" * 8 if self.media_types else None

    def media_type(self):
        return "application/json" if self.body_schema is not None else self.media_types[0] if self.media_types else None


def resolve(schema, document):
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def fields(schema, document):
    """Names of the properties of an object schema."""
    return set(resolve(schema, document).get("properties", {})) if schema else set()


FORMATS = {"uuid": "8c5d9b0e-1111-4222-8333-444455556666", "date-time": "2030-02-03T08:00:00.000000Z", "ip": "192.0.2.1", "ipv4": "192.0.2.1",
           "cidr": "192.0.2.0/24", "mac": "02:00:5E:10:00:01", "uri": "https://example.com/", "site": "8c5d9b0e-1111-4222-8333-444455556666"}


def sample(schema, document):
    """The least that the schema allows."""
    schema = resolve(schema, document)
    for kind in ("anyOf", "oneOf"):
        if kind in schema: return sample(next(s for s in schema[kind] if s.get("type") != "null"), document)
    if "example" in schema: return schema["example"]
    if schema.get("examples"): return schema["examples"][0]
    if "enum" in schema: return schema["enum"][0]
    if "const" in schema: return schema["const"]
    kind = schema.get("type")
    if isinstance(kind, list): kind = next(k for k in kind if k != "null")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: sample(properties[name], document) for name in schema.get("required", []) if name in properties}
    if kind == "array": return [sample(schema.get("items", {}), document) for _ in range(max(1, schema.get("minItems", 0)))]
    if kind in ("integer", "number"): return schema.get("minimum", 1)
    if kind == "boolean": return True
    if schema.get("format") in FORMATS: return FORMATS[schema["format"]]
    return "x" * max(1, schema.get("minLength", 1))


def operations(document):
    found = []
    for path, methods in document["paths"].items():
        for method, description in methods.items():
            found.append(Operation(method.upper(), path, description, document))
            for alias in description.get("x-aliases", []):
                alias_method, alias_path = alias.split(" ", 1)
                # A parameter may have another name in an alias; the description is that of the canonical path.
                found.append(Operation(alias_method, re.sub(r"\{(\w+):\w+\}", r"{\1}", alias_path), description, document))
    return found
