"""`python -m archgen.cli`."""

from archgen.cli import main

main()
