"""One module per resource, each with a ``router`` whose paths carry no version prefix.

`kinora.api.app` mounts them under ``/v1`` and, for clients of Azure, under ``/openai/v1``.
"""
