"""What import-linter and ruff cannot see: roots that nobody listed, folders that are no packages, budgets, excuses."""

import ast
import re
import statistics
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CODE = ("checks", "connectors", "flows", "slipwatch")
BESIDE = {"tests", "benchmarks", "tools"}  # Python that no wheel carries
MODULES = sorted(path for root in CODE for path in (ROOT / root).rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "impl", "misc", "core"}
MAY_CATCH_ALL = {"slipwatch/engine/collect.py", "slipwatch/engine/notify.py"}
PURE = ("checks", "slipwatch.measures", "slipwatch.alerts.lifecycle", "slipwatch.alerts.routing", "slipwatch.reports")


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def functions_of(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def count_lines(function):
    """Lines of the body, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return body[-1].end_lineno - body[0].lineno + 1


def contract(start):
    return next(row for row in SETTINGS["tool"]["importlinter"]["contracts"] if row["name"].startswith(start))


def test_every_folder_of_python_is_a_listed_root():
    visible = (path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
    found = {path.name for path in visible if next(path.rglob("*.py"), None)} - {"build", "dist"}
    assert found <= {*CODE, *BESIDE}


def test_wheel_types_and_import_contracts_speak_of_the_same_roots():
    tools = SETTINGS["tool"]
    wheel = tools["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert sorted(wheel) == sorted(tools["mypy"]["packages"]) == sorted(tools["importlinter"]["root_packages"])
    assert sorted(wheel) == list(CODE)


def test_every_folder_of_code_is_a_package():
    folders = {folder for path in MODULES for folder in path.parents if ROOT in folder.parents}
    assert [name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_config_holds_data_only():
    assert [name_of(path) for path in (ROOT / "config").rglob("*.py")] == []


def test_every_pure_part_is_forbidden_to_reach_outside():
    here = [name for name in PURE if list(ROOT.glob(name.replace(".", "/") + "*"))]
    present = [name for name in here if any(name_of(path).startswith(name.replace(".", "/")) for path in MODULES)]
    assert set(present) <= set(contract("Checks, maths, alert rules and reports")["source_modules"])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_keeps_its_budgets(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    assert [(f.name, count_lines(f)) for f in functions_of(path) if count_lines(f) > 50] == []
    assert path.stem not in VAGUE


def test_most_functions_are_short():
    lengths = sorted(count_lines(function) for path in MODULES for function in functions_of(path))
    assert statistics.median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.9)] <= 25


def catches_all(node):
    if isinstance(node, ast.ExceptHandler):
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
        caught = node.args
    else:
        return False
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in caught)


def test_only_the_engine_catches_everything():
    found = {
        name_of(path)
        for path in MODULES
        if any(catches_all(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found <= MAY_CATCH_ALL


def test_whatever_is_silenced_says_why():
    unexplained = re.compile(r"#\s*(noqa(?!: [A-Z0-9, ]+ — \w)|type:\s*ignore(?!\[[a-z, -]+\]  # (— )?\w))")
    found = [
        f"{name_of(path)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if unexplained.search(line)
    ]
    assert found == []
