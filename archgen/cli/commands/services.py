"""What there is to build from."""

from __future__ import annotations

import click

from archgen.cli.running import CLOUD, JSON, listed, said
from archgen.errors import Problem, WrongUse


@click.command()
@CLOUD
@JSON
@said
def services(cloud: str | None, as_json: bool) -> int:
    """List the services of every cloud, or of one."""
    from archgen.services.catalogue import clouds
    from archgen.services.catalogue import services as of_cloud

    if cloud is not None and cloud not in clouds():
        expected = ", ".join(clouds())
        raise WrongUse(Problem(id="unknown-cloud", message=f"no cloud is called '{cloud}'", expected=expected))
    rows = [
        {"cloud": name, "id": service.id, "role": service.role, "title": service.title}
        for name in ([cloud] if cloud else clouds())
        for service in of_cloud(name).values()
    ]
    return listed(rows, as_json)
