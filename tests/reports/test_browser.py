"""The report in a browser: nothing sticks out on a phone, every chart is there once."""

import html
import json
import re

import pytest

from slipwatch.reports import render_report
from tests.reports import story

PROBE = """<!DOCTYPE html><body style="margin:0"><iframe id="page" style="width:{width}px;height:900px;border:0"
srcdoc="{page}"></iframe><pre id="found"></pre><script>
document.getElementById("page").onload = function () {{
  const inside = this.contentDocument, root = inside.documentElement;
  const isShown = element => element.getBoundingClientRect().height > 0;
  const shown = selector => [...inside.querySelectorAll(selector)].filter(isShown).length;
  document.getElementById("found").textContent = JSON.stringify({{
    width: root.scrollWidth, wide: shown(".wide svg"), narrow: shown(".narrow svg"), heads: shown(".grid thead th")
  }});
}};
</script></body>"""


def measure(browser, tmp_path, width, language):
    page = render_report(story.tell_story(story.JUNE), story.open_catalogue(), language)
    probe = tmp_path / "probe.html"
    probe.write_text(PROBE.format(width=width, page=html.escape(page, quote=True)), encoding="utf-8")
    found = re.search(r'<pre id="found">(.*?)</pre>', browser.read_page(probe.as_uri()))
    return json.loads(html.unescape(found.group(1)))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_phone_of_360_pixels_shows_cards_and_narrow_charts_without_scrolling_sideways(browser, tmp_path, language):
    found = measure(browser, tmp_path, 360, language)

    assert found["width"] == 360
    assert (found["wide"], found["narrow"]) == (0, 3)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_desk_shows_tables_and_wide_charts(browser, tmp_path, language):
    found = measure(browser, tmp_path, 1180, language)

    assert found["width"] == 1180
    assert (found["wide"], found["narrow"]) == (3, 0)
    assert found["heads"] > 40


def test_paper_starts_each_project_on_a_new_sheet(browser, tmp_path):
    page = tmp_path / "report.html"
    page.write_text(render_report(story.tell_story(story.JUNE), story.open_catalogue(), "en"), encoding="utf-8")
    browser.run("--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'report.pdf'}", page.as_uri())
    pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "report.pdf").read_bytes()))

    assert 8 <= pages <= 16
