"""The town as linked data: one description of each entity, rendered in several ways.

`mapping` holds the words to say how an entity becomes linked data; `places`, `people`, `services` and
`cases` say it for each entity of the town, and `catalogue` lists them all.
From these follow the JSON-LD of the services (`documents`), the bulk exports (`nquads`, `jsonld`),
the JSON-LD context (`context`) and the JSON Schema in the OpenAPI documents (`jsonschema`).
"""
