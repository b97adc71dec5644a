"""Does the command line write the report of a week, wherever it is asked to?"""

from pathlib import Path

import pytest

import agentlens as al
from agentlens import cli
from agentlens.cli import notebooks, week
from tests.channel import channel


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small lake of four weeks, the last of which ended just now."""
    folder = tmp_path_factory.mktemp("week") / "lake"
    al.Lake(folder, redact=None).sync(al.demo(traces_per_day=60))
    return folder


def test_the_notebook_becomes_every_file_that_is_asked_for(
    lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / name for name in ("week.html", "week.md")]
    outs = [part for file in files for part in ("--out", str(file))]
    asked = ["report", "weekly", "--lake", str(lake), "--week", "2026-W46", *outs]
    with channel() as (address, got):
        monkeypatch.setenv("CHANNEL", address)
        sent = ["--webhook-env", "CHANNEL", "--url", "https://reports.example/46"]
        assert cli.main([*asked, "--slo", "error_rate <= 0.05", *sent]) == 0
    page, words = (file.read_text(encoding="utf-8") for file in files)
    assert "Week 46 of 2026" in page
    assert "data-live" in page  # the knobs came with the notebook
    assert words.startswith("# Week 46 of 2026")
    assert "https://reports.example/46" in str(got[0]["text"])
    said = capsys.readouterr()
    assert str(files[0]) in said.out
    assert "very-secret" not in said.out + said.err + page + words


def test_without_a_kernel_the_page_comes_without_knobs_and_says_so(
    lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(week, "find_spec", lambda name: None if name == "ipykernel" else name)
    page = tmp_path / "week.html"
    with channel(404) as (address, _):
        monkeypatch.setenv("CHANNEL", address)
        asked = ["report", "weekly", str(lake), "--out", str(page), "--webhook-env", "CHANNEL"]
        assert cli.main(asked) == 3
    said = capsys.readouterr()
    assert "ipykernel is not installed" in said.out
    assert "the digest was not delivered: the channel answered 404" in said.err
    assert "Week 46 of 2026" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["weekly"], "Name what is reported"),
        (["weekly", "--lake", "no/such/lake"], "is no lake"),
        (["weekly", "log.parquet", "--lake", "lake"], "not both"),
        (["weekly", "--lake", "LAKE", "--week", "W46"], "is no week"),
        (["weekly", "--lake", "LAKE", "--week", "2031-W02"], "has no trace of that week"),
        (["weekly", "--lake", "LAKE", "--slo", "error_rate >= 0.1"], "lower is better"),
        (["weekly", "--lake", "LAKE", "--out", "week.docx"], ".html"),
        (["no-such.ipynb"], "no-such.ipynb"),
        (["no-such.ipynb", "log.parquet"], "reads its own data"),
        (["no-such.ipynb", "--set", "week"], "--set is written like"),
    ],
)
def test_what_cannot_be_reported_is_refused_before_anything_is_written(
    lake: Path,
    tmp_path: Path,
    arguments: list[str],
    says: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(week, "find_spec", lambda _: None)
    given = [str(lake) if one == "LAKE" else one for one in arguments]
    assert cli.main(["report", *given]) == 1
    assert says in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_installation_without_its_notebooks_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebooks, "_PLACES", ())
    with pytest.raises(al.BadInputError, match="did not come with this installation"):
        notebooks.notebook("weekly.ipynb")
