"""Are files of two projects kept apart unless somebody says that they belong together?"""

import json
from pathlib import Path

import pytest

import agentlens as al
from agentlens.errors import BadInputError

ROW = {
    "id": "00000000000000a1",
    "parent_observation_id": "",
    "start_time": "2026-11-01 09:00:00.000000",
    "end_time": "2026-11-01 09:00:02.000000",
    "type": "SPAN",
}


def _blob(folder: Path, name: str, project: str, number: int) -> Path:
    file = folder / name
    row = {**ROW, "trace_id": f"{number:032x}", "project_id": project}
    file.write_text(json.dumps(row) + "\n")
    return file


def test_files_of_two_projects_are_refused_by_name(tmp_path: Path) -> None:
    files = [_blob(tmp_path, "a.jsonl", "shop", 1), _blob(tmp_path, "b.jsonl", "bank", 2)]
    with pytest.raises(BadInputError, match=r"2 projects: 'shop' \(a.jsonl\), 'bank' \(b.jsonl\)"):
        al.read_files(files)
    assert len(al.read_files(files[:1])) == 1


def test_files_of_two_projects_are_one_log_where_they_are_given_a_name(tmp_path: Path) -> None:
    files = [_blob(tmp_path, "a.jsonl", "shop", 1), _blob(tmp_path, "b.jsonl", "bank", 2)]
    log = al.read_files(files, source="both shops")
    assert len(log) == 2
    assert set(log.report["source"]) == {"both shops"}


def test_the_name_of_a_file_tells_its_project_where_its_rows_do_not(tmp_path: Path) -> None:
    head = "id,timestamp,name,userId,sessionId,bookmarked,public,tags,input,output,metadata\n"
    for project, number in (("p1", 1), ("p2", 2)):
        row = f'"{number:032x}","2026-11-01T09:00:00.000Z",x,u,s,false,false,[],q,a,{{}}\n'
        (tmp_path / f"17950000-lf-traces-export-{project}.csv").write_text(head + row)
    with pytest.raises(BadInputError, match=r"'p1'.*'p2'"):
        al.read_files(tmp_path)
