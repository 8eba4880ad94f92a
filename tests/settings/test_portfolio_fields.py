"""Whatever the model lets the PMO declare can be written in portfolio.yaml, and nothing else."""

from dataclasses import fields

import pytest

from slipwatch.model import portfolio as model
from slipwatch.settings import portfolio as settings

PAIRS = [
    (settings.Project, model.Project),
    (settings.Site, model.Site),
    (settings.Milestone, model.Milestone),
    (settings.Supplier, model.SupplierProfile),
    (settings.Role, model.Role),
    (settings.Committee, model.Committee),
]


@pytest.mark.parametrize(("written", "declared"), PAIRS)
def test_fields_are_the_same_apart_from_the_key(written, declared):
    assert {*written.model_fields, "key"} == {field.name for field in fields(declared)}


@pytest.mark.parametrize(("written", "declared"), PAIRS)
def test_defaults_are_the_same(written, declared):
    for field in fields(declared):
        default = written.model_fields[field.name].default if field.name in written.model_fields else None
        if isinstance(field.default, (str, bool, int, type(None))) and field.name in written.model_fields:
            assert default == field.default, field.name
