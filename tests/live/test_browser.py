"""The live page in a real browser, served by the command line as a user would.

Which browser, and what happens without one: `helpers.browser`.
"""

import json
import re
import signal
import subprocess
import sys
import tomllib

import pytest
from axe_selenium_python import Axe
from selenium.webdriver.support.ui import WebDriverWait

import cakernel
from cakernel.recovery.terms import settings_in_words
from helpers.browser import need_browser, opened
from helpers.patience import SECONDS

pytest.importorskip("panel")
need_browser()
# from here on kernels are run by hundreds of replications
pytestmark = pytest.mark.compiled

# parts of the page stand in shadow roots, one within the other
DEEP = """
const deep = (selector, root = document) => {
  const found = [...root.querySelectorAll(selector)];
  for (const element of root.querySelectorAll("*")) {
    if (element.shadowRoot) found.push(...deep(selector, element.shadowRoot));
  }
  return found;
};
const texts = (selector) => deep(selector).filter((e) => e.checkVisibility())
  .map((e) => e.textContent.trim());
const button = (text) => deep("button").find((e) => e.textContent.includes(text));
"""


@pytest.fixture(scope="module")
def address():
    """Serve the page; end it by Ctrl-C, which takes less than it did to begin."""
    command = [sys.executable, "-m", "cakernel", "explore", "--seed", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield re.search(r"http://\S+", process.stdout.readline()).group()
        finally:
            process.send_signal(signal.SIGINT)
            told = process.stdout.read()
    assert told == "the live page is closed\n"
    assert process.returncode == 130


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


def run(browser, script, *arguments):
    return browser.execute_script(DEEP + script, *arguments)


def wait_for(browser, condition):
    return WebDriverWait(browser, SECONDS, poll_frequency=0.05).until(lambda _: condition())


def texts(browser, selector):
    return run(browser, "return texts(arguments[0])", selector)


def status(browser):
    return " ".join(texts(browser, "[role=status]"))


def is_final(browser):
    return "more to come" not in status(browser) and "replications" in status(browser)


@pytest.fixture
def page(browser, address):
    """Open the page with a query, at a width, and wait for an answer."""

    def call(query="", *, width=1440, answered=True):
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        browser.get(address + (f"&{query}" if query else ""))
        if answered:
            wait_for(browser, lambda: is_final(browser))
        return browser

    return call


def type_in(browser, label, value):
    """Type a value into the field of a label, as of a person who leaves it with Enter."""
    run(
        browser,
        """
        const [label, value] = arguments;
        const slider = deep(".bk-input-group, .bk-panel-models-layout-Column, div")
          .filter((e) => e.shadowRoot && deep("input[type=text]", e.shadowRoot).length === 1)
          .filter((e) => deep("label, .bk-slider-title, div, span", e.shadowRoot)
            .some((t) => t.textContent.trim().startsWith(label)))
          .at(-1);
        const input = deep("input[type=text]", slider.shadowRoot)[0];
        input.focus();
        input.value = value;
        for (const kind of ["input", "change"]) {
          input.dispatchEvent(new Event(kind, {bubbles: true}));
        }
        input.blur();
        """,
        label,
        value,
    )


def test_numbers_are_those_of_simulate(page):
    browser = page("firms=3&periods=30&supply_rules=SRD-1,SRD-5&cyber_rules=CRD-5&seed=9")
    simulated = cakernel.simulate(
        cakernel.Model(firms=3, periods=30),
        policies=cakernel.policies(supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-5"]),
        scenarios=cakernel.paper_scenarios()[:1],
        replications=1024,
        seed=9,
    ).sort("mean_resources", descending=True)
    run(browser, "deep('details').forEach((e) => { e.open = true; })")
    rows = run(
        browser,
        "return deep('tbody tr').map((row) => [...row.cells].map((cell) => cell.textContent))",
    )
    assert len(rows) == simulated.height == 4
    for shown, row in zip(rows, simulated.iter_rows(named=True), strict=True):
        assert shown[0] == f"{row['supply_rule']} {row['cyber_rule']} {row['principle']}"
        decimals = len(shown[1].partition(".")[2])
        assert shown[1] == f"{row['mean_resources']:.{decimals}f}"
        assert shown[2] == f"{row['se_resources']:.{decimals}f}"


def test_loads_nothing_from_elsewhere_and_says_no_error(page):
    browser = page()
    levels = {entry["level"] for entry in browser.get_log("browser")}
    assert "SEVERE" not in levels
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [
        event["params"]["request"]["url"]
        for event in sent
        if event["method"] == "Network.requestWillBeSent"
    ]
    own = re.match(r"http://[^/]+/", browser.current_url).group()
    foreign = [url for url in asked if not url.startswith((own, f"blob:{own}", "data:", "chrome"))]
    assert foreign == []
    assert len(asked) > 5
    # the token is no longer in the address
    assert "token" not in browser.current_url


def test_a_field_that_moves_gives_a_new_answer_and_address(page):
    browser = page()
    before = texts(browser, "dd")
    type_in(browser, "severe supply", "0.2")
    wait_for(browser, lambda: texts(browser, "dd") != before and is_final(browser))
    wait_for(browser, lambda: browser.current_url.endswith("?supply_severe=0.2&seed=3"))
    assert "20% severe" in " ".join(texts(browser, "p"))


def test_the_address_holds_the_setting(page):
    browser = page("firms=8&recovery=when-hit&amounts=own&operational_cost_01=2.5")
    model = cakernel.Model(firms=8, recovery="when-hit")
    assert settings_in_words(model) in texts(browser, "p")
    code = " ".join(run(browser, "return deep('pre').map((e) => e.textContent)"))
    assert "firms=8,\n    recovery='when-hit'" in code
    assert "operational_cost=(2.5, 5.0, 9.0)" in code


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("firms=0", "firms: got 0; must be a whole number from 1 to 1,048,576."),
        ("firms=many", "firms: got 'many'; must be a whole number."),
        ("firm=3", "address: firm: unknown key; did you mean firms?."),
        ("supply_severe=0.9&supply_mild=0.3", "supply_severe + supply_mild: got 0.9 + 0.3 = 1.2"),
        ("firms=%3Cscript%3Edeep()%3C/script%3E", "firms: got '<script>deep()</script>'; must"),
    ],
)
def test_a_bad_value_is_a_line_on_the_page(page, query, line):
    browser = page(query, answered=False)
    wait_for(browser, lambda: any(line in text for text in texts(browser, "[role=alert]")))
    assert run(browser, "return deep('[role=alert] script').length") == 0


def test_a_bad_value_in_a_field_goes_when_it_is_mended(page):
    browser = page()
    type_in(browser, "severe supply", "0.95")
    wait_for(browser, lambda: "must be at most 1" in " ".join(texts(browser, "[role=alert]")))
    assert "setting before" in " ".join(texts(browser, "p"))
    type_in(browser, "severe supply", "0.05")
    wait_for(browser, lambda: not texts(browser, "[role=alert]") and is_final(browser))


def test_an_answer_is_frozen_beside_the_next(page):
    browser = page("firms=3&periods=30")
    run(browser, "button('Freeze').click()")
    wait_for(browser, lambda: texts(browser, "h2").count("Frozen") == 1)
    # the words of the state come first: the answer below may be the one before for a moment
    wait_for(
        browser, lambda: len(texts(browser, "dl")) == 2 and len(set(texts(browser, "dl"))) == 1
    )
    first = texts(browser, "dl")
    type_in(browser, "firms in a chain", "6")
    wait_for(browser, lambda: texts(browser, "dl")[1] != first[0] and is_final(browser))
    assert texts(browser, "dl")[0] == first[0]
    assert any(re.match("The best mean: .* frozen, .* now", text) for text in texts(browser, "p"))
    run(browser, "button('Let the frozen').click()")
    wait_for(browser, lambda: len(texts(browser, "dl")) == 1)


def test_the_film_steps_and_plays(page):
    browser = page("firms=3&periods=30")

    def day():
        words = run(browser, "return texts('.bk-slider-title').find((t) => t.startsWith('day'))")
        return int(words.removeprefix("day: "))

    assert day() == 1
    run(browser, "deep('button').find((e) => e.textContent.trim() === 'Step').click()")
    wait_for(browser, lambda: day() == 2)
    run(browser, "button('Step back').click()")
    wait_for(browser, lambda: day() == 1)
    run(browser, "button('Play').click()")
    wait_for(browser, lambda: day() > 4)
    run(browser, "button('Pause').click()")
    wait_for(browser, lambda: run(browser, "return !!button('Play')"))
    assert 4 < day() < 30
    # to the end, and from the start again
    run(browser, "button('Play').click()")
    wait_for(browser, lambda: day() == 30 and run(browser, "return !!button('Play')"))
    run(browser, "button('Play').click()")
    wait_for(browser, lambda: day() < 10)
    run(browser, "button('Pause').click()")


def test_readers_of_screens_are_served(page):
    browser = page("firms=3&periods=30")
    axe = Axe(browser)
    axe.inject()
    found = browser.execute_async_script("axe.run(document).then(arguments[0])")
    told = [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found["violations"]]
    assert told == []


def test_files_are_taken_along(page, tmp_path):
    browser = page("firms=3&periods=30&supply_rules=SRD-1,SRD-5&cyber_rules=CRD-5")
    browser.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    run(browser, "deep('.card-title, h3, button').filter((e) => e.textContent.includes('Take'))"
                 ".forEach((e) => e.click())")  # fmt: skip
    for name in ("scenario.toml", "explored.py"):
        wait_for(browser, lambda name=name: run(
            browser, "return !!deep('a').find((e) => e.textContent.includes(arguments[0]))", name
        ))  # fmt: skip
        run(browser, "deep('a').find((e) => e.textContent.includes(arguments[0])).click()", name)
        wait_for(browser, lambda name=name: (tmp_path / name).exists())
    described = tomllib.loads((tmp_path / "scenario.toml").read_text())
    assert described["model"]["firms"] == 3
    assert described["simulation"] == {"replications": 1024, "seed": 1}
    compile((tmp_path / "explored.py").read_text(), "explored.py", "exec")


@pytest.mark.parametrize("width", [390, 800, 1440])
def test_fits_the_screen(page, width):
    browser = page("firms=3&periods=30", width=width)
    widths = "return [document.documentElement.scrollWidth, window.innerWidth]"
    page_width, screen = browser.execute_script(widths)
    assert page_width <= screen == width


def test_the_newest_setting_wins(page):
    browser = page()
    for risk in range(1, 20):
        type_in(browser, "mild supply", str(risk / 100))
    wait_for(browser, lambda: is_final(browser) and "19% mild" in " ".join(texts(browser, "p")))


def test_what_comes_while_the_page_loads_is_drawn_and_can_be_frozen(page):
    # the server's first page is answered while it loads; figures that came later were lost
    browser = page("firms=7&periods=20&seed=5")
    wait_for(browser, lambda: "Over time" in texts(browser, "h2"))
    drawn = "return deep('.bk-Figure').filter((e) => e.checkVisibility()).length"
    wait_for(browser, lambda: run(browser, drawn) == 5)
    run(browser, "button('Freeze').click()")
    wait_for(browser, lambda: run(browser, drawn) == 10)
    assert texts(browser, "h2").count("Frozen") == 1
    unknown = [e["message"] for e in browser.get_log("browser") if "isn't known" in e["message"]]
    assert unknown == []


def test_the_page_is_dark_where_the_system_is(page):
    browser = page("firms=7&periods=20&seed=5")
    filtered = "return getComputedStyle(document.documentElement).filter"
    for theme, expected in (("light", "none"), ("dark", "invert(0.91) hue-rotate(180deg)")):
        feature = {"name": "prefers-color-scheme", "value": theme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        wait_for(browser, lambda expected=expected: run(browser, filtered) == expected)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
