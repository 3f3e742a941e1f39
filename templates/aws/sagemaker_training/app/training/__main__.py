"""`prepare`, `train`, `evaluate` or `serve`, on the folders that SageMaker mounts."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from learning.server import serve

from . import jobs
from .settings import hyperparameters, settings

ML = Path("/opt/ml")
WORK = ML / "processing"


def main(arguments: list[str]) -> None:
    """Run one command. Ends with status 2 for an unknown one."""
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(name)s %(message)s")
    command = arguments[0] if arguments else ""
    given = {**os.environ, **hyperparameters(ML / "input/config/hyperparameters.json")}
    if command == "prepare":
        jobs.prepare(settings(given), WORK / "input/data", WORK / "output")
    elif command == "train":
        jobs.train(settings(given), ML / "input/data", ML / "model", ML / "checkpoints")
    elif command == "evaluate":
        jobs.evaluate(settings(given), WORK / "input/model", WORK / "input/test", WORK / "output")
    elif command == "serve":
        serve(ML / "model")
    else:
        sys.exit(f"'{command}' is no command; expected prepare, train, evaluate or serve")


if __name__ == "__main__":
    main(sys.argv[1:])
