"""Job runs over a restart of the server that ran them."""

from __future__ import annotations

from pathlib import Path

from local_aws import Options, running
from tests.unit.local_aws.emr_serverless.test_job_runs import ended, programs, put_scripts, started, when


def test_a_server_that_ends_cancels_its_job_runs_and_remembers_them(tmp_path: Path) -> None:
    (tmp_path / "programs").mkdir()
    options = Options(programs=programs(tmp_path / "programs"), state=tmp_path / "state")
    with running(options=options) as first:
        put_scripts(first)
        done = started(first, "gives_up.py")
        ended(first, done)
        run = started(first, "sleeps.py", clientToken="t-1")
        when(first, run, lambda found: found["state"] == "RUNNING")
        assert first.busy
    with running(options=options) as second:
        assert not second.busy
        found = {key: ended(second, key_of)["state"] for key, key_of in (("done", done), ("run", run))}
        assert found == {"done": "FAILED", "run": "CANCELLED"}
        assert started(second, "sleeps.py", clientToken="t-1") == run
