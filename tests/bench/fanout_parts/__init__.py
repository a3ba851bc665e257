"""What `./run bench fanout`, `storm` and `votes` are made of: servers to compare, and the load."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "faults"))  # glass.py: a page in a few lines
