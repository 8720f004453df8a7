"""What the project is shipped in: locks, image, compose file, settings example. No engine is needed to check it."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement
from pydantic import AliasChoices
from pydantic_settings import BaseSettings

from core import settings as core_settings
from core.settings import Settings
from core.version import VERSION

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")

# --- locks


def pins(lock: str) -> dict[str, str]:
    """Package to version, as pinned; fails where a requirement is not a pin with hashes."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line or line.lstrip().startswith("#"):
            continue
        entry = re.match(r"^([a-z0-9][a-z0-9-]*)==(\S+)( ; [^-]+)?((?: +--hash=sha256:[0-9a-f]{64})+) *$", line)
        assert entry, f"{lock}: not a pin with hashes: {line[:100]}"
        assert entry.group(1) not in found, f"{lock}: {entry.group(1)} in two versions"
        found[entry.group(1)] = entry.group(2)
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_only_pins_with_hashes(lock: str) -> None:
    assert len(pins(lock)) >= 5


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_path_of_a_machine(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--extra-index" not in text
    assert "--find-links" not in text
    assert not re.search(r"(?:^|\s)(?:~|/\w+)/", text)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-build.lock"])
def test_the_smaller_locks_name_the_same_versions_as_the_full_one(lock: str) -> None:
    full = pins("requirements-dev.lock")
    assert {name: full.get(name) for name in pins(lock)} == pins(lock)


def test_the_locks_satisfy_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    runtime, full = pins("requirements.lock"), pins("requirements-dev.lock")
    wanted = [(runtime, text) for text in project["dependencies"]]
    wanted += [(full, text) for text in (*project["dependencies"], *project["optional-dependencies"]["dev"])]
    missing = [
        text
        for locked, text in wanted
        if not (requirement := Requirement(text)).specifier.contains(locked.get(canonical(requirement.name), "0"))
    ]
    assert missing == [], "run `make lock`"


def imported_packages() -> set[str]:
    """Top-level packages that the shipped code imports, the standard library's and our own left out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    rooms, left_out = wheel["packages"], [ROOT / path for path in wheel["exclude"]]
    found: set[str] = set()
    for path in (path for room in rooms for path in (ROOT / room).rglob("*.py")):
        if any(path.is_relative_to(each) for each in left_out):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - set(rooms)


def test_everything_that_the_code_imports_is_in_the_runtime_lock() -> None:
    owners = packages_distributions()
    locked = set(pins("requirements.lock"))
    assert {
        name for name in imported_packages() if not locked & {canonical(owner) for owner in owners.get(name, ())}
    } == set()


def test_tools_of_development_stay_out_of_the_runtime_lock() -> None:
    assert not {"pytest", "mypy", "ruff", "hatchling", "playwright", "uv"} & set(pins("requirements.lock"))


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile", "docker-compose.yml", ".ci/run", "pyproject.toml"])
def test_no_package_index_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r"https?://\S*/simple\b|index[-_]url", text.replace("--no-emit-index-url", ""), re.I)


def test_the_version_is_the_same_everywhere() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


# --- settings


def setting_names() -> set[str]:
    """The environment variable of every field in every settings group."""
    names = set()
    for group in vars(core_settings).values():
        if not (isinstance(group, type) and issubclass(group, BaseSettings)) or group is BaseSettings:
            continue
        for name, field in group.model_fields.items():
            alias = field.validation_alias
            assert not isinstance(alias, AliasChoices), "one name a setting"
            names.add(str(alias) if alias else f"{group.model_config.get('env_prefix', '')}{name}".upper())
    return names


def example_lines() -> list[tuple[bool, str, str]]:
    """Lines of `.env.example`: whether it is in force, name, value."""
    found = re.findall(r"^(#?)([A-Z][A-Z0-9_]*)=(.*)$", (ROOT / ".env.example").read_text(), re.M)
    return [(not comment, name, value) for comment, name, value in found]


def test_every_setting_stands_in_the_example_with_a_value() -> None:
    example = {name: value for _, name, value in example_lines()}
    assert setting_names() - set(example) == set()
    assert [name for name, value in example.items() if not value] == []


def test_the_example_names_nothing_that_is_not_a_setting() -> None:
    compose_only = {"POSTGRES_PASSWORD", "DULY_OWNER_PASSWORD", "DULY_APP_PASSWORD"}
    assert {name for _, name, _ in example_lines()} - setting_names() == compose_only


def test_taking_the_example_as_it_is_changes_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in setting_names():
        monkeypatch.delenv(name, raising=False)
    defaults = {name: group.model_dump() for name, group in vars(Settings()).items()}
    for in_force, name, value in example_lines():
        if in_force:
            monkeypatch.setenv(name, value)
    assert {name: group.model_dump() for name, group in vars(Settings()).items()} == defaults


def test_a_shell_can_read_the_example() -> None:
    script = 'set -eu; set -a; . ./.env.example; printf %s "$DULY_MODEL"'
    result = subprocess.run(
        ["sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
    )
    assert result.stdout == "local"


# --- compose file

#: The part of the Compose Specification that we use; anything else is a slip of the pen.
SERVICE: dict[str, Any] = {
    "type": "object",
    "required": ["image", "restart"],
    "additionalProperties": False,
    "properties": {
        "image": {"type": "string", "pattern": r"^[a-z0-9./-]+:(?!latest$)[A-Za-z0-9._-]+$"},
        "build": {"type": "object", "required": ["context"], "properties": {"context": {"type": "string"}}},
        "command": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "restart": {"enum": ["no", "unless-stopped"]},
        "read_only": {"const": True},
        "tmpfs": {"type": "array", "items": {"type": "string"}},
        "cap_drop": {"const": ["ALL"]},
        "security_opt": {"const": ["no-new-privileges:true"]},
        "volumes": {"type": "array", "items": {"type": "string", "pattern": r"^[./a-z-]+:/[^:]+(:ro)?$"}},
        "environment": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Z][A-Z0-9_]*$"},
            "additionalProperties": {"type": ["string", "null"]},
        },
        "ports": {
            "type": "array",
            "items": {"type": "string", "pattern": r"^127\.0\.0\.1:(\d+|\$\{[A-Z_]+:-\d+\}):\d+$"},
        },
        "stop_grace_period": {"type": "string", "pattern": r"^\d+s$"},
        "healthcheck": {
            "oneOf": [
                {"type": "object", "required": ["disable"], "additionalProperties": False,
                 "properties": {"disable": {"const": True}}},
                {"type": "object", "required": ["test", "interval", "timeout", "retries"],
                 "additionalProperties": False,
                 "properties": {
                     "test": {"type": "array", "prefixItems": [{"const": "CMD"}], "items": {"type": "string"}},
                     "retries": {"type": "integer", "minimum": 1},
                     **{key: {"type": "string", "pattern": r"^\d+s$"}
                        for key in ("interval", "timeout", "start_period")},
                 }},
            ]
        },
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["condition"],
                "additionalProperties": False,
                "properties": {
                    "condition": {"enum": ["service_healthy", "service_completed_successfully", "service_started"]}
                },
            },
        },
    },
}  # fmt: skip
COMPOSE: dict[str, Any] = {
    "type": "object",
    "required": ["name", "services", "volumes"],
    "additionalProperties": False,
    "patternProperties": {"^x-": {}},
    "properties": {
        "name": {"const": "duly"},
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
    },
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def test_the_compose_file_fits_its_schema(compose: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(COMPOSE)
    problems = jsonschema.Draft202012Validator(COMPOSE).iter_errors(compose)
    assert [f"{problem.json_path}: {problem.message[:200]}" for problem in problems] == []


def test_the_compose_file_has_all_parts_and_every_reference_leads_somewhere(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"database", "migrate", "api", "worker", "mail-catcher"}
    assert {name for service in services.values() for name in service.get("depends_on", {})} <= set(services)
    mounts = [volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])]
    assert {mount for mount in mounts if not mount.startswith(".")} == set(compose["volumes"])
    assert [mount for mount in mounts if mount.startswith(".") and not (ROOT / mount).is_file()] == []


def test_a_service_that_others_wait_for_has_a_health_check(compose: dict[str, Any]) -> None:
    services = compose["services"]
    awaited = [
        name
        for service in services.values()
        for name, wait in service.get("depends_on", {}).items()
        if wait["condition"] == "service_healthy"
    ]
    assert awaited
    assert all("test" in services[name]["healthcheck"] for name in awaited)


def test_no_password_has_a_default(compose: dict[str, Any]) -> None:
    values = [
        (key, value or "")
        for service in compose["services"].values()
        for key, value in service.get("environment", {}).items()
    ]
    secrets = [value for key, value in values if "PASSWORD" in key or re.search(r"://[^/]*@", value)]
    assert len(secrets) >= 5
    for value in secrets:
        assert re.search(r"\$\{[A-Z_]+_PASSWORD:\?[^}]+\}", value), value


def test_only_migrations_know_the_owners_password(compose: dict[str, Any]) -> None:
    who = {
        name
        for name, service in compose["services"].items()
        if "DULY_OWNER_PASSWORD" in json.dumps(service.get("environment", {}))
    }
    assert who == {"database", "migrate"}


def test_the_api_and_the_worker_get_every_setting_that_is_not_the_containers_own(compose: dict[str, Any]) -> None:
    own = {"DULY_HOME", "DULY_HOST", "DULY_PORT", "DULY_MIGRATE_DATABASE_URL"}
    for name in ("api", "worker"):
        assert set(compose["services"][name]["environment"]) == setting_names() - own


def test_our_containers_may_not_gain_rights(compose: dict[str, Any]) -> None:
    for name in ("migrate", "api", "worker"):
        service = compose["services"][name]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["read_only"] is True


def test_the_script_that_prepares_the_database_is_valid_shell_and_makes_powerless_logins() -> None:
    script = ROOT / "docker" / "prepare-database.sh"
    subprocess.run(["sh", "-n", str(script)], check=True)
    roles = re.findall(r"^CREATE ROLE (\w+) (.*?) PASSWORD", script.read_text(), re.M)
    assert roles == [("duly_owner", "LOGIN NOSUPERUSER NOBYPASSRLS"), ("duly_app", "LOGIN NOSUPERUSER NOBYPASSRLS")]


# --- image


def instructions() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile in order, continuation lines joined."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.M).replace("\\\n", " ")
    return [
        (word.upper(), rest.strip())
        for word, _, rest in (line.strip().partition(" ") for line in text.splitlines() if line.strip())
    ]


def final_stage() -> list[tuple[str, str]]:
    lines = instructions()
    return lines[max(index for index, (word, _) in enumerate(lines) if word == "FROM") :]


def test_the_dockerfile_knows_only_real_instructions() -> None:
    known = {"FROM", "WORKDIR", "ENV", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert {word for word, _ in instructions()} <= known


def test_every_base_image_is_pinned_to_a_version() -> None:
    bases = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    assert len(bases) == 2
    for base in bases:
        assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base)


def test_nothing_is_added_from_the_network_or_piped_to_a_shell() -> None:
    for word, rest in instructions():
        assert word != "ADD"
        assert not (word == "RUN" and re.search(r"curl|wget|\|\s*(ba)?sh\b", rest))


def test_everything_installed_in_the_image_is_locked() -> None:
    installs = re.findall(
        r"(?:pip install|pip sync)[^&]*", " ".join(rest for word, rest in instructions() if word == "RUN")
    )
    assert len(installs) == 3
    for command in installs:
        assert "--require-hashes" in command or ("--no-deps" in command and "dist/" in command)
    assert "requirements-dev.lock" not in (ROOT / "Dockerfile").read_text()


def test_the_image_does_not_run_as_root() -> None:
    words = [word for word, _ in final_stage()]
    users = [rest for word, rest in final_stage() if word == "USER"]
    assert users == ["duly"]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert "RUN" not in words[words.index("USER") :]


def test_the_image_says_whether_it_is_well() -> None:
    check = next(rest for word, rest in final_stage() if word == "HEALTHCHECK")
    command = json.loads(check.partition("CMD")[2])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "healthcheck", "exec")
    assert "/health/ready" in command[2]


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for name in ("requirements.lock", "requirements-build.lock", "pyproject.toml", "README.md", "LICENSE"):
        assert (ROOT / name).is_file()
        assert name not in ignored
    assert {".env", ".git", ".venv"} <= set(ignored)


# --- LangGraph's own tools


def test_langgraph_json_names_a_graph_of_the_agent() -> None:
    config = json.loads((ROOT / "langgraph.json").read_text())
    assert config["dependencies"] == ["."]
    assert config["env"] == ".env"
    assert config["graphs"] == {"reply": "./jobs/studio.py:studio_graph"}


def test_the_graph_that_langgraph_json_names_exists() -> None:
    path, _, symbol = str(json.loads((ROOT / "langgraph.json").read_text())["graphs"]["reply"]).partition(":")
    source = (ROOT / path).read_text()
    assert re.search(rf"^(?:async def|def)? ?{symbol}\b", source, re.M)
