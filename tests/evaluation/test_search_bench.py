"""The time of a search among many passages: made-up pages fill the index, every question is timed once."""

from assistant.evaluation.search_bench import measure, table
from assistant.knowledge.evaluate import Question
from assistant.knowledge.pages import load_pages
from assistant.models.embeddings.blend import BlendedEmbeddings
from assistant.settings import PROJECT_DIR
from tests.memory.conftest import real_embeddings

__all__ = ["real_embeddings"]


def test_made_up_pages_fill_the_index_and_every_question_is_timed(real_embeddings: BlendedEmbeddings) -> None:
    pages = [page for page in load_pages(PROJECT_DIR / "knowledge") if page.page == "faq/newsletter"]
    questions = [
        Question(question="How do I unsubscribe?", language="en"),
        Question(question="怎么退订邮件", language="zh"),
    ]
    figures = measure(pages, questions, real_embeddings, passages=80)
    assert figures.passages >= 80
    assert len(figures.search) == len(figures.embedding) == len(questions)
    assert f"2 questions among {figures.passages} passages" in table(figures)
