"""The law of the house, read from the code itself. Every rule has a control: a line of code that breaks it."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("config", "communes", "cases")
LEAVES = {"config.clean_text", "config.safe_cell", "config.tables", "config.uploads", "config.wording", "config.xlsx"}
MAY_IMPORT = {"cases": {"communes", "config.staff"}, "communes": set(), "config.staff": set()}
# Which exceptions to the import law there are, and why.
EXCEPTIONS = {
    # Every view says who may open it: the decorator is the one thing that public facts need from the staff app.
    ("communes", "config.staff.policy"),
    ("communes", "config.staff.requests"),
}
# Inside an app imports go down: a module may import what stands beside it or below.
LAYERS = [
    {"cases.facts", "cases.names", "cases.needs", "cases.workflow", "communes.terms", "config.staff.roles"},
    {"models"},
    set(),  # the domain: every module that is named in no other layer
    {"filters", "forms", "exports", "handouts", "resources", "policy", "requests", "proofs"},
    {"views", "admin", "management", "middleware", "adapter", "errors", "demo", "apps"},
    {"urls"},
]
DOMAIN = LAYERS.index(set())
# traces: the middleware of cases; adapter: what allauth's views call.
MAY_ASK_THE_CLOCK = {"views", "management", "middleware", "admin", "traces", "adapter"}
CLOCK = {"now", "utcnow", "today", "time"}
LONGEST_MODULE = 300
LONGER = {
    "cases.workflow",  # the one table of three procedures: it is read from top to bottom
    "config.tables.worker",  # a program of its own, started by its path: it can import nothing of ours
}

type Rule = Callable[[str, ast.Module], Iterator[str]]


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of ours by its dotted name; migrations apart, which the machine writes."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if ".migrations" not in name:
                found[name] = ast.parse(path.read_text(), filename=str(path))
    return found


def imported(tree: ast.AST, *, module: str = "") -> Iterator[str]:
    """The dotted names that a module imports, at its head and inside its functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.rsplit(".", node.level)[0] + "." if node.level else ""
            base = f"{parents}{node.module or ''}".rstrip(".")
            # «from cases import actions» names a module; «from cases.models import Case» names a thing in one.
            yield from (
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in modules() else base for alias in node.names
            )


def inside(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def only_known_imports(module: str, tree: ast.Module) -> Iterator[str]:
    """cases → communes, config.staff; these two import nothing of ours but the leaves."""
    app = next((app for app in MAY_IMPORT if inside(module, app)), None)
    if app is None:
        return
    for name in imported(tree, module=module):
        if inside(name, *APPS) and not inside(name, app, *MAY_IMPORT[app], *LEAVES) and (app, name) not in EXCEPTIONS:
            yield f"imports {name}"


def leaves_import_nothing_of_ours(module: str, tree: ast.Module) -> Iterator[str]:
    if inside(module, *LEAVES):
        for name in imported(tree, module=module):
            if inside(name, *APPS) and not inside(name, *LEAVES):
                yield f"imports {name}"


def layer(module: str) -> tuple[str, int]:
    app = next(app for app in MAY_IMPORT if inside(module, app))
    part = module.removeprefix(app).strip(".").partition(".")[0]
    return app, next((at for at, names in enumerate(LAYERS) if {part, f"{app}.{part}"} & names), DOMAIN)


def imports_go_down(module: str, tree: ast.Module) -> Iterator[str]:
    """Inside an app: tables → models → domain → forms and exports → views → urls."""
    if not inside(module, *MAY_IMPORT) or module in MAY_IMPORT:
        return
    app, own = layer(module)
    for name in imported(tree, module=module):
        if inside(name, app) and name != app and layer(name)[1] > own:
            yield f"imports {name}, which stands above it"


def time_is_an_argument(module: str, tree: ast.Module) -> Iterator[str]:
    """Only views, commands and middleware ask the clock; no field fills in its own date."""
    if MAY_ASK_THE_CLOCK & set(module.split(".")):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="timezone" | "date" | "datetime" | "time"), attr=name) if (
                name in CLOCK
            ):
                yield f"line {node.lineno}: {name}"
            case ast.ImportFrom(module="django.utils.timezone" | "django.db.models.functions"):
                yield from (f"imports {alias.name}" for alias in node.names if alias.name.lower() in CLOCK)
            # With an instant given, these two only say what day it was in Brussels.
            case ast.Call(
                func=ast.Attribute(attr="localdate" | "localtime") | ast.Name(id="localdate" | "localtime"), args=[]
            ):
                yield f"line {node.lineno}: {ast.unparse(node)}"
            case ast.keyword(arg="auto_now" | "auto_now_add" as name):
                yield f"line {node.value.lineno}: {name}"


def nothing_happens_behind_ones_back(module: str, tree: ast.Module) -> Iterator[str]:
    """No signals, no save() or delete() of our own, no generic foreign keys, nothing deleted by the database."""
    for name in imported(tree, module=module):
        if inside(name, "django.dispatch", "django.db.models.signals", "django.contrib.contenttypes.fields"):
            yield f"imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(
            ast.unparse(base).endswith(("Model", "Form", "FormSet", "AbstractBaseUser")) for base in node.bases
        ):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete", "asave", "adelete"}:
                    yield f"line {method.lineno}: {node.name}.{method.name}()"
        if isinstance(node, ast.Attribute) and (node.attr == "DB_CASCADE" or ast.unparse(node.value) == "signals"):
            yield f"line {node.lineno}: {ast.unparse(node)}"


def errors_have_names(module: str, tree: ast.Module) -> Iterator[str]:
    """An error is caught by what it means: never every error."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in caught):
                yield f"line {node.lineno}: catches everything"


def nothing_opens_a_door(module: str, tree: ast.Module) -> Iterator[str]:
    """No text is declared safe, no form goes without its token, no SQL is put together from input."""
    doors = {"mark_safe", "csrf_exempt", "RawSQL", "xframe_options_exempt", "eval", "exec"}
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
        if name in doors:
            yield f"line {node.lineno}: {name}"
        match node:
            case (
                ast.Call(func=ast.Attribute(attr="raw" | "extra" as name))
                | ast.Call(func=ast.Name("SafeString" as name))
            ):
                yield f"line {node.lineno}: {name}()"


def a_name_says_what_it_holds(module: str, tree: ast.Module) -> Iterator[str]:
    if vague := {"utils", "util", "helpers", "helper", "common", "services", "misc", "base"} & set(module.split(".")):
        yield f"is called {', '.join(sorted(vague))}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Helper", "Handler")):
            yield f"line {node.lineno}: class {node.name}"


def one_concept_a_module(module: str, tree: ast.Module) -> Iterator[str]:
    lines = max((node.end_lineno or 0 for node in tree.body), default=0)
    if lines > LONGEST_MODULE and module not in LONGER:
        yield f"has {lines} lines"


# Every rule, with code that breaks it: (where it would stand, what it would say).
BREACHES: dict[Rule, list[tuple[str, str]]] = {
    only_known_imports: [
        ("communes.offers", "from cases.models import Client"),
        ("communes.offers", "from config.staff.models import User"),
        ("communes.offers", "def offers():\n    import cases.actions"),
        ("config.staff.models", "from communes.models import Commune"),
        ("cases.actions", "from config.urls import urlpatterns"),
    ],
    leaves_import_nothing_of_ours: [("config.safe_cell", "from communes.models import Tariff")],
    imports_go_down: [
        ("cases.workflow", "from cases.models import Case"),
        ("cases.models.case", "from cases.actions import move"),
        ("cases.actions", "from cases import filters"),
        ("cases.forms", "from cases.views import today"),
        ("communes.terms", "from .offers import offers_for"),
    ],
    time_is_an_argument: [
        ("cases.deadlines", "due = timezone.now()"),
        ("cases.models.case", "opened_on = DateField(default=date.today)"),
        ("cases.models.case", "opened_on = DateField(auto_now_add=True)"),
        ("communes.offers", "from django.utils.timezone import localdate\nday = localdate()"),
    ],
    nothing_happens_behind_ones_back: [
        ("cases.apps", "from django.db.models.signals import post_save"),
        ("cases.apps", "from django.dispatch import receiver"),
        ("cases.apps", "from django.db.models import signals\nsignals.post_save.connect(move)"),
        ("cases.models.case", "class Case(models.Model):\n    def save(self): ..."),
        ("cases.forms", "class CaseForm(ModelForm):\n    def delete(self): ..."),
        ("cases.models.case", "case = ForeignKey(on_delete=models.DB_CASCADE)"),
    ],
    errors_have_names: [
        ("cases.actions", "try:\n    pass\nexcept Exception:\n    raise"),
        ("cases.actions", "try:\n    pass\nexcept (KeyError, BaseException):\n    pass"),
        ("cases.actions", "try:\n    pass\nexcept:\n    pass"),
    ],
    nothing_opens_a_door: [
        ("cases.views.cases", "mark_safe(note)"),
        ("cases.views.cases", "SafeString(note)"),
        ("cases.views.cases", "@csrf_exempt\ndef cases(request): ..."),
        ("cases.models.case", "Case.objects.raw(f'SELECT {name}')"),
        ("cases.models.case", "Case.objects.extra(where=[name])"),
    ],
    a_name_says_what_it_holds: [
        ("cases.utils", ""),
        ("cases.views.helpers", ""),
        ("cases.x", "class CaseHandler: ..."),
    ],
    one_concept_a_module: [("cases.views.cases", "\n" * LONGEST_MODULE + "step = 1")],
}


@pytest.mark.parametrize("rule", BREACHES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_law(rule: Rule) -> None:
    broken = [f"{module}: {what}" for module, tree in modules().items() for what in rule(module, tree)]

    assert broken == []


@pytest.mark.parametrize(
    ("rule", "module", "code"),
    [(rule, module, code) for rule, breaches in BREACHES.items() for module, code in breaches],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_control_code_that_breaks_the_law_is_seen(rule: Rule, module: str, code: str) -> None:
    assert list(rule(module, ast.parse(code)))


def test_the_top_level_of_the_house_is_fixed() -> None:
    kept = {"manage.py", "pyproject.toml", "README.md", "Makefile", *APPS, "templates", "tests", "requirements"}
    made = {"var", "staticfiles", "htmlcov", "__pycache__"}

    assert {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} <= kept | made


def test_pinned_requirements_name_no_index() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        lines = path.read_text().splitlines()
        assert [line for line in lines if "://" in line or line.startswith(("-", "--"))] == []
        assert sum(line.lstrip().startswith("--hash=") for line in lines) >= sum("==" in line for line in lines)
