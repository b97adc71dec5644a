"""What does a live view show and say, with its real Python behind it and no notebook around it?"""

import base64
import json
import time
from pathlib import Path
from typing import Any, Self

from agentlens.widgets.live.live import Live
from tests.harness.browser import Browser
from tests.harness.plot import Plot, drawn_plots
from tests.harness.stage import Stages

_SCRIPT = Path(__file__).with_name("widgetpage.js").read_text(encoding="utf-8")
_HOSTS = {
    "plain": "",
    "lab": 'data-jp-theme-light="true" data-jp-theme-name="JupyterLab Light"',
    "vscode": 'data-vscode-theme-kind="vscode-light"',
}


class WidgetPage:
    """A view in a blank page. Messages wait until `pump` carries them, so that nothing is a race.

    Args:
        live: the widget, as a cell would return it.
        browser: where to open it.
        dark: whether the reader prefers dark colours.
        host: whose marks the page bears: "plain", "lab" or "vscode".
        width: of the place that the view is given, in pixels.
        still: whether the view stands on a page without a kernel.
        silent: whether the kernel answers nothing from the beginning.
        clock: whether the page has a clock of its own: `page.clock.fast_forward(seconds * 1000)`.
        stages: the pages on which one view follows the other, to use one of them. On a page of
            its own a view has to ask for plotly.js; one with a clock always has its own.
    """

    def __init__(
        self,
        live: Live,
        browser: Browser,
        *,
        dark: bool = False,
        host: str = "plain",
        width: int = 1000,
        still: bool = False,
        silent: bool = False,
        clock: bool = False,
        stages: Stages | None = None,
    ) -> None:
        self.live = live
        self.silent = silent
        self.sent: list[dict[str, Any]] = []
        self._out: list[tuple[dict[str, Any], list[bytes]]] = []
        live.send = self._take
        live.send_state = self._resend
        live.observe(lambda _: self._resend(), names=["state", "data"])
        body = _HOSTS[host].replace("light", "dark") if dark and host == "vscode" else _HOSTS[host]
        if dark and host == "lab":
            body = body.replace('light="true"', 'light="false"')
        content = (
            '<!doctype html><html lang="en"><head><title>view</title></head>'
            f'<body {body} style="margin:0"><div id="place" style="width:{width}px"></div></body></html>'
        )
        self._stages = None if clock else stages
        self.probe = (
            self._stages.take(content, dark=dark) if self._stages else browser.probe(dark=dark)
        )
        self.page = self.probe.page
        if clock:
            self.page.clock.install()
        if self._stages is None:
            self.page.set_content(content)
        self.page.evaluate(
            f"(given) => {{ window.harness = ({_SCRIPT.rstrip()}); return harness.open(given); }}",
            {**live.bundle(), "still": still},
        )
        self._resent = False
        self.pump()

    def pump(self) -> list[dict[str, Any]]:
        """Carry what waits, both ways, until nothing does; return what the view said."""
        said: list[dict[str, Any]] = []
        while True:
            heard = self.page.evaluate("harness.taken()")
            said += heard
            self.sent += heard
            if not self.silent:
                for content in heard:
                    self.live._hear(None, content, [])
            if self._deliver() or heard:
                continue
            return said

    def wait(self, expression: str, argument: object = None, *, seconds: float = 15) -> Any:
        """What a JavaScript expression gives once that is true; messages are carried meanwhile.

        Args:
            expression: may use `argument`, and `root` for the view's own element.
            argument: what it is called with.
            seconds: how long to wait.
        """
        until = time.monotonic() + seconds
        while True:
            self.pump()
            # What is asked of an element that is not there yet is not true yet.
            found, thrown = self.page.evaluate(
                f"async (argument) => {{ const root = document.querySelector('.al-live');"
                f" try {{ return [await ({expression}), '']; }}"
                " catch (error) { return [null, String(error)]; } }",
                argument,
            )
            if found:
                return found
            if time.monotonic() > until:
                text = self.page.evaluate("document.body.innerText")
                raise AssertionError(
                    f"Not within {seconds:g} s: {expression}\nThe page says: {text[:1500]}\n"
                    f"Errors: {thrown} {self.probe.js_errors()} {self.live.error!r}"
                )
            self.page.wait_for_timeout(20)  # lets the page work; nothing is assumed of how long

    def drawn(self, wait: int = 1) -> list[Plot]:
        """The figures of the view, once so many are there and all are drawn in their last state."""
        self.wait("document.querySelectorAll('.js-plotly-plot').length >= argument", wait)
        return list(drawn_plots(self.probe, wait))

    def receive(self, content: dict[str, Any], *buffers: bytes) -> None:
        """Give the view a message as if Python had sent it."""
        self._out.append((content, list(buffers)))
        self._deliver()

    def theme(self, *, dark: bool) -> None:
        """Change the theme of the page as its host would."""
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.evaluate("(dark) => harness.theme(dark)", dark)

    def size(self, width: int) -> None:
        """Give the view another width."""
        self.page.evaluate("(width) => { place.style.width = `${width}px`; }", width)

    def again(self) -> None:
        """Show the same view a second time below the first, as `display` would."""
        self.page.evaluate("harness.show()")

    def leave(self) -> list[str]:
        """Take the view off the page, and name the listeners and observers that it left behind."""
        left: list[str] = self.page.evaluate("harness.leave()")
        return left

    def traffic(self) -> str:
        """All that ever reached the browser: states and messages, as text."""
        text: str = self.page.evaluate("harness.traffic.join('\\n')")
        return text

    def screenshot(self, path: Path, *, full: bool = True) -> Path:
        """Write a PNG of the view."""
        return self.probe.screenshot(path, full=full)

    def assert_no_errors(self) -> None:
        """Fail if the page complained, asked elsewhere, or Python failed."""
        problems = [*self.probe.js_errors(), *(f"blocked: {url}" for url in self.probe.external)]
        if self.live.error is not None:
            problems.append(repr(self.live.error))
        assert not problems, "\n".join(problems)

    def close(self) -> None:
        """Leave the page."""
        if self._stages is None:
            self.probe.close()
        else:
            self._stages.back(self.probe)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        # Through JSON, as on the wire: what cannot travel must fail here, too.
        self._out.append((json.loads(json.dumps(content)), buffers or []))

    def _resend(self, *_: object, **__: object) -> None:
        self._resent = True

    def _deliver(self) -> bool:
        if self.silent:
            return False
        there = bool(self._out) or self._resent
        if self._resent:
            self._resent = False
            data = base64.b64encode(self.live.data).decode()
            self.page.evaluate(
                "(given) => harness.change(given)", {"state": self.live.state, "data": data}
            )
        out, self._out = self._out, []
        for content, buffers in out:
            coded = [base64.b64encode(one).decode() for one in buffers]
            self.page.evaluate(
                "([content, coded]) => harness.hear(content, coded)", [content, coded]
            )
        return there
