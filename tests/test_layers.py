"""Who may import whom, who ends a transaction, who writes a table; and that each rule can fail."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
ROOTS = ("core", "adapters", "bot", "webhooks")
SETTINGS = tomllib.loads((HOUSE / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = [str(contract["name"]) for contract in SETTINGS["contracts"]]

OFFENCES = {
    "core knows the standard library and sqlalchemy, nothing else": ("core/money.py", "import aiohttp"),
    "the rooms stand in a row": ("core/people/people.py", "from core.booking import diary"),
    "beams carry rooms, not the other way": ("core/money.py", "from core.people import people"),
    "adapters never import the bot or the letterbox": ("adapters/words.py", "import webhooks.payments"),
    "the letterbox knows core and aiohttp": ("webhooks/payments.py", "import stripe"),
    "commands and screens know core and no SDK": ("bot/screens/times.py", "import discord"),
}
WRITERS = {
    "Subscription": {
        "core.plans.subscribing",
        "core.plans.wishing",
        "core.plans.leaving",
    },  # what happened, what is wanted, who is still there
    "Booking": {
        "core.booking.bookings",
        "core.booking.moves",
        "core.booking.taking",
    },  # verbs, moves, statements
    "Payment": {"core.payments.paying"},
    "Review": {"core.discovery.reviews"},
}


# --- who imports whom ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def verdicts() -> dict[str, str]:
    """What the linter says of the house as it stands."""
    return lint(HOUSE)


@pytest.fixture(scope="module")
def verdicts_on_offences(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What it says of a copy in which every rule is broken once."""
    copy = tmp_path_factory.mktemp("house")
    for root in ROOTS:
        shutil.copytree(HOUSE / root, copy / root, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(HOUSE / "pyproject.toml", copy)
    for file, line in OFFENCES.values():
        with (copy / file).open("a") as source:
            source.write(f"\n{line}\n")
    return lint(copy)


@pytest.mark.parametrize("rule", CONTRACTS)
def test_the_house_keeps_its_rules_of_import(verdicts: dict[str, str], rule: str) -> None:
    assert verdicts[rule] == "KEPT"


@pytest.mark.parametrize("rule", CONTRACTS)
def test_each_rule_of_import_can_be_broken(verdicts_on_offences: dict[str, str], rule: str) -> None:
    assert rule in OFFENCES, "a new rule is shown once to fail"
    assert verdicts_on_offences[rule] == "BROKEN"


def lint(house: Path) -> dict[str, str]:
    """Each contract of pyproject.toml with KEPT or BROKEN."""
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as lint; lint()",
            "--no-cache",
        ],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line.rsplit(" ", 1) for line in said.stdout.splitlines() if line.endswith((" KEPT", " BROKEN"))]
    assert found, said.stdout + said.stderr
    return dict((name, verdict) for name, verdict in found)


# --- who ends a transaction ---------------------------------------------------------------------


def ends_of_transactions(source: str) -> list[str]:
    """Calls that commit or roll back; the savepoint of `begin_nested` ends by itself."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    names = (call.func.attr for call in calls if isinstance(call.func, ast.Attribute))
    return [name for name in names if name in ("commit", "rollback")]


@pytest.mark.parametrize("path", [str(p.relative_to(HOUSE)) for p in sorted((HOUSE / "core").rglob("*.py"))])
def test_core_never_commits_or_rolls_back(path: str) -> None:
    assert ends_of_transactions((HOUSE / path).read_text()) == []


def test_a_commit_in_core_would_be_noticed() -> None:
    assert ends_of_transactions("def f(session):\n    session.commit()\n    session.rollback()\n") == [
        "commit",
        "rollback",
    ]
    assert ends_of_transactions("with session.begin_nested():\n    pass\n") == []


# --- who writes a table -------------------------------------------------------------------------


def sources() -> dict[str, ast.Module]:
    """Every module of the house by its name."""
    return {
        ".".join(path.relative_to(HOUSE).with_suffix("").parts): ast.parse(path.read_text())
        for root in ROOTS
        for path in sorted((HOUSE / root).rglob("*.py"))
    }


def tables(modules: dict[str, ast.Module]) -> dict[str, str]:
    """Mapped classes and the module that defines each."""
    return {
        node.name: module
        for module, tree in modules.items()
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Base" for base in node.bases)
    }


def in_sight(module: str, tree: ast.Module, owners: dict[str, str]) -> set[str]:
    """Mapped classes that a module defines or imports; others may share their names."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    imported = {(node.module, alias.name) for node in imports for alias in node.names}
    return {name for name, owner in owners.items() if owner == module or (owner, name) in imported}


def written(tree: ast.Module, classes: set[str]) -> set[str]:
    """Mapped classes whose rows are made, changed or deleted by statements, or changed through an argument."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            made = [node.func] if node.func.id in classes else []
            if node.func.id in ("insert", "update", "delete"):
                made = [arg for arg in node.args[:1] if isinstance(arg, ast.Name)]
            found |= {name.id for name in made} & classes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= changed_arguments(node, classes)
    return found


def changed_arguments(function: ast.FunctionDef | ast.AsyncFunctionDef, classes: set[str]) -> set[str]:
    arguments = [*function.args.args, *function.args.kwonlyargs]
    kinds = {a.arg: a.annotation.id for a in arguments if isinstance(a.annotation, ast.Name)}
    stores = (
        node.value.id
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
    )
    return {kinds[name] for name in stores if kinds.get(name) in classes}


def test_each_table_is_written_by_one_module() -> None:
    modules = sources()
    owners = tables(modules)
    strangers = [
        f"{module} writes {name}"
        for module, tree in modules.items()
        for name in written(tree, in_sight(module, tree, owners))
        if module not in WRITERS.get(name, {owners[name]})
    ]
    assert strangers == []


@pytest.mark.parametrize(
    "source",
    [
        "session.add(Payment(amount=1))",
        "session.execute(update(Payment).values(amount=1))",
        "session.execute(delete(Payment))",
        "def f(payment: Payment) -> None:\n    payment.amount += 1",
        "def f(payment: Payment) -> None:\n    payment.state, payment.amount = state, 1",
    ],
)
def test_a_second_writer_of_a_table_would_be_noticed(source: str) -> None:
    assert written(ast.parse(source), {"Payment"}) == {"Payment"}


def test_reading_a_table_is_everybodys_right() -> None:
    source = "def f(payment: Payment) -> int:\n    total = payment.amount\n    return select(Payment)"
    assert written(ast.parse(source), {"Payment"}) == set()
