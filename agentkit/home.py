"""Where agentkit keeps what outlives a process: traces, prefix snapshots, fits.

Knows nothing of what is kept there. The environment variable `AGENTKIT_HOME` moves it.
"""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The state folder: `AGENTKIT_HOME`, else the platform's folder for user data. It may not exist yet."""
    given = os.environ.get("AGENTKIT_HOME")
    if given:
        return Path(given).expanduser().absolute()
    from platformdirs import user_data_dir

    return Path(user_data_dir("agentkit", appauthor=False))


def trace_path() -> Path:
    """The SQLite file that holds the runs."""
    return home() / "trace.db"
