"""`python -m kfix` is the command `kfix`."""

from kfix.cli.main import main

if __name__ == "__main__":
    main()
