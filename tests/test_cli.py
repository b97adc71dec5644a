"""Does the command line do what a person without a notebook needs?"""

import json
from pathlib import Path

import pytest

import agentlens
from agentlens import cli
from agentlens.cli import lab
from tests.channel import channel
from tests.logs import demo_log
from tests.loopback import Faults, LangfuseServer, World, trouble


def test_the_demo_writes_a_lake_and_a_report_and_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "Tool success fell by" in said
    assert "- Read all 3 traces of policy" in said
    page = tmp_path / "weekly.html"
    assert str(page.resolve()) in said
    assert page.stat().st_size < 3_000_000
    assert len(agentlens.Lake(tmp_path / "lake", redact=None).log()) == 15_900
    other = ["demo", "--out", str(tmp_path), "--days", "7", "--traces-per-day", "20"]
    assert cli.main(other) == 1
    assert "holds another log already" in capsys.readouterr().err


def test_a_refusal_is_one_sentence_and_exit_code_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", str(tmp_path / "nowhere.parquet")]) == 1
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


@pytest.mark.parametrize("command", ["demo", "pull", "report", "check", "promote", "lab"])
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

    monkeypatch.setattr(lab, "call", noted)
    assert cli.main(["lab", "--no-browser"]) == 0
    assert "--ServerApp.ip=127.0.0.1" in commands[0]
    assert any(part.endswith("/notebooks") for part in commands[0])
    monkeypatch.setattr(lab, "find_spec", lambda _: None)
    assert cli.main(["lab"]) == 1


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the pattern of a saved demo log that ends in the middle of an incident."""
    folder = tmp_path_factory.mktemp("logs")
    log = demo_log()
    log.between(log.start, "2026-11-12 18:00").save(folder / "log.parquet")
    return str(folder / "log.*.parquet")


def test_check_tells_cron_by_its_exit_code(files: str, capsys: pytest.CaptureFixture[str]) -> None:
    quiet = ["check", files, "--metric", "abandonment", "--every", "6h"]
    assert cli.main([*quiet, "--slo", "error_rate <= 0.5"]) == 0
    assert cli.main([*quiet, "--slo", "strong_completion >= 0.99 over 7D"]) == 2
    assert cli.main([*quiet, "--slo", "error_rate <= 0.00001"]) == 2
    said = capsys.readouterr().out
    assert "[✓ pass]" in said
    assert "[▲ act]" in said


def test_check_says_unknown_where_the_data_cannot_answer(tmp_path: Path) -> None:
    log = demo_log()
    log.between("2026-11-12", "2026-11-12 06:00").save(tmp_path / "few.parquet")
    code = cli.main(["check", str(tmp_path / "few.*.parquet"), "--metric", "escalation"])
    assert code == 3


def test_a_lake_is_checked_like_files(
    tmp_path: Path, files: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = agentlens.Lake(tmp_path / "lake")
    lake.sync(agentlens.read_files(files))
    promise = ["--metric", "abandonment", "--every", "6h", "--slo", "error_rate <= 0.9"]
    codes = [cli.main(["check", place, *promise]) for place in (files, str(lake.path))]
    assert codes[0] == codes[1]
    assert "snapshot" in capsys.readouterr().out
    assert cli.main(["check", str(lake.path), files]) == 1
    assert "a lake is read by itself" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["--slo", "be good"], "A promise is written like"),
        (["--sustained", "often"], "--sustained is written like 2/3"),
        (["--webhook-env", "NOT_THERE_AT_ALL"], "environment variable is not set"),
        (["--metric", "escalatoin"], "Did you mean 'escalation'"),
        (["--by", "devcie"], "Did you mean 'device'"),
    ],
)
def test_check_refuses_with_a_sentence(
    files: str, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", files, *arguments]) == 1
    assert says in capsys.readouterr().err


def test_check_posts_new_calls_and_never_prints_the_address(
    files: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with channel() as (address, got):
        monkeypatch.setenv("CHANNEL", address)
        metric = ["--metric", "tool_success:search_orders"]
        code = cli.main(["check", files, *metric, "--webhook-env", "CHANNEL", "--owner", "tools"])
    assert code == 2
    assert len(got) == 1
    assert "search orders" in str(got[0]["text"])
    assert "Owner: tools" in json.dumps(got[0])
    said = capsys.readouterr()
    assert "very-secret" not in said.out + said.err


def test_pull_keeps_langfuse_in_a_lake_and_its_exit_code_says_whether_it_is_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(days=1, traces_per_day=12)
    faults = Faults()
    with LangfuseServer(world, faults=faults) as server:
        monkeypatch.setenv("LANGFUSE_BASE_URL", server.url)
        monkeypatch.setenv("LANGFUSE_PUBLIC_KEY", server.public_key)
        monkeypatch.setenv("LANGFUSE_SECRET_KEY", server.secret_key)
        arguments = [
            "pull",
            str(tmp_path / "lake"),
            "--since",
            "2026-05-04",
            "--until",
            "2026-05-06",
        ]
        assert cli.main(arguments) == 0
        assert "complete" in capsys.readouterr().out
        faults.always(trouble.too_many(3600), "v2/observations")
        assert cli.main([*arguments, "--deep", "2000D"]) == 3
        assert "Langfuse asks to wait 60 min" in capsys.readouterr().out
        monkeypatch.setenv("LANGFUSE_SECRET_KEY", "sk-lf-wrong-secret")
        assert cli.main(arguments) == 3
        shown = capsys.readouterr()
        assert "another region" in shown.out
        assert "wrong-secret" not in shown.out + shown.err
    monkeypatch.delenv("LANGFUSE_SECRET_KEY")
    assert cli.main(arguments) == 1
    assert "LANGFUSE_SECRET_KEY is not set" in capsys.readouterr().err


def test_promote_writes_cases_and_says_where(
    tmp_path: Path, files: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log = agentlens.read_files(files)
    ids = list(agentlens.worst(log, n=5).frame["trace_id"])
    marks = tmp_path / "marks.csv"
    marks.write_text("trace_id,label\n" + "".join(f"{one},fail\n" for one in ids))
    out = tmp_path / "regressions"
    assert cli.main(["promote", files, "--marks", str(marks), "--to", str(out)]) == 0
    assert (out / "cases.jsonl").is_file()
    assert "cases.jsonl" in capsys.readouterr().out
    assert cli.main(["promote", files, "--marks", str(tmp_path / "no"), "--to", str(out)]) == 1
