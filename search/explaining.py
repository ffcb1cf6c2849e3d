"""How queries are understood and what scores are made of, which a Searcher tells beside its answers."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from search.filters import FilterArguments, Filters
from search.query.closeness import Closeness
from search.query.conditions import All, RowIs, TokenPhrase
from search.query.plan import Clause
from search.questions import chosen_filters
from search.snapshot import Generations

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from search.corpus.explain import TermScore

__all__ = ["ExplainQuestions"]


class ExplainQuestions:
    """The clauses of a query, and the parts of a score."""

    tz: tzinfo
    _generations: Generations

    def explain(
        self, query: str, *, filters: Filters | None = None, **given: Unpack[FilterArguments]
    ) -> tuple[Clause, ...]:
        """Return how the text of a query is understood: its clauses, with their words and tokens.

        Raises:
            QueryError: The query cannot be understood.

        Example:
            >>> [(clause.written, clause.kind) for clause in searcher.explain('渡轮 "停航"')]
            [('渡轮', 'words'), ('"停航"', 'phrase')]
        """
        with self._generations.use() as snapshot:
            return snapshot.plan(query, chosen_filters(filters, given).reading, tz=self.tz).clauses

    def explain_hit(
        self, query: str, id: str, *, filters: Filters | None = None, **given: Unpack[FilterArguments]
    ) -> list[TermScore]:
        """Return what each term adds to an article's score, the greatest share first.

        For the first 20 hits the sum is multiplied; see `explain_closeness`.

        Raises:
            ArticleNotFound: No article has this id.
            QueryError: The query cannot be understood.

        Example:
            >>> parts = searcher.explain_hit("渡轮", "晨报/1.md")
            >>> parts[0].term.text, parts[0].count
            ('渡轮', 1)
        """
        from search.corpus.explain import term_scores

        with self._generations.use() as snapshot:
            plan = snapshot.plan(query, chosen_filters(filters, given).reading, tz=self.tz)
            _, article = snapshot.article(id)
            return term_scores(article, plan.terms, snapshot.reader, snapshot.text_analyzer)

    def explain_closeness(
        self, query: str, id: str, *, filters: Filters | None = None, **given: Unpack[FilterArguments]
    ) -> Closeness | None:
        """Return how near each other the words of a query stand in an article.

        None if it has fewer than two words, and no quotation inside a sentence. The
        scores of the first 20 hits by relevance are multiplied by `factor` of it.

        Raises:
            ArticleNotFound: No article has this id.
            QueryError: The query cannot be understood.

        Example:
            >>> near = searcher.explain_closeness("渡轮 停航", "晨报/1.md")
            >>> near.window, near.lead
            (1.0, 1.0)
        """
        from search.reranking import closeness_of

        with self._generations.use() as snapshot:
            plan = snapshot.plan(query, chosen_filters(filters, given).reading, tz=self.tz)
            row, _ = snapshot.article(id)
            measure = closeness_of(snapshot.reader, plan)
            if measure is None:
                return None
            fully = row in snapshot.reader.rows(All((RowIs(frozenset((row,))), plan.match)))
            return measure(*snapshot.reader.token_texts([row])[row], partial=not fully)

    def uncut(self, query: str, id: str) -> list[TokenPhrase]:
        """Return the query's bare words that an article holds, but cut into other words.

        Such words match as a phrase does, and add nothing to the score as words.

        Raises:
            ArticleNotFound: No article has this id.
            QueryError: The query cannot be understood.

        Example:
            >>> ["".join(word.tokens) for word in searcher.uncut("研究生", "晨报/2.md")]  # 研究|生命
            ['研究生']
        """
        from search.corpus.explain import uncut

        with self._generations.use() as snapshot:
            _, article = snapshot.article(id)
            plan = snapshot.plan(query, Filters(), tz=self.tz)
            return uncut(article, plan.clauses, snapshot.text_analyzer)
