"""`python -m streamhub`: the command line, also for the workers that it starts."""

from streamhub.cli import main

main()
