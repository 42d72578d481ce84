"""Replay certificates from the command line: `python -m proofs_check.checker FILE...`."""

from proofs_check.checker.certificate import main

if __name__ == "__main__":
    raise SystemExit(main())
