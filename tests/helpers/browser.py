"""A real browser without a window: Debian's packages chromium and chromium-driver.

Tests that ask for it are skipped where it is missing, but fail where the environment says CI,
unless it says CAKERNEL_NO_BROWSER: none could be installed.
"""

import os
import shutil
from contextlib import contextmanager

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from helpers.patience import SECONDS

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def need_browser():
    """Skip, or fail, the tests of a module where there is no browser."""
    if CHROMIUM and DRIVER:
        return
    words = "needs Debian's packages chromium and chromium-driver"
    if os.environ.get("CI") and not os.environ.get("CAKERNEL_NO_BROWSER"):
        pytest.fail(words, pytrace=False)
    pytest.skip(words, allow_module_level=True)


@contextmanager
def opened(folder):
    """Give a browser with a profile and downloads in a folder."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={folder / 'profile'}")
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(folder / "downloads")}
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.command_executor.client_config.timeout = SECONDS
    driver.set_script_timeout(SECONDS)
    try:
        yield driver
    finally:
        driver.quit()
