"""Runs the command line without its script: `python -m catalog check`."""

from catalog.cli import main

if __name__ == "__main__":
    main()
