"""The mail in a browser: one column of 600 px on a desk, nothing that sticks out on a phone."""

import json
import re
from email import message_from_bytes, policy

import pytest

from tests.alerts.golden import write_mails

PROBE = """
<script>
  const all = [...document.querySelectorAll("*")];
  const found = document.createElement("pre");
  found.id = "found";
  found.textContent = JSON.stringify({
    window: document.documentElement.clientWidth,
    right: Math.max(...all.map(each => each.getBoundingClientRect().right)),
    page: (document.querySelector(".page") || document.body).getBoundingClientRect().width,
    buttons: [...document.querySelectorAll("table.button a")].map(each => each.getBoundingClientRect().height),
    loaded: performance.getEntriesByType("resource").map(each => each.name),
  });
  document.body.append(found);
</script>
"""


def measure(browser, tmp_path, name, width):
    """Sizes of the mail's HTML in an inner window of `width`: Chromium's own is never narrower than 500 px."""
    html = message_from_bytes(write_mails()[name], policy=policy.default).get_body(("html",)).get_content()
    (tmp_path / "mail.html").write_text(html.replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    frame = (
        f'<iframe id="mail" src="mail.html" width="{width}" height="3000" style="border:0"></iframe>'
        "<pre id='out'></pre><script>addEventListener('load', () => {"
        "document.getElementById('out').textContent = "
        "document.getElementById('mail').contentDocument.getElementById('found').textContent})</script>"
    )
    (tmp_path / "frame.html").write_text(frame, encoding="utf-8")
    browser_page = browser.run(
        "--allow-file-access-from-files",
        "--virtual-time-budget=10000",
        "--dump-dom",
        (tmp_path / "frame.html").as_uri(),
    )
    return json.loads(re.search(r'<pre id="out">(.*?)</pre>', browser_page)[1])


@pytest.mark.parametrize("name", ["april_fr", "first_load_fr"])
@pytest.mark.parametrize("width", [360, 800])
def test_mail_fits_its_window_and_its_column(browser, tmp_path, name, width):
    found = measure(browser, tmp_path, name, width)

    assert found["window"] == width
    assert found["right"] <= width
    assert found["page"] <= 602, "600 px and a line on either side"
    assert found["loaded"] == []
    assert all(height >= 44 for height in found["buttons"]), "a thumb can hit them"
