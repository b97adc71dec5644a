"""Which addresses does a server of a mode know, and what does it say at the others?"""

from collections.abc import Mapping

from tests.loopback.options import Mode, Quirks
from tests.loopback.wire.answers import Answer, Request, html, missing

__all__ = ["gate", "mode_at", "version_of"]

_API = "/api/public/"
_OLD = ("traces", "observations", "scores", "v2/scores", "sessions", "metrics", "ingestion")
_NEW = ("v2/observations", "v3/scores", "v2/metrics")
_GONE = (
    "This endpoint is not available on deployments running in Langfuse v4 events_only mode."
    " Use the v2 observations API and the v3 scores API instead."
)
_NOT_YET = "The observations v2 API is only available in a Langfuse v4 write mode"
_VERSIONS: dict[Mode, str] = {"v4": "4.60.0", "v3": "3.160.0", "neither": "4.0.0"}


def mode_at(mode: Mode, switch: Mapping[int, Mode], index: int) -> Mode:
    """Return the mode in which a request is answered, by how many came before it."""
    passed = [at for at in switch if at <= index]
    return switch[max(passed)] if passed else mode


def version_of(mode: Mode, quirks: Quirks) -> str:
    """Return what a server says it is."""
    return quirks.version or _VERSIONS.get(mode, "4.16.0")


def gate(mode: Mode, quirks: Quirks, request: Request) -> Answer | None:
    """Return what a server says where its mode does not let a request in; None where it does."""
    if mode == "html":
        return html(200, "Sign in")
    if mode == "redirect":
        return html(307, "Elsewhere", {"Location": quirks.redirect_to})
    address = request.path.removeprefix(_API)
    if mode == "v3":
        return _of_version_3(quirks, address)
    if request.method == "GET" and _is(address, _OLD):
        return missing(_GONE)
    return missing(_NOT_YET) if mode == "neither" and _is(address, _NEW) else None


def _of_version_3(quirks: Quirks, address: str) -> Answer | None:
    if _is(address, ("v2/observations",)):
        return _unknown(quirks)
    absent = ("v3/scores", "v2/metrics", *(() if quirks.v2_scores else ("v2/scores",)))
    return html(404, "404: This page could not be found") if _is(address, absent) else None


def _is(address: str, names: tuple[str, ...]) -> bool:
    return any(address == name or address.startswith(f"{name}/") for name in names)


def _unknown(quirks: Quirks) -> Answer:
    if quirks.unknown == "html":
        return html(404, "404: This page could not be found")
    if quirks.unknown == "501":
        return Answer(501, {"message": "Not implemented", "error": "NotImplementedError"})
    return missing(_NOT_YET)
