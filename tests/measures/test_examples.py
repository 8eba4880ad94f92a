"""The worked example of every measure is true."""

import doctest
import importlib
import pkgutil

import pytest

import slipwatch.measures
import slipwatch.store.suites

MODULES = [f"slipwatch.measures.{module.name}" for module in pkgutil.iter_modules(slipwatch.measures.__path__)]


@pytest.mark.parametrize("name", [*MODULES, "slipwatch.store.suites"])
def test_worked_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_measures_of_numbers_have_worked_examples():
    tried = {name: doctest.testmod(importlib.import_module(name)).attempted for name in MODULES}

    assert all(tried[f"slipwatch.measures.{name}"] for name in ("workdays", "booking", "promises", "rows", "naming"))
