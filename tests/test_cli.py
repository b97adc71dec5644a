"""Does the command line do what a person without a notebook needs?"""

from pathlib import Path

import pytest

import agentlens
from agentlens import cli


def test_the_demo_writes_a_log_and_a_report_and_says_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "[▲ act] Strong completion fell to" in said
    assert "Act on" in said
    page = tmp_path / "weekly.html"
    assert str(page.resolve()) in said
    assert page.stat().st_size < 6_000_000
    tables = sorted(file.name for file in tmp_path.glob("demo.*"))
    assert tables == ["demo.scores.parquet", "demo.spans.parquet", "demo.traces.parquet"]


def test_a_report_is_written_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import agentlens as al

    al.demo(days=14, traces_per_day=100).save(tmp_path / "x.parquet")
    page = tmp_path / "week.html"
    assert cli.main(["report", str(tmp_path / "x.parquet"), "--out", str(page)]) == 0
    assert page.exists()
    assert "traces" in capsys.readouterr().out


def test_a_refusal_is_one_sentence_and_exit_code_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["report", str(tmp_path / "nowhere.parquet")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("agentlens: ")
    assert "nowhere.parquet" in said.err
    assert "Traceback" not in said.err
    assert cli.main(["demo", "--days", "0", "--out", str(tmp_path)]) == 1
    assert "days" in capsys.readouterr().err


def test_a_demo_too_short_for_charts_is_unknown_and_not_a_crash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", "--days", "1", "--traces-per-day", "20", "--out", str(tmp_path)]) == 0
    assert "unknown" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["demo", "report", "lab"])
def test_every_command_helps_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main([command, "--help"])
    assert stop.value.code == 0
    assert f"example: agentlens {command}" in capsys.readouterr().out


def test_ctrl_c_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(agentlens, "demo", stop)
    assert cli.main(["demo"]) == 130
    assert "stopped" in capsys.readouterr().err


def test_lab_is_told_the_notebooks_and_listens_on_this_machine_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands: list[list[str]] = []

    def noted(command: list[str]) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(cli, "call", noted)
    assert cli.main(["lab", "--no-browser"]) == 0
    assert "--ServerApp.ip=127.0.0.1" in commands[0]
    assert any(part.endswith("/notebooks") for part in commands[0])
    monkeypatch.setattr(cli, "find_spec", lambda _: None)
    assert cli.main(["lab"]) == 1
