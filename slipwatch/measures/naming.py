"""Names of things inside a text: which items a change request speaks of."""

from __future__ import annotations

import pandas as pd

SEPARATORS = r"[,;\n]"


def explode_items(requests: pd.DataFrame) -> pd.DataFrame:
    """Change requests with one row for each item they name: column `item`, stripped and case-folded.

    >>> explode_items(pd.DataFrame({"label": ["CR-1"], "items": ["REQ-1, Req-2"]}))["item"].to_list()
    ['req-1', 'req-2']
    """
    named = requests[requests["items"].notna()]
    pieces = named["items"].astype(str).str.split(SEPARATORS, regex=True)
    rows = named.assign(item=pieces).explode("item")
    items = rows["item"].astype(str).str.strip().str.casefold()
    return rows.assign(item=items)[items.ne("")]


def bind_items(requests: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Every (request, subject) pair where the request names the subject: the requests' columns and `subject`.

    `names` has the columns `subject`, `name` and `project`. Two projects may use the same name: a request of a known
    project speaks of its own project's things only.
    """
    known = names.assign(item=names["name"].astype(str).str.strip().str.casefold())
    known = known[["item", "subject", "project"]].drop_duplicates()
    told = explode_items(requests).drop(columns="subject", errors="ignore")
    pairs = told.merge(known, on="item", suffixes=("", "_named"))
    same = pairs["project"].isna() | pairs["project_named"].isna() | pairs["project"].eq(pairs["project_named"])
    return pairs[same.astype(bool)].drop(columns="project_named")
