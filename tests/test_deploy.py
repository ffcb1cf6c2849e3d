"""The compose file is one, and what the documentation says of it is so. No engine runs it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="the extra `dev` is not installed")
pytest.importorskip("check_jsonschema", reason="the extra `dev` is not installed")

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "deploy" / "compose.yaml"


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]


def test_the_compose_file_is_of_the_compose_specification():
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    checked = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_node_is_one_of_its_own_and_knows_the_others(services):
    names = list(services)
    for name, service in services.items():
        environment = service["environment"]
        assert environment["node.name"] == name
        assert environment["discovery.seed_hosts"].split(",") == names
        assert environment["cluster.initial_cluster_manager_nodes"].split(",") == names
    volumes = [volume.partition(":")[0] for service in services.values() for volume in service["volumes"]]
    assert len(set(volumes)) == len(names)
    assert set(volumes) == set(yaml.safe_load(COMPOSE.read_text("utf-8"))["volumes"])


def test_nothing_can_be_reached_from_elsewhere_or_without_a_password(services):
    for service in services.values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
        assert service["environment"]["OPENSEARCH_INITIAL_ADMIN_PASSWORD"].startswith(
            "${OPENSEARCH_INITIAL_ADMIN_PASSWORD:?"
        )
        assert not any("security" in name for name in service["environment"])


def test_the_address_in_the_documentation_names_the_published_ports(services):
    ports = [port.split(":")[1] for service in services.values() for port in service["ports"]]
    shown = re.search(
        r"opensearchs://(localhost:[^/ ]+)/news", (ROOT / "docs/opensearch.md").read_text("utf-8")
    )
    assert shown is not None
    assert shown[1] == ",".join(f"localhost:{port}" for port in ports)
