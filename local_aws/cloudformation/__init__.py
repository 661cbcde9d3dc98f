"""The local AWS's own CloudFormation: templates executed resource by resource, behind the boto3 API.

moto's is replaced as a whole: it skips resource types in silence, loses outputs after change sets, has no
resource events and no rollback. Here an operation runs inside the call, so that statuses are final when it
answers, or in a server beside it (`background`); whatever is not done is refused with a `ClientError` that
says so.

    local_aws.cloudformation.install(clients)

`clients(service, region)` gives a boto3 client of the local endpoint; resources are made through it, by their
services' own APIs. `install` puts a handler on every operation of CloudFormation by
`moto_seams.replace_action`, until `moto_seams.reset()`, and returns the `State`: all that it remembers.

The way of a call, a file each:

- `*_actions`: an operation each, from the request to the answer (`views`, `change_views`: the answer's form).
- `requests`: the template's text, parameters, tags, capabilities of a request; what is refused of it.
- `template`: text -> `Template`. `validation`: all that is wrong with it, before anything is created.
- `parameters`: values, defaults, constraints.
- `blueprint`: template and settings together: the resources whose conditions hold, in order, resolved
  (`intrinsics`, `references`).
- `planning`: blueprint and stack -> changes; pure.
- `executor`: create, update, delete, roll back. `steps`: one resource. `journal`: statuses and events.
- `resources/`: `RESOURCE_TYPES`, a row a type, a file a service.

    actions -> desk -> executor -> steps -> resources
    actions -> planning -> blueprint -> intrinsics -> references
"""

from __future__ import annotations

from local_aws.cloudformation.actions import install
from local_aws.cloudformation.background import Background
from local_aws.cloudformation.resources import RESOURCE_TYPES
from local_aws.cloudformation.state import State

__all__ = ["RESOURCE_TYPES", "Background", "State", "install"]
