"""The town as linked data: one description of each entity, rendered in several ways.

`mapping` says how an entity becomes linked data; `entities` says it for each entity of the town.
From these follow the JSON-LD of the services (`documents`), the bulk exports (`nquads`, `jsonld`),
the JSON-LD context (`context`) and the JSON Schema in the OpenAPI documents (`jsonschema`).
"""
