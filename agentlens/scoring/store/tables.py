"""What is kept of judgments, in which tables?"""

__all__ = ["LATER", "TABLES", "VERSION"]

VERSION = 1
"""Of the tables below; a file that says another is not touched."""

TABLES = (
    """create table rubric (
        hash text primary key, name text not null, version integer not null,
        canonical text not null, first_used real not null, unique (name, version))""",
    """create table judge (
        id text primary key, name text not null, model text not null, host text not null,
        canonical text not null, first_used real not null)""",
    """create table judgment (
        key text primary key, judge_id text not null, status text not null, verdict text not null,
        score real, confidence real, evidence text not null, parts text not null,
        raw text not null, usage text not null, model_returned text not null,
        stop_reason text not null, request_id text not null, message_id text not null,
        via text not null, usd real, price_as_of text not null, at real not null)""",
    "create index judgment_of_judge on judgment (judge_id, at)",
    """create table attempt (
        id integer primary key, key text not null, run integer not null, owner text not null,
        via text not null, started real not null, ended real, outcome text not null,
        http_status integer, error_type text not null default '',
        error_code text not null default '', detail text not null default '',
        reserved_usd real, billed_usd real)""",
    "create index attempt_of_key on attempt (key)",
    "create index attempt_of_run on attempt (run)",
    """create table lease (
        key text primary key, owner text not null, until real not null)""",
    """create table link (
        trace_id text not null, span_id text not null, rubric_hash text not null,
        judge_id text not null, repeat integer not null, key text not null,
        primary key (trace_id, span_id, rubric_hash, judge_id, repeat)) without rowid""",
    "create index link_of_key on link (key)",
    """create table batch (
        intent text primary key, keys text not null, n integer not null, number integer not null,
        host text not null, judge_id text not null, run integer not null, owner text not null,
        started real not null, until real not null, batch_id text unique, state text not null)""",
    "create table foreign_batch (batch_id text primary key, seen real not null)",
    """create table run (
        id integer primary key, rubric_hash text not null, judge_id text not null,
        mode text not null, owner text not null, started real not null, ended real,
        asked integer not null, budget_usd real, max_calls integer, said text not null default '',
        calls integer not null default 0, billed_usd real not null default 0,
        reserved_usd real not null default 0, unknown_usd real not null default 0,
        unknown integer not null default 0)""",
    """create table label (
        seq integer primary key, plan text not null, trace_id text not null, rater text not null,
        round integer not null, repeat integer not null, value real, unsure integer not null,
        note text not null default '', code text not null default '', seconds real,
        blind integer not null, at real not null)""",
    "create index label_of_plan on label (plan, rater)",
    """create table plan (
        id text primary key, rubric text not null, rubric_hash text not null,
        judge_id text not null, json text not null, at real not null)""",
    """create table look (
        seq integer primary key, rubric_hash text not null, judge_id text not null,
        what text not null, n integer not null, at real not null)""",
)
LATER = (
    "create index if not exists judgment_raw on judgment (at) where raw <> ''",
    """create table if not exists model (
        host text not null, name text not null, retires_at text not null, seen real not null,
        primary key (host, name))""",
    "create table if not exists label_sent (id text primary key, at real not null) without rowid",
)
"""Added to files that were made before these were thought of; what does not know them may go on."""

"""Times are seconds since 1970. Money is in USD; where no price is known it is null, never 0."""
