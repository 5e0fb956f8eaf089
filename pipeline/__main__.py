"""The command line as a module: `python -m pipeline`, for starting parts of ourselves."""

from pipeline.cli import main

main()
