"""The process as ECS runs it: from the environment to a stop without losing a decision, against AWS on loopback."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from event_documents import document

APP = Path(__file__).parents[1]


class Aws:
    """The SageMaker runtime and Kinesis."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    async def invoke(self, request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"score": 0.95, "reasons": ["NEW_DEVICE"], "model_version": "model-7"})

    async def kinesis(self, request: web.Request) -> web.Response:
        assert request.headers["X-Amz-Target"].endswith(".PutRecords")
        records = json.loads(await request.read())["Records"]
        self.records += records
        results = [{"SequenceNumber": "1", "ShardId": "shardId-000000000000"} for _ in records]
        return web.json_response({"FailedRecordCount": 0, "Records": results})

    async def start(self) -> tuple[web.AppRunner, str]:
        application = web.Application()
        application.router.add_post("/endpoints/fraud/invocations", self.invoke)
        application.router.add_post("/", self.kinesis)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(aws: str, port: int, **changes: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(APP),
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": aws,
        "AWS_REGION": "eu-west-1",
        "PORT": str(port),
        "PROJECT": "payments-fraud",
        "COMPONENT": "scoring",
        "MODEL_ENDPOINT": "fraud",
        "ENTITIES": "card",
        "FALLBACK_AFTER_MS": "2000",
        "STREAM_NAME": "decisions",
    } | changes


async def spawn(variables: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "scoring", cwd=APP, env=variables, stdout=asyncio.subprocess.PIPE
    )


async def until_ready(session: aiohttp.ClientSession, url: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            async with session.get(f"{url}/readyz") as response:
                if response.status == 200:
                    return
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)
    raise AssertionError("the service did not become ready")


def test_a_decision_made_just_before_the_stop_is_published() -> None:
    async def check() -> None:
        aws, port = Aws(), free_port()
        runner, url = await aws.start()
        process = await spawn(environment(url, port))
        try:
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as session:
                await until_ready(session, f"https://127.0.0.1:{port}")
                async with session.post(f"https://127.0.0.1:{port}/v1/decisions", json=document()) as response:
                    decision = await response.json()
                process.send_signal(signal.SIGTERM)
            output, _ = await asyncio.wait_for(process.communicate(), 25)
        finally:
            if process.returncode is None:
                process.kill()
            await runner.cleanup()
        assert process.returncode == 0
        assert (decision["outcome"], decision["decided_by"]) == ("decline", "model")
        assert [record["PartitionKey"] for record in aws.records] == ["tok_card_7f3"]
        assert json.loads(base64.b64decode(aws.records[0]["Data"]))["decision"] == decision
        lines = [json.loads(line) for line in output.decode().splitlines()]
        assert any(line.get("Decisions") == 1 and line["Component"] == "scoring" for line in lines)
        assert lines[-1] | {"time": ""} == {
            "time": "",
            "level": "INFO",
            "logger": "scoring",
            "message": "stopped",
            "lost": 0,
        }

    asyncio.run(check())


def test_a_wrong_environment_stops_the_start_with_a_sentence() -> None:
    async def check() -> None:
        process = await spawn(environment("http://127.0.0.1:1", 8443, FALLBACK_AFTER_MS="soon", PROJECT=""))
        output, _ = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 2
        message = json.loads(output.decode().splitlines()[-1])["message"]
        assert "PROJECT" in message
        assert "FALLBACK_AFTER_MS" in message

    asyncio.run(check())
