from __future__ import annotations

from pathlib import Path

from archgen.engine import load_project
from archgen.engine.warming import sdk_modules


def test_only_the_modules_that_the_code_uses_are_named(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text(
        "import pulumi_aws as aws\nfrom pulumi_gcp import storage, Provider\n"
        "import pulumi_azure_native.network as net\n"
        "aws.s3.Bucket('b')\naws.get_caller_identity()\naws.Provider('p')\n",
        encoding="utf-8",
    )
    (tmp_path / "broken.py").write_text("def (", encoding="utf-8")
    assert sdk_modules(load_project(tmp_path)) == (
        "pulumi_aws",
        "pulumi_aws.s3",
        "pulumi_azure_native.network",
        "pulumi_gcp",
        "pulumi_gcp.storage",
    )
