"""What the set-up files promise each other."""

import re
import subprocess
import tomllib

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dti.store.tables import PROJECT

LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def locked() -> dict[str, str]:
    return {
        canonicalize_name(match[1]): match[2] for match in re.finditer(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", LOCK, re.M)
    }


def required() -> list[Requirement]:
    project = PYPROJECT["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in [*project["dependencies"], *extras]]


def test_every_requirement_is_locked_at_a_version_it_allows():
    versions = locked()
    for requirement in required():
        version = versions[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} but the lock has {version}"


def test_every_locked_package_has_hashes_and_no_address():
    packages = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.M)[1:]
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in LOCK


def test_conda_users_get_the_same_python_and_the_same_lock():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    assert f"python{PYPROJECT['project']['requires-python']}" in environment["dependencies"]
    assert {"pip": ["-r requirements.lock"]} in environment["dependencies"]


def test_the_build_tool_is_locked_too():
    assert {"hatchling"} <= set(locked())


def tracked() -> list[str]:
    listing = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True)
    return listing.stdout.splitlines()


def test_no_committed_text_names_a_machine():
    for name in tracked():
        path = PROJECT / name
        if (
            path.suffix in {".py", ".md", ".yml", ".toml", ".csv", ".ipynb", ".typ", ".j2", ".css", ""}
            and path.is_file()
        ):
            assert not re.search(r"/(?:work|root|home)/[A-Za-z.]", path.read_text(encoding="utf-8")), name


def test_ci_runs_the_readmes_test_command():
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.rstrip().splitlines()[-1] == "make test"
    assert "make test" in (PROJECT / "README.md").read_text(encoding="utf-8")
