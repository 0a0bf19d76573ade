"""Views that make the trace readable from the sqlite3 shell: `select * from v_runs`.

Knows nothing of Python values. Times are seconds since 1970 in the tables and local ISO times here.
"""

from __future__ import annotations

VIEWS = {
    "v_runs": """
        select r.id, datetime(r.started_at, 'unixepoch', 'localtime') as started, r.agent, r.task, r.status, r.reason,
            r.answer, r.output,
            (select count(*) from steps s where s.run_id = r.id) as steps,
            (select count(*) from results c where c.run_id = r.id and c.status = 'ok') as calls_ok,
            (select count(*) from exchanges e where e.run_id = r.id and e.tier = 'remote') as escalations,
            (select coalesce(sum(e.bytes_out), 0) from exchanges e where e.run_id = r.id) as bytes_out,
            round(r.ms, 1) as ms, round(r.cost_usd, 6) as cost_usd, r.resumed
        from runs r order by r.started_at desc
    """,
    "v_steps": """
        select s.run_id, s.step, p.model, p.tier, p.calls, s.verdict, s.probability, s.calibrated, d.action, d.reason,
            (select c.name from checks c where c.run_id = s.run_id and c.step = s.step and c.status = 'fail'
                order by c.seq limit 1) as failed_check,
            p.prompt_tokens, p.cached_tokens, p.decoded_tokens, p.forced_tokens, p.forward_passes,
            round(p.ms, 2) as propose_ms, round(s.ms, 2) as ms
        from steps s left join proposals p using (run_id, step) left join decisions d using (run_id, step)
        order by s.run_id, s.step
    """,
    "v_calls": """
        select c.run_id, c.step, c.call_id, c.name, c.arguments, r.status, r.text, r.error, round(r.ms, 2) as ms,
            l.state as ledger
        from calls c left join results r using (run_id, call_id)
            left join ledger l on l.run_id = c.run_id and l.call_id = c.call_id
        order by c.run_id, c.step, c.started_at
    """,
    "v_exchanges": """
        select run_id, step, tier, attempt, model, status, sent, received, placeholders, bytes_out, bytes_in, tokens,
            attempts, round(ms, 1) as ms, round(cost_usd, 6) as cost_usd, error
        from exchanges order by run_id, step, tier, attempt
    """,
    "v_escalations": """
        select e.run_id, e.step, e.model, e.status, d.reason, e.sent, e.received, e.placeholders, e.bytes_out,
            e.bytes_in, e.attempts, e.ms, e.cost_usd, e.error
        from v_exchanges e left join decisions d using (run_id, step) where e.tier = 'remote' order by e.run_id, e.step
    """,
    "v_checks": """
        select name, count(*) as ran, sum(status = 'fail') as failed, sum(status = 'unsure') as unsure,
            round(1.0 * sum(status = 'fail') / count(*), 4) as catch_rate, round(avg(ms), 4) as price_ms
        from checks group by name order by price_ms
    """,
}
