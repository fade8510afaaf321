"""Runs where with-python.sh has fetched the packages: each tool as its own documentation sets it up."""

import os
import sys

url, key = os.environ["SIDECAR_URL"], os.environ["OCR_SIDECAR_API_KEY"]
texts = ["แบบก่อสร้างอาคาร", "concrete works", "a price list"]
query = "concrete"


def assert_same(vectors):
    assert len(vectors) == len(expected)
    for vector, wanted in zip(vectors, expected, strict=True):
        assert max(abs(a - b) for a, b in zip(vector, wanted, strict=True)) < 1e-4


def assert_ranking(scores, indices):
    assert sorted(indices) == [0, 1, 2]
    assert all(0 < score < 1 for score in scores) and list(scores) == sorted(scores, reverse=True)


def openai_client():
    from openai import OpenAI

    return OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)


# Every tool gives the same vectors: OpenAI's own client is what the others are compared with.
expected = [item.embedding for item in openai_client().embeddings.create(model="bge-m3", input=texts).data]


def openai_error():
    from openai import BadRequestError

    try:
        openai_client().embeddings.create(model="bge-m3", input=[[1, 2]])
    except BadRequestError as error:
        assert error.code == "invalid_request" and "check_embedding_ctx_length=False" in str(error)
    else:
        raise AssertionError("token arrays were taken")


def openai_models():
    assert len(openai_client().models.list().data) == 2


def langchain_embeddings():
    from langchain_openai import OpenAIEmbeddings

    embeddings = OpenAIEmbeddings(
        model="bge-m3", base_url=f"{url}/v1", api_key=key, check_embedding_ctx_length=False
    )
    assert_same(embeddings.embed_documents(texts))


def langchain_rerank():
    from langchain_cohere import CohereRerank
    from langchain_core.documents import Document

    reranker = CohereRerank(base_url=url, cohere_api_key=key, model="bge-reranker-large", top_n=3)
    results = reranker.rerank([Document(page_content=text) for text in texts], query)
    assert_ranking([result["relevance_score"] for result in results], [result["index"] for result in results])


def llama_index_embedding():
    from llama_index.embeddings.openai_like import OpenAILikeEmbedding

    embedding = OpenAILikeEmbedding(model_name="bge-m3", api_base=f"{url}/v1", api_key=key)
    assert_same(embedding.get_text_embedding_batch(texts))


def llama_index_rerank():
    from llama_index.core.schema import NodeWithScore, TextNode
    from llama_index.postprocessor.cohere_rerank import CohereRerank

    reranker = CohereRerank(base_url=url, api_key=key, model="bge-reranker-large", top_n=3)
    nodes = [NodeWithScore(node=TextNode(text=text)) for text in texts]
    results = reranker.postprocess_nodes(nodes, query_str=query)
    assert_ranking([node.score for node in results], [texts.index(node.node.text) for node in results])


def haystack_embedder():
    from haystack import Document
    from haystack.components.embedders import OpenAIDocumentEmbedder
    from haystack.utils import Secret

    embedder = OpenAIDocumentEmbedder(
        model="bge-m3", api_base_url=f"{url}/v1", api_key=Secret.from_token(key), progress_bar=False
    )
    documents = embedder.run([Document(content=text) for text in texts])["documents"]
    assert_same([document.embedding for document in documents])


def haystack_ranker():
    from haystack import Document
    from haystack.utils import Secret
    from haystack_integrations.components.rankers.cohere import CohereRanker

    ranker = CohereRanker(model="bge-reranker-large", api_base_url=url, api_key=Secret.from_token(key), top_k=3)
    documents = ranker.run(query, [Document(content=text) for text in texts])["documents"]
    assert_ranking([document.score for document in documents], [texts.index(document.content) for document in documents])


def cohere_first():
    import cohere

    answer = cohere.Client(api_key=key, base_url=url).rerank(
        query=query, documents=[{"title": text} for text in texts], rank_fields=["title"], return_documents=True
    )
    assert_ranking([result.relevance_score for result in answer.results], [result.index for result in answer.results])
    assert all(result.document.text == texts[result.index] for result in answer.results)


def cohere_second():
    import cohere

    answer = cohere.ClientV2(api_key=key, base_url=url).rerank(
        model="bge-reranker-large", query=query, documents=texts, top_n=1000
    )
    assert_ranking([result.relevance_score for result in answer.results], [result.index for result in answer.results])


checks = {
    "openai: token arrays are refused with what to set": openai_error,
    "openai: the list of models": openai_models,
    "LangChain OpenAIEmbeddings": langchain_embeddings,
    "LangChain CohereRerank": langchain_rerank,
    "LlamaIndex OpenAILikeEmbedding": llama_index_embedding,
    "LlamaIndex CohereRerank": llama_index_rerank,
    "Haystack OpenAIDocumentEmbedder": haystack_embedder,
    "Haystack CohereRanker": haystack_ranker,
    "cohere, first version": cohere_first,
    "cohere, second version": cohere_second,
}

failed = False
for name, check in checks.items():
    try:
        check()
        print(f"works  {name}", flush=True)
    except Exception as error:  # noqa: BLE001: whatever a tool throws is the finding
        failed = True
        print(f"FAILS  {name}: {type(error).__name__}: {error}", flush=True)
sys.exit(1 if failed else 0)
