"""The command line: the only place that prints, exits or asks. Heavy imports stay inside the commands that need it."""

from __future__ import annotations

import importlib
import pkgutil

import click

from archgen import __version__
from archgen.cli import commands
from archgen.cli.group import Commands


@click.group(cls=Commands)
@click.version_option(__version__)
def main() -> None:
    """From a business requirement in YAML to a proved Pulumi program, its pictures and its reasoning."""


for _module in pkgutil.iter_modules(commands.__path__):
    main.add_command(getattr(importlib.import_module(f"{commands.__name__}.{_module.name}"), _module.name))
