"""The tables of the trace as SQL, one constant per migration; a constant is never changed once it was released.

Knows nothing of Python values. Tables that hang on a run are clustered by it (`WITHOUT ROWID`), so that a step touches
few pages. Times are seconds since 1970, spans milliseconds; columns that hold JSON say so in `docs/trace.md`.
"""

from __future__ import annotations

M001 = """
CREATE TABLE contents (sha256 TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE runs (
    id TEXT PRIMARY KEY, task TEXT NOT NULL, agent TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
    answer TEXT NOT NULL, output TEXT NOT NULL, question TEXT, ms REAL NOT NULL, cost_usd REAL NOT NULL,
    resumed INTEGER NOT NULL, started_at REAL NOT NULL, updated_at REAL NOT NULL);
CREATE INDEX runs_started_at ON runs(started_at);
CREATE TABLE steps (
    run_id TEXT NOT NULL REFERENCES runs(id), step INTEGER NOT NULL, started_at REAL NOT NULL, ms REAL NOT NULL,
    verdict TEXT, probability REAL, calibrated INTEGER,
    PRIMARY KEY (run_id, step)) WITHOUT ROWID;
CREATE TABLE retrievals (
    run_id TEXT NOT NULL REFERENCES runs(id), step INTEGER NOT NULL, tools TEXT NOT NULL, "of" INTEGER NOT NULL,
    ms REAL NOT NULL,
    PRIMARY KEY (run_id, step)) WITHOUT ROWID;
CREATE TABLE requests (
    run_id TEXT NOT NULL REFERENCES runs(id), step INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (run_id, step)) WITHOUT ROWID;
CREATE TABLE proposals (
    run_id TEXT NOT NULL REFERENCES runs(id), step INTEGER NOT NULL, model TEXT NOT NULL, tier TEXT NOT NULL,
    calls TEXT NOT NULL, text TEXT NOT NULL, reasoning TEXT NOT NULL, confidence_known INTEGER NOT NULL,
    truncated INTEGER NOT NULL, others TEXT NOT NULL, usage TEXT NOT NULL, prompt_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL, decoded_tokens INTEGER NOT NULL, forced_tokens INTEGER NOT NULL,
    forward_passes INTEGER NOT NULL, ms REAL NOT NULL, cost_usd REAL NOT NULL,
    PRIMARY KEY (run_id, step)) WITHOUT ROWID;
CREATE TABLE decision_points (
    run_id TEXT NOT NULL REFERENCES runs(id), step INTEGER NOT NULL, seq INTEGER NOT NULL, field TEXT NOT NULL,
    text TEXT NOT NULL, p REAL NOT NULL, mass REAL NOT NULL, margin REAL NOT NULL, entropy REAL NOT NULL,
    legal INTEGER NOT NULL, alternatives TEXT NOT NULL,
    PRIMARY KEY (run_id, step, seq)) WITHOUT ROWID;
CREATE TABLE checks (
    run_id TEXT NOT NULL REFERENCES runs(id), step INTEGER NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL,
    status TEXT NOT NULL, evidence TEXT NOT NULL, score REAL, call INTEGER, path TEXT, ms REAL NOT NULL,
    repairable INTEGER NOT NULL,
    PRIMARY KEY (run_id, step, seq)) WITHOUT ROWID;
CREATE TABLE decisions (
    run_id TEXT NOT NULL REFERENCES runs(id), step INTEGER NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL,
    feedback TEXT, question TEXT, approval INTEGER NOT NULL, final INTEGER NOT NULL, threshold REAL,
    PRIMARY KEY (run_id, step)) WITHOUT ROWID;
CREATE TABLE calls (
    run_id TEXT NOT NULL REFERENCES runs(id), call_id TEXT NOT NULL, step INTEGER NOT NULL, name TEXT NOT NULL,
    arguments TEXT NOT NULL, started_at REAL NOT NULL,
    PRIMARY KEY (run_id, call_id)) WITHOUT ROWID;
CREATE TABLE results (
    run_id TEXT NOT NULL REFERENCES runs(id), call_id TEXT NOT NULL, step INTEGER NOT NULL, name TEXT NOT NULL,
    status TEXT NOT NULL, value TEXT NOT NULL, text TEXT NOT NULL, error TEXT NOT NULL, ms REAL NOT NULL,
    truncated INTEGER NOT NULL, origin TEXT NOT NULL,
    PRIMARY KEY (run_id, call_id)) WITHOUT ROWID;
CREATE TABLE exchanges (
    run_id TEXT NOT NULL REFERENCES runs(id), step INTEGER NOT NULL, model TEXT NOT NULL, sent TEXT NOT NULL,
    received TEXT NOT NULL, placeholders TEXT NOT NULL, bytes_out INTEGER NOT NULL, bytes_in INTEGER NOT NULL,
    attempts INTEGER NOT NULL, status TEXT NOT NULL, error TEXT NOT NULL, ms REAL NOT NULL, cost_usd REAL NOT NULL,
    PRIMARY KEY (run_id, step)) WITHOUT ROWID;
CREATE TABLE asks (
    run_id TEXT NOT NULL REFERENCES runs(id), step INTEGER NOT NULL, question TEXT NOT NULL, approval INTEGER NOT NULL,
    calls TEXT NOT NULL, asked_at REAL NOT NULL, answer TEXT, answered_at REAL,
    PRIMARY KEY (run_id, step)) WITHOUT ROWID;
CREATE TABLE ledger (
    run_id TEXT NOT NULL REFERENCES runs(id), call_id TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL,
    arguments TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('intent', 'done')), result TEXT,
    intent_at REAL NOT NULL, outcome_at REAL,
    PRIMARY KEY (run_id, call_id, key)) WITHOUT ROWID;
CREATE TABLE leases (
    run_id TEXT PRIMARY KEY, owner TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, born TEXT NOT NULL,
    expires_at REAL NOT NULL) WITHOUT ROWID;
"""

M002 = "ALTER TABLE runs ADD COLUMN history TEXT NOT NULL DEFAULT '[]'"

M003 = """
ALTER TABLE exchanges RENAME TO exchanges_2;
CREATE TABLE exchanges (
    run_id TEXT NOT NULL REFERENCES runs(id), step INTEGER NOT NULL, tier TEXT NOT NULL, attempt INTEGER NOT NULL,
    model TEXT NOT NULL, sent TEXT NOT NULL, received TEXT NOT NULL, placeholders TEXT NOT NULL,
    bytes_out INTEGER NOT NULL, bytes_in INTEGER NOT NULL, tokens INTEGER NOT NULL, attempts INTEGER NOT NULL,
    status TEXT NOT NULL, error TEXT NOT NULL, ms REAL NOT NULL, cost_usd REAL NOT NULL,
    PRIMARY KEY (run_id, step, tier, attempt)) WITHOUT ROWID;
INSERT INTO exchanges SELECT run_id, step, 'remote', 0, model, sent, received, placeholders, bytes_out, bytes_in, 0,
    attempts, status, error, ms, cost_usd FROM exchanges_2;
DROP TABLE exchanges_2;
"""
