"""The page on teaching the assistant something new tells the truth: its files and commands lead to an answer."""

import re
import shutil
from pathlib import Path

from tests.test_docs import PROJECT, environment, run

PAGE = (PROJECT / "docs" / "extending.md").read_text(encoding="utf-8")
FILES = re.findall(r"`([\w./-]+\.(?:md|yaml))`:\n\n```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
FENCES = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_a_new_page_case_and_intent_lead_to_an_answer_with_its_source(tmp_path: Path) -> None:
    for folder in ("prompts", "knowledge"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    for name, text in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    env = environment(tmp_path / "data") | {
        "ASSISTANT_PROMPTS_DIR": str(tmp_path / "prompts"),
        "ASSISTANT_KNOWLEDGE_DIR": str(tmp_path / "knowledge"),
    }
    told = {}
    for line in (line.split("  #")[0].strip() for fence in FENCES for line in fence.splitlines()):
        done = run(line, env, tmp_path, timeout_s=600)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        told[line] = done.stdout
    assert "$6 for up to 12 letters" in told['assistant knowledge ask "What does engraving cost?" --explain']
    assert "不支持退货" in told['assistant knowledge ask "刻字商品可以退货吗？"']
    assert "2 of 2" in told["assistant eval run engraving --cases cases"]
    assert "  engraving 0." in next(text for line, text in told.items() if "explain" in line and "router" in line)
    assert "faq/engraving" in told['assistant ask "could you put JM on the back of a watch"']


def test_the_places_in_the_code_that_the_page_names_exist() -> None:
    named = re.findall(r"`((?:assistant/)?(?:conversation|shop|tools)/[\w/.]+)`", PAGE)
    assert len(named) > 3
    assert not [name for name in named if not (PROJECT / "assistant" / name.removeprefix("assistant/")).exists()]
