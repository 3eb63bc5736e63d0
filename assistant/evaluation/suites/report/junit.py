"""A run as JUnit XML, which CI systems read."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from xml.etree import ElementTree

from assistant.evaluation.suites.running.results import Result

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(results: Iterable[Result], run: str) -> str:
    """The document: one `testsuite` for each suite, prompts and model.

    Args:
        results: in any order; they are held in memory without their transcripts.
        run: its name.
    """
    suites: dict[str, ElementTree.Element] = {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        name = f"{result.suite} / {result.prompts} / {result.model}"
        suite = suites.setdefault(name, ElementTree.Element("testsuite", name=name))
        seconds = sum(turn.milliseconds for turn in result.seen.turns) / 1000 if result.seen else 0.0
        case = ElementTree.SubElement(
            suite,
            "testcase",
            name=f"{result.case.partition('/')[2]} #{result.repeat + 1}",
            classname=f"{result.suite}.{result.prompts}.{result.model}",
            time=f"{seconds:.3f}",
        )
        counts[name].update(["tests", result.status])
        if result.status != "pass":
            kind = "failure" if result.status == "fail" else "error"
            told = [_UNWRITABLE.sub("?", problem) for problem in result.problems]
            ElementTree.SubElement(case, kind, message=told[0] if told else result.status).text = "\n".join(told)
    root = ElementTree.Element("testsuites", name=run)
    for name, suite in suites.items():
        suite.set("tests", str(counts[name]["tests"]))
        suite.set("failures", str(counts[name]["fail"]))
        suite.set("errors", str(counts[name]["error"] + counts[name]["invalid"]))
        root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
