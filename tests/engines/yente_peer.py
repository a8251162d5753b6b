#!/usr/bin/env python3
"""A real yente without a search cluster: its own application, catalogue, indexer, queries and matcher; only the index
itself is kept in memory. Serves it, or records what it answers.

    pip install yente==5.5.0
    python3 tests/engines/yente_peer.py serve 8999           # then: CORRIDOR_YENTE=http://127.0.0.1:8999 cargo test ...
    python3 tests/engines/yente_peer.py record tests/fixtures/engines/yente

The tests need neither: they read the recorded answers, and ask a live server only where CORRIDOR_YENTE names one.
"""

import asyncio
import importlib.metadata
import json
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = Path(tempfile.mkdtemp(prefix="yente-peer-"))
# As the manifest that yente ships does it: one collection is loaded, the others are looked up within it.
CATALOG = {
    "datasets": [
        {
            "name": "default",
            "title": "Everything",
            "version": "20261101060000-abc",
            "last_export": "2026-11-01T06:00:00",
            "updated_at": "2026-11-01T06:00:00",
            "entity_count": 4,
            "children": ["sanctions"],
            "entities_url": (HERE / "entities.jsonl").as_uri(),
        },
        {
            "name": "sanctions",
            "title": "Consolidated sanctions",
            "version": "20261101060000-abc",
            "last_export": "2026-11-01T06:00:00",
            "updated_at": "2026-11-01T06:00:00",
            "entity_count": 4,
            "children": ["us_ofac_sdn", "exa_list"],
        },
        {"name": "us_ofac_sdn", "title": "OFAC", "version": "20261031120000-def", "last_export": "2026-10-31T12:00:00"},
        {"name": "exa_list", "title": "Example", "version": "20261030120000-fed", "last_export": "2026-10-30T12:00:00"},
    ]
}
(HOME / "catalog.json").write_text(json.dumps(CATALOG))
(HOME / "manifest.yml").write_text(
    json.dumps({"catalogs": [{"url": (HOME / "catalog.json").as_uri(), "scope": "default"}]})
)
os.environ["YENTE_MANIFEST"] = str(HOME / "manifest.yml")
os.environ["YENTE_DATA_PATH"] = str(HOME)
os.environ["YENTE_AUTO_REINDEX"] = "false"
os.environ["YENTE_LOG_LEVEL"] = "ERROR"

import yente.provider  # noqa: E402
from followthemoney import model, registry  # noqa: E402
from yente import settings  # noqa: E402
from yente.app import create_app  # noqa: E402
from yente.exc import YenteIndexError  # noqa: E402
from yente.provider.base import SearchProvider  # noqa: E402


def folded(value):
    return str(value).casefold()


class Memory(SearchProvider):
    """What yente asks of a search cluster, over a dictionary. Of the query language only what yente writes."""

    indices, aliases, metadata = {}, {}, {}

    async def close(self):
        pass

    async def set_index_metadata(self, index, metadata):
        self.metadata[index] = metadata

    async def get_index_metadata(self, index):
        return self.metadata.get(index, {})

    async def refresh(self, index):
        pass

    async def get_all_indices(self):
        return list(self.indices)

    async def get_alias_indices(self, alias):
        return list(self.aliases.get(alias, []))

    async def rollover_index(self, alias, next_index, prefix):
        kept = [name for name in self.aliases.get(alias, []) if not name.startswith(prefix)]
        self.aliases[alias] = [*kept, next_index]

    async def create_index(self, index, mappings, settings):
        self.indices.setdefault(index, {})

    async def delete_index(self, index):
        self.indices.pop(index, None)

    async def exists_index_alias(self, alias, index):
        return index in self.aliases.get(alias, [])

    async def check_health(self, index):
        return True

    async def get_document(self, index, doc_id):
        found = self.indices.get(index, {}).get(doc_id)
        return None if found is None else {"_id": doc_id, "_source": found}

    async def bulk_index(self, actions):
        async def each():
            if hasattr(actions, "__aiter__"):
                async for action in actions:
                    yield action
            else:
                for action in actions:
                    yield action

        async for action in each():
            documents = self.indices.setdefault(action["_index"], {})
            if action.get("_op_type") == "create" and action["_id"] in documents:
                raise YenteIndexError("it is there already")
            if action.get("_op_type") == "delete":
                documents.pop(action["_id"], None)
            else:
                documents[action["_id"]] = action["_source"]

    async def search(self, index, query, size=None, from_=None, sort=None, aggregations=None, rank_precise=False):
        names = self.aliases.get(index, [index])
        if index == settings.ENTITY_INDEX and not self.aliases.get(index):
            raise yente.exc.IndexNotReadyError("Index not ready.")
        hits = []
        for name in names:
            for key, source in self.indices.get(name, {}).items():
                score = worth(query, key, source)
                if score is not None:
                    hits.append({"_id": key, "_index": name, "_score": score, "_source": dict(source)})
        hits.sort(key=lambda hit: (-hit["_score"], hit["_id"]))
        total = {"value": len(hits), "relation": "eq"}
        begin = from_ or 0
        return {"hits": {"total": total, "hits": hits[begin : begin + (10 if size is None else size)]}}


def values(source, field):
    """The values of a field; those of a whole type of property are gathered as the cluster's mapping has it."""
    if field in registry.groups and "schema" in source:
        schema = model.get(source["schema"])
        grouped = {name for name, prop in schema.properties.items() if prop.type.group == field}
        found = [value for name in grouped for value in source["properties"].get(name, [])]
    else:
        found = source.get(field, source.get("properties", {}).get(field, []))
    return {folded(value) for value in (found if isinstance(found, list) else [found])}


def worth(query, key, source):
    """The score of a document; none if it does not match."""
    ((kind, spec),) = query.items()
    if kind == "match_none":
        return None
    if kind == "term":
        ((field, term),) = spec.items()
        return term["boost"] if folded(term["value"]) in values(source, field) else None
    if kind == "terms":
        boost = spec.get("boost", 1.0)
        ((field, terms),) = ((f, t) for f, t in spec.items() if f != "boost")
        return boost if values(source, field) & {folded(term) for term in terms} else None
    if kind == "match":
        ((field, match),) = spec.items()
        asked = folded(match["query"] if isinstance(match, dict) else match).split()
        boost = match.get("boost", 1.0) if isinstance(match, dict) else 1.0
        return boost if any(set(asked) <= set(value.split()) for value in values(source, field)) else None
    if kind == "dis_max":
        scores = [score for one in spec["queries"] if (score := worth(one, key, source)) is not None]
        return max(scores) if scores else None
    if kind == "bool":
        if any(worth(one, key, source) is None for one in spec.get("filter", [])):
            return None
        if any(worth(one, key, source) is not None for one in spec.get("must_not", [])):
            return None
        scores = [score for one in spec.get("should", []) if (score := worth(one, key, source)) is not None]
        return sum(scores) if len(scores) >= spec.get("minimum_should_match", 0) else None
    raise NotImplementedError(kind)


async def in_memory():
    return Memory()


yente.provider._create_provider = in_memory


async def index():
    """yente's own indexing of its catalogue."""
    from yente.data import refresh_catalog
    from yente.search.indexer import update_index

    await refresh_catalog()
    await update_index(force=False)


QUESTIONS = {
    "vessel": ("Vessel", {"name": ["ENISEY"], "imoNumber": ["9079169"], "flag": ["ru"]}),
    "renamed": ("Vessel", {"name": ["BLUE HORIZON"], "imoNumber": ["9079169"], "flag": ["pa"]}),
    "company": ("Organization", {"name": ["Норд Проект"], "innCode": ["2901201732"], "country": ["ru"]}),
    "bank": ("Organization", {"name": ["Example Bank"], "swiftBic": ["EXAMRUMM"]}),
    "person": ("Person", {"name": ["Beispielov Ivan"], "country": ["ru"]}),
    "nobody": ("LegalEntity", {"name": ["Northern Prairie Grain Cooperative"]}),
}


def record(folder):
    from fastapi.testclient import TestClient

    folder.mkdir(parents=True, exist_ok=True)

    def kept(name, response):
        text = json.dumps({"status": response.status_code, "body": response.json()}, ensure_ascii=False, indent=1)
        text = text.replace(HERE.as_uri(), "file:///data").replace(HOME.as_uri(), "file:///data")
        (folder / f"{name}.json").write_text(text + "\n")

    with TestClient(create_app(), raise_server_exceptions=False) as client:
        queries = {key: {"schema": schema, "properties": properties} for key, (schema, properties) in QUESTIONS.items()}
        path = "/match/sanctions?algorithm=logic-v2&threshold=0.67&limit=20"
        kept("catalog-not-indexed", client.get("/catalog"))
        kept("not-ready", client.post(path, json={"queries": queries}))
        asyncio.run(index())
        kept("catalog", client.get("/catalog"))
        kept("match", client.post(path, json={"queries": queries}))
        many = {f"q{number}": queries["nobody"] for number in range(settings.MAX_BATCH + 1)}
        kept("too-many", client.post(path, json={"queries": many}))
        kept("no-dataset", client.post("/match/nothing", json={"queries": queries}))
        kept("no-algorithm", client.post("/match/sanctions?algorithm=nothing", json={"queries": queries}))
        kept("no-schema", client.post(path, json={"queries": {"q": {"schema": "Nothing", "properties": {}}}}))
        kept("no-queries", client.post(path, json={"queries": {}}))
        kept("over-limit", client.post(path.replace("limit=20", "limit=501"), json={"queries": queries}))
    wanted = ["yente", "followthemoney", "nomenklatura", "rigour", "fastapi", "pydantic"]
    versions = {name: importlib.metadata.version(name) for name in wanted}
    (folder / "versions.json").write_text(json.dumps(versions, indent=1) + "\n")


def serve(port):
    import uvicorn

    asyncio.run(index())
    uvicorn.run(create_app(), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    if sys.argv[1] == "record":
        record(Path(sys.argv[2]))
    else:
        serve(int(sys.argv[2]))
