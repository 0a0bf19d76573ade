"""Every run, step, check, decision, call and exchange as rows of one SQLite file that can be read back as values.

Knows nothing of models.
"""

from agentkit.trace.lease import Lease
from agentkit.trace.ledger import SqliteLedger
from agentkit.trace.store import Store

__all__ = ["Lease", "SqliteLedger", "Store"]
