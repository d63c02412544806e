"""Write what the docs take from the code: ``python scripts/make_reference.py``.

That is docs/api-reference.md, from the served document, the settings in docs/operations.md, and the
rules in docs/policy.md.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kinora.api.app import create_app
from kinora.policy.rulebook import built_in
from kinora.service.context import open_service
from kinora.settings import PREFIX, Settings

_DOCS = Path(__file__).parents[1] / "docs"
REFERENCE, OPERATIONS = _DOCS / "api-reference.md", _DOCS / "operations.md"
POLICY = _DOCS / "policy.md"
_START, _END = "<!-- settings: written by scripts/make_reference.py -->", "<!-- end of settings -->"
_RULES, _RULES_END = "<!-- rules: written by scripts/make_reference.py -->", "<!-- end of rules -->"
#: Defaults that depend on the machine.
_MACHINE = {
    "cache_dir": "the platform's cache folder",
    "data_dir": "the platform's data folder",
    "models_dir": "`models` in the platform's data folder",
    "threads": "the cores that the process may use",
    "models": "Sora's names and our own",
}
_INTRO = """\
# API reference

Every endpoint and field, rendered from the document that the service serves at `/openapi.json`
(`python scripts/make_reference.py`; a test keeps this page equal). What OpenAI's Videos API doesn't
have is marked as an extension. How to come from there: [moving from Sora](moving-from-sora.md).

Each request carries `Authorization: Bearer KEY` (or `api-key: KEY`). Each error has the same form:
`{"error": {"message", "type", "param", "code"}}`. Bodies may be JSON or `multipart/form-data` where
both are named; in a form, `a[b]=c` stands for the object `{"a": {"b": "c"}}`.
"""
_METHODS = ("get", "post", "delete")


def served_document() -> dict[str, Any]:
    """The OpenAPI document of a fresh installation with the default settings."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with open_service(settings) as service:
            return create_app(service).openapi()


def render(document: Mapping[str, Any]) -> str:
    """The page, in Markdown."""
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if operation := operations.get(method):
                tag = (operation.get("tags") or ["Service"])[0]
                groups.setdefault(tag, []).append(_operation(path, method, operation))
    parts = [_INTRO]
    for tag, operations_of_tag in groups.items():
        parts += [f"## {tag}", *operations_of_tag]
    parts.append("## Objects")
    for name, schema in sorted(document["components"]["schemas"].items()):
        if "properties" in schema and "__" not in name:
            parts += [f"### {name}", _table(schema)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def with_settings(page: str) -> str:
    """``page`` with the table of settings between its two marks."""
    before, rest = page.split(_START)
    after = rest.split(_END)[1]
    rows = [
        (
            f"`{PREFIX}{name.upper()}`",
            _MACHINE.get(name) or _default(field.default),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]
    table = _rows(("variable", "default", "meaning"), rows)
    return f"{before}{_START}\n\n{table}\n\n{_END}{after}"


def with_rules(page: str) -> str:
    """``page`` with the tables of categories and rules between its two marks."""
    before, rest = page.split(_RULES)
    after = rest.split(_RULES_END)[1]
    raw = built_in()
    categories = [
        (f"`{name}`", c["says"], c["do"], c.get("local", c["do"]), f"{c['threshold']:g}")
        for name, c in raw["categories"].items()
    ]
    rules = [
        (f"`{name}`", f"`{r['category']}`", _conditions(r), f"{r['score']:g}")
        for name, r in raw["rules"].items()
    ]
    languages = ", ".join(f"{key} ({_patterns(words)})" for key, words in raw["words"].items())
    parts = [
        f"Version {raw['version']}. Patterns of words by language: {languages}; names of "
        f"characters, marks and people: {_patterns(raw['names'])}.",
        _rows(("category", "what it is", "service", "own clips", "threshold"), categories),
        _rows(("rule", "category", "finds", "score"), rules),
    ]
    return f"{before}{_RULES}\n\n" + "\n\n".join(parts) + f"\n\n{_RULES_END}{after}"


def _conditions(rule: Mapping[str, Any]) -> str:
    found = (", then " if rule.get("in_order") else " and ").join(rule["find"])
    within = rule.get("within")
    if within == "text":
        found += ", anywhere in the text"
    elif within is not None:
        found += f", within {within} words"
    if unless := rule.get("unless"):
        found += f"; not beside {' or '.join(unless)}"
    return found


def _patterns(groups: Mapping[str, Any]) -> int:
    return sum(len(g.get("any", "").split(",")) for g in groups.values())


def _default(value: object) -> str:
    if value in (None, ()):
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) and value < 1e6 else str(value)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> str:
    lines = [f"### {operation['summary']}", f"`{method.upper()} {path}`"]
    if text := operation.get("description"):
        lines.append(text.strip())
    if parameters := operation.get("parameters"):
        rows = [
            (f"`{p['name']}` ({p['in']})", _kind(p["schema"]), _words(p, p["schema"]))
            for p in parameters
        ]
        lines.append(_rows(("parameter", "type", "meaning"), rows))
    content = operation.get("requestBody", {}).get("content", {})
    if content:
        lines.append("Body: " + " or ".join(f"`{kind}`" for kind in content) + ".")
        fullest = max((c["schema"] for c in content.values()), key=_breadth)
        lines.append(_table(fullest, of_body=True))
    answer = operation["responses"].get("200", {}).get("content", {})
    kinds = [_kind(c["schema"]) if c.get("schema") else kind for kind, c in answer.items()]
    if kinds:
        lines.append("Answers " + " or ".join(sorted(set(kinds))) + ".")
    return "\n\n".join(lines)


def _breadth(schema: Mapping[str, Any]) -> int:
    return len(schema.get("properties", {}))


def _table(schema: Mapping[str, Any], *, of_body: bool = False) -> str:
    required = set(schema.get("required", ()))
    rows = [
        (
            f"`{name}`" + (" *" if name in required else ""),
            _kind(_unless_null(field) if of_body else field),
            _words(field),
        )
        for name, field in schema.get("properties", {}).items()
    ]
    return _rows(("field (* required)", "type", "meaning"), rows) if rows else ""


def _unless_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the null that a body's field takes where it may as well be left out."""
    choices = schema.get("anyOf", ())
    if len(choices) == 2 and choices[1] == {"type": "null"}:
        inner: Mapping[str, Any] = choices[0]
        return inner
    return schema


def _rows(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _words(*schemas: Mapping[str, Any]) -> str:
    found = [str(s["description"]).replace("\n", " ") for s in schemas if s.get("description")]
    return found[0] if found else ""


def _kind(schema: Mapping[str, Any]) -> str:
    if ref := schema.get("$ref"):
        return str(ref).rsplit("/", 1)[-1].replace("_", " ").strip()
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return " or ".join(dict.fromkeys(_kind(choice) for choice in choices))
    return " or ".join(dict.fromkeys(_kinds(schema)))


def _kinds(schema: Mapping[str, Any]) -> Iterator[str]:
    if "const" in schema:
        yield f"`{schema['const']}`"
    elif "enum" in schema:
        yield from (f"`{value}`" for value in schema["enum"])
    elif schema.get("type") == "array":
        yield f"list of {_kind(schema.get('items', {}))}"
    elif schema.get("format") == "binary":
        yield "file"
    else:
        kinds = schema.get("type", "any")
        yield from ([kinds] if isinstance(kinds, str) else kinds)


if __name__ == "__main__":
    REFERENCE.write_text(render(served_document()))
    OPERATIONS.write_text(with_settings(OPERATIONS.read_text()))
    POLICY.write_text(with_rules(POLICY.read_text()))
    print(REFERENCE, OPERATIONS, POLICY)
