"""One module per resource, each with a ``router`` whose paths carry no version prefix.

`kinora.api.app` mounts them under ``/v1``; the middleware lets ``/openai/v1``, of Azure's clients,
lead there too.
"""
