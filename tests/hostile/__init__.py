"""Peers that mean harm: a fuzz run, hostile peers one by one, and a soak.

`python -m hostile.fuzz`, `python -m hostile.run` and `python -m hostile.soak`, with tests/ on
PYTHONPATH; the short forms of the first two are tests.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "faults"))  # glass.py: a page in a few lines
