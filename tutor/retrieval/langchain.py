"""The same retrieval for LangChain programs."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from tutor.retrieval.retriever import Retriever, as_citation


class TutorRetriever(BaseRetriever):
    """``TutorRetriever(retriever=tutor.retriever, k=4).invoke("explain co-production")`` gives ranked passages.

    ``page_content`` is the passage, verbatim; ``metadata`` is the citation without its quote.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    k: int = 4

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = [as_citation(evidence, n) for n, evidence in enumerate(self.retriever.search(query, self.k), 1)]
        return [
            Document(page_content=c.quote, metadata={k: v for k, v in c.to_dict().items() if k != "quote"})
            for c in found
        ]
