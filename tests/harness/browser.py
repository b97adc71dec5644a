"""What does a page do when it is alone with this machine, and what does it complain about?"""

import os
import re
import shutil
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Page,
    Request,
    Route,
    ViewportSize,
    WebSocket,
    sync_playwright,
)

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome")
VIEWPORT = ViewportSize(width=1280, height=900)
PATIENCE_MS = 60_000

# Playwright gives every launch a user data directory of its own and refuses ours.
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Even what escapes the interception below finds no address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

# What never leaves the machine; the driver compares, so these requests cost no round trip here.
_LOCAL = r"(?:https?|wss?)://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:/|$)"
LOOPBACK_ONLY = re.compile(rf"^(?!{_LOCAL}|(?:data|blob|about):)", re.IGNORECASE)

# A browser asks for this icon by itself; a page that has none has done nothing wrong.
_HARMLESS = ("/favicon.ico",)


class BrowserMissingError(RuntimeError):
    """No Chromium on this machine; the message names what to install."""


def find_browser() -> str:
    """The path of the first browser found by one of its usual names."""
    found = next(filter(None, map(shutil.which, BROWSER_NAMES)), None)
    if found is None:
        raise BrowserMissingError(
            f"No browser found: install Chromium, so that one of {', '.join(BROWSER_NAMES)} "
            "is on the PATH (on Debian: apt-get install chromium)."
        )
    return found


def browser_is_required() -> bool:
    """True where a missing browser is a failure and not a reason to skip."""
    return any(
        os.environ.get(name, "").lower() not in ("", "0", "false")
        for name in ("CI", "AGENTLENS_REQUIRE_BROWSER")
    )


class Browser:
    """One headless Chromium; each `probe` in it is a fresh profile."""

    def __init__(self) -> None:
        path = find_browser()
        self._playwright = sync_playwright().start()
        try:
            self._browser = self._playwright.chromium.launch(
                executable_path=path, headless=True, args=_FLAGS
            )
        except Error:
            self._playwright.stop()
            raise

    def probe(
        self,
        *,
        dark: bool = False,
        viewport: ViewportSize = VIEWPORT,
        blocked: re.Pattern[str] = LOOPBACK_ONLY,
    ) -> "Probe":
        """A new page that blocks and lists every request whose address matches `blocked`."""
        context = self._browser.new_context(
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            # A service worker would answer requests where nobody can see them.
            service_workers="block",
        )
        return Probe(context, blocked)

    def close(self) -> None:
        """End the browser and its driver."""
        self._browser.close()
        self._playwright.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Probe:
    """A page under observation: `page` is Playwright's, `external` what it tried to reach."""

    def __init__(self, context: BrowserContext, blocked: re.Pattern[str]) -> None:
        self.external: list[str] = []
        self._complaints: list[str] = []
        self._context = context
        self._blocked = blocked
        context.set_default_timeout(PATIENCE_MS)
        context.route(blocked, self._block)
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complaints.append(f"uncaught: {error}"))
        self.page.on("requestfailed", self._notice)
        self.page.on("websocket", self._check_socket)

    def js_errors(self) -> list[str]:
        """The console errors and uncaught exceptions so far, without the harmless ones."""
        return [
            complaint
            for complaint in self._complaints
            if not any(name in complaint for name in _HARMLESS)
        ]

    def refuse_dialogs(self) -> list[str]:
        """Dismiss every dialog from now on; the list returned grows by what each one says."""
        said: list[str] = []

        def refuse(dialog: Dialog) -> None:
            said.append(dialog.message)
            dialog.dismiss()

        self.page.on("dialog", refuse)
        return said

    def ask(self, function: str, argument: object = None, *, patience_ms: int = PATIENCE_MS) -> Any:
        """What an asynchronous JavaScript function answers, within the page's patience.

        Playwright itself waits for a promise without end.
        """
        return self.page.evaluate(
            f"""async (argument) => {{
                let timer;
                const limit = new Promise((_, fail) => {{
                    timer = setTimeout(() => fail(new Error("no answer")), {patience_ms});
                }});
                try {{
                    return await Promise.race([({function})(argument), limit]);
                }} finally {{
                    clearTimeout(timer);
                }}
            }}""",
            argument,
        )

    def screenshot(self, path: Path, *, full: bool = False) -> Path:
        """Write a PNG of the viewport, or of the full page, and return its path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=full, animations="disabled")
        return path

    def forget(self) -> None:
        """Begin a new list of complaints and of addresses."""
        self._complaints.clear()
        self.external.clear()

    def close(self) -> None:
        """Leave the page and forget its profile."""
        self._context.close()

    def _block(self, route: Route) -> None:
        self._list(route.request.url)
        route.abort("blockedbyclient")

    def _notice(self, request: Request) -> None:
        # A request refused before it could be routed was still a wish to leave the machine.
        if self._blocked.search(request.url):
            self._list(request.url)

    def _check_socket(self, socket: WebSocket) -> None:
        if self._blocked.search(socket.url):
            self._list(socket.url)

    def _list(self, url: str) -> None:
        if url not in self.external:
            self.external.append(url)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complaints.append(f"{message.text} ({message.location['url']})")
