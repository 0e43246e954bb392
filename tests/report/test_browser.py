"""Reports in a real browser: no errors, no network, filters, themes, keyboard, phones, paper.

Which browser, and what happens without one: `helpers.browser`.
"""

import json

import polars as pl
import pytest
from axe_selenium_python import Axe
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from cakernel import open_sweep
from cakernel.recovery.policy import POLICY
from cakernel.recovery.terms import TERMS
from helpers import report_folders
from helpers.browser import need_browser, opened
from helpers.patience import SECONDS

need_browser()

PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
PHONE_WIDTHS = 500
KINDS = list(report_folders.FOLDERS)
# what draws data, rather than axes, legends and titles
MARKS = ".drawing .mark-symbol.role-mark path, .drawing .mark-line path"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


@pytest.fixture
def show(browser, reports):
    """Open the report of a kind of folder, on a screen or a phone, light or dark."""

    def call(kind, *, phone=False, dark=False, width=None):
        theme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": theme})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        if phone or width:
            screen = PHONE if phone else {"width": width, "height": 900, "deviceScaleFactor": 1}
            more = {} if phone else {"mobile": width < PHONE_WIDTHS}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen | more)
        browser.get(reports[kind].with_suffix(".html").as_uri())
        ready = "return document.documentElement.dataset.ready"
        WebDriverWait(browser, SECONDS).until(lambda driver: driver.execute_script(ready))
        return browser

    return call


def count(browser, selector):
    return browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])]"
        ".filter((element) => element.checkVisibility()).length",
        selector,
    )


def choose(browser, owner, name, value):
    Select(browser.find_element(By.ID, f"{owner}-{name}")).select_by_value(value)


def wait_for(browser, condition):
    WebDriverWait(browser, SECONDS, poll_frequency=0.05).until(lambda _: condition())


@pytest.mark.parametrize("kind", KINDS)
def test_opens_without_errors_and_without_network(show, kind):
    browser = show(kind)
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [
        event["params"]["request"]["url"]
        for event in sent
        # not what the browser asks for the page that it starts with
        if event["method"] == "Network.requestWillBeSent"
        and event["params"]["documentURL"].startswith("file:")
    ]
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert len([url for url in asked if url.startswith("file:")]) == 1
    pictures = browser.find_elements(By.CSS_SELECTOR, "figure.picture")
    # two choices beside what is there now are a table
    assert bool(pictures) == (kind != "ctip-government")
    for picture in pictures:
        assert picture.find_elements(By.CSS_SELECTOR, ".drawing svg")
        assert picture.find_elements(By.CSS_SELECTOR, ".drawing svg path")
    assert count(browser, MARKS) > 0 or not pictures


@pytest.mark.parametrize("kind", KINDS)
def test_fits_a_phone(show, kind):
    browser = show(kind, phone=True)
    widths = "return [document.documentElement.scrollWidth, window.innerWidth]"
    page, screen = browser.execute_script(widths)
    assert page <= screen == PHONE["width"]


OFF_SCREEN = """
return [...document.querySelectorAll("main :is(table, svg, p, dl, select)")]
  .filter((element) => element.checkVisibility())
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .map((element) => `${element.tagName} ${element.closest("[id]")?.id}`)
"""


@pytest.mark.parametrize(("width", "dark"), [(390, True), (800, False), (1440, False)])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_off_screen(show, kind, width, dark):
    browser = show(kind, width=width, dark=dark)
    browser.execute_script("document.querySelectorAll('details').forEach((e) => { e.open = true })")
    wait_for(browser, lambda: browser.execute_script(OFF_SCREEN) == [])


@pytest.mark.parametrize("kind", KINDS)
def test_small_pictures_are_not_blown_up_to_the_width_of_the_page(show, kind):
    browser = show(kind, width=1440)
    scales = browser.execute_script(
        "return [...document.querySelectorAll('.drawing svg')].map((svg) => "
        "svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"
    )
    assert all(scale < 1.26 for scale in scales)


def test_wide_tables_are_stacked_on_phones_with_their_heads(show):
    browser = show("ctip-solve", width=390)
    cells = browser.execute_script(
        "return [...document.querySelectorAll('#contracts-table-nash.table td, "
        "#contracts-table-nash td')].slice(0, 3).map((cell) => [cell.dataset.head, "
        "getComputedStyle(cell, '::before').content, cell.getAttribute('role')])"
    )
    heads = ["separate fixed orders", "fixed MOQ", "flexible MOQ"]
    assert cells == [[head, f'"{head}"', "cell"] for head in heads]
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE | {"width": 1440})
    wait_for(browser, lambda: count(browser, "table.stacked") == 0)


def test_a_choice_changes_the_picture_and_its_table(show):
    browser = show("reproduce")
    dots = "#agreement .mark-symbol.role-mark path"
    every = count(browser, dots)
    details = browser.find_element(By.CSS_SELECTOR, "#agreement details.numbers")
    details.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    rows = "#agreement details.numbers tbody tr"
    wait_for(browser, lambda: count(browser, rows) > 100)
    assert every == 2 * count(browser, rows)
    choose(browser, "agreement", "regime", "low")
    wait_for(browser, lambda: count(browser, dots) < every)
    kept = count(browser, dots)
    wait_for(browser, lambda: kept == 2 * count(browser, rows))
    cells = details.find_elements(By.CSS_SELECTOR, "tbody td:first-child")
    assert {cell.text for cell in cells} == {"low"}
    choose(browser, "agreement", "cyber_rule", "CRD-2")
    wait_for(browser, lambda: 0 < count(browser, dots) < kept)
    shown = browser.find_element(By.CSS_SELECTOR, "#agreement .shown").text
    assert shown.startswith(f"{count(browser, rows)} of ")


def test_a_choice_of_outcome(show):
    browser = show("sweep")
    line = browser.find_element(By.CSS_SELECTOR, "#axes .mark-line path")
    before = line.get_attribute("d")
    choose(browser, "axes", "outcome", "mean_x")
    path = "return document.querySelector('#axes .mark-line path').getAttribute('d')"
    wait_for(browser, lambda: browser.execute_script(path) != before)
    points = "#axes .mark-symbol.role-mark path"
    many = count(browser, points)
    choose(browser, "axes", "axis", "firms")
    wait_for(browser, lambda: 0 < count(browser, points) < many)


def test_sliders_snap_to_the_points_of_a_sweep(show, reports):
    browser = show("sweep")
    sliders = browser.find_elements(By.CSS_SELECTOR, "#explorer input[type=range]")
    rows = open_sweep(reports["sweep"]).joined().collect()
    levels = [rows[axis].unique().sort().to_list() for axis in ("supply_mild", "firms")]
    move = (
        "arguments[0].value = arguments[1];"
        "arguments[0].dispatchEvent(new Event('input', {bubbles: true}))"
    )
    seen = set()
    for place, risk in enumerate(json.loads(sliders[0].get_attribute("data-levels"))):
        browser.execute_script(move, sliders[0], place)
        for number, firms in enumerate(levels[1]):
            browser.execute_script(move, sliders[1], number)
            told = browser.find_element(By.CSS_SELECTOR, "#explorer .told").text
            share = float(risk.rstrip("%")) / 100
            its = rows.filter(
                (pl.col("supply_mild") - share).abs() < 1e-9, pl.col("firms") == firms
            )
            if its.is_empty():
                assert "nothing at this point" in told
                continue
            best = its.sort("mean_resources").row(-1, named=True)
            name = " ".join(best[key] for key in ("supply_rule", "cyber_rule", "principle"))
            assert told.startswith(f"{name}, {TERMS.policy(best, POLICY)}, is highest here")
            shown = float(told.split("R at the end ")[1].split(" ")[0])
            assert abs(shown - best["mean_resources"]) < 0.02 * abs(best["mean_resources"])
            seen.add(told)
    assert len(seen) > 2
    assert sliders[0].get_attribute("aria-valuetext").endswith("%")


def test_a_choice_hides_rows_of_tables(show):
    browser = show("reproduce")
    rows = "#tables-choice ~ section.part tbody tr"
    every = count(browser, rows)
    choose(browser, "tables-choice", "regime", "base")
    one = count(browser, rows)
    assert 0 < one < every
    assert not browser.find_element(By.ID, "table-low").is_displayed()
    choose(browser, "tables-choice", "cyber_rule", "CRD-0")
    # a heading and one row: the rule is not printed
    assert count(browser, rows) == 2
    choose(browser, "tables-choice", "cyber_rule", "")
    choose(browser, "tables-choice", "regime", "")
    assert count(browser, rows) == every


def test_verdicts_are_chosen(show):
    browser = show("claims")
    marks = "#verdicts .mark-symbol.role-mark path"
    assert count(browser, marks) == 4
    for verdict in ("holds", "depends", "fails"):
        listed = count(browser, f"td.verdict.{verdict}")
        choose(browser, "verdicts", "verdict", verdict)
        wait_for(browser, lambda listed=listed: count(browser, marks) == listed)


def test_claims_on_coopetition_are_chosen(show):
    browser = show("ctip-claims")
    marks = "#shares .mark-symbol.role-mark path"
    every = count(browser, marks)
    listed = count(browser, "#claims-table-nash tbody:not(.group) tr")
    assert every == listed > 31
    choose(browser, "shares", "group", "b")
    wait_for(browser, lambda: count(browser, marks) == 9)
    rows = "#claims ~ section.part tbody tr"
    planner = count(browser, "#claims-table-planner tbody tr")
    # headings of groups are rows, too
    assert count(browser, rows) == listed + 5 + planner
    choose(browser, "claims-choice", "regime", "planner")
    choose(browser, "claims-choice", "group", "a")
    assert count(browser, rows) == 3 + 1
    assert not browser.find_element(By.ID, "claims-table-nash").is_displayed()
    heights = "return [...document.querySelectorAll('#differences .mark-rect path')]" + (
        ".map((bar) => bar.getAttribute('d')).join()"
    )
    before = browser.execute_script(heights)
    choose(browser, "differences", "claim", "d-total")
    wait_for(browser, lambda: browser.execute_script(heights) != before)


def test_a_sweep_of_coopetition_is_chosen_from(show):
    browser = show("ctip-sweep")
    points = "#axes .mark-symbol.role-mark path"
    # three levels, three contracts
    assert count(browser, points) == 9
    path = "return document.querySelector('#axes .mark-line path').getAttribute('d')"
    before = browser.execute_script(path)
    choose(browser, "axes", "outcome", "total_investment")
    wait_for(browser, lambda: browser.execute_script(path) != before)
    choose(browser, "axes", "contract", "flexible-moq")
    wait_for(browser, lambda: count(browser, points) == 3)
    choose(browser, "axes", "axis", "sharing_level")
    # theta lambda = 1 is not unique, theta lambda = 0.5 is
    wait_for(browser, lambda: count(browser, points) == 2)
    choose(browser, "axes", "equilibria", "the only one found")
    wait_for(browser, lambda: count(browser, points) == 1)


def test_welfare_is_shown_as_differences(show):
    browser = show("ctip-solve")
    points = "#welfare .mark-symbol.role-mark path"
    assert count(browser, points) == 9
    choose(browser, "welfare", "regime", "joint")
    wait_for(browser, lambda: count(browser, points) == 3)
    bar = "return document.querySelector('#welfare .mark-rect path').getAttribute('d')"
    before = browser.execute_script(bar)
    choose(browser, "welfare", "shown", "difference")
    wait_for(browser, lambda: browser.execute_script(bar) != before)
    assert count(browser, points) == 3


def test_themes(show):
    browser = show("run")
    colours = (
        "const of = (element) => getComputedStyle(element);"
        "return [of(document.body).backgroundColor, of(document.body).color,"
        " of(document.querySelector('.drawing svg')).backgroundColor,"
        " of(document.querySelector('.drawing svg text')).fill]"
    )
    light = browser.execute_script(colours)
    browser.find_element(By.ID, "theme").click()
    dark = browser.execute_script(colours)
    assert all(before != after for before, after in zip(light, dark, strict=True))
    assert browser.find_element(By.ID, "theme").get_attribute("aria-pressed") == "true"
    browser.find_element(By.ID, "theme").click()
    assert browser.execute_script(colours) == light
    assert show("run", dark=True).execute_script(colours) == dark


def test_the_keyboard_reaches_everything(show):
    browser = show("run")
    seen = []
    # selenium's own element: nothing is clicked before
    for _ in range(60):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        element = browser.switch_to.active_element
        name = element.get_attribute("id") or element.get_attribute("class") or element.tag_name
        if name == "theme":
            width = "return parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
            assert browser.execute_script(width) >= 2
        seen.append(name)
        if element.tag_name == "body":
            break
    assert seen[0] == "skip"
    assert {"theme", "ranking-outcome", "ranking-supply_rule", "scroll", "summary"} <= set(seen)
    show("run").switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "content"


def test_paper(show):
    browser = show("reproduce", dark=True)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    style = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    assert browser.execute_script(style, "body", "backgroundColor") == "rgb(255, 255, 255)"
    assert browser.execute_script(style, "nav", "display") == "none"
    assert browser.execute_script(style, ".choices", "display") == "none"
    for box in ("innerWidth", "document.documentElement.scrollWidth"):
        assert browser.execute_script(f"return {box}") > 0
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert len(printed["data"]) > 50_000
    assert count(browser, "details.origins[open]") == 0


@pytest.mark.parametrize(("kind", "dark"), [*((kind, False) for kind in KINDS), ("best", True)])
def test_accessible(show, kind, dark):
    browser = show(kind, dark=dark)
    axe = Axe(browser)
    axe.inject()
    found = browser.execute_async_script("axe.run(document).then(arguments[0])")
    told = [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found["violations"]]
    assert told == []
    assert len(found["passes"]) > 10
