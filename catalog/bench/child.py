"""The child process: measures one job and tells its parent what it finds, a line of JSON for each thing. Imports torch.

A process of its own starts with the allocator's thresholds in its environment and an empty heap, and takes nothing
with it when the system ends it for want of memory.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any

MARK = "catalog-bench "  # begins the lines that are for the parent; torch prints others
NO_TORCH, NO_DEVICE, UNSUPPORTED, OUT_OF_MEMORY, BROKEN = "no-torch", "no-device", "unsupported", "out-of-memory", "broken"


def tell(event: str, **values: Any) -> None:
    """Tell the parent something, at once."""
    print(MARK + json.dumps({"event": event, **values}), flush=True)


def main(argument: str) -> int:
    """Run what the argument (JSON) asks for: `{"probe": device}`, or a job."""
    warnings.filterwarnings("ignore", message=".*NumPy.*")  # torch warns without numpy, which is not needed
    asked = json.loads(argument)
    try:
        import torch  # noqa: F401
    except ImportError as error:
        tell("failed", kind=NO_TORCH, message=str(error))
        return 1
    from catalog.bench import devices

    try:
        if "probe" in asked:
            probe(asked["probe"])
        else:
            from catalog.bench.measuring import measure_job

            measure_job(asked, tell)
        return 0
    except devices.NoDevice as error:
        tell("failed", kind=NO_DEVICE, message=str(error))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not devices.is_out_of_memory(error):
            tell("failed", kind=BROKEN, message=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:300])
            raise
        tell("failed", kind=OUT_OF_MEMORY, message="the memory of the device is used up" if asked.get("device") != "cpu" else "the memory is used up")
    return 1


def probe(asked: str) -> None:
    """Tell which device would be used, what it is and what torch says of itself."""
    from catalog.bench import devices, torch_facts

    device = devices.choose(asked)
    tell("device", name=device.name, type=device.type, capability=devices.capability(device), facts=torch_facts.versions(device),
         readings=torch_facts.readings(torch_facts.counters_of(device), "before"), seconds=time.process_time())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
