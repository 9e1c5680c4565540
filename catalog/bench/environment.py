"""The environment record: what a timing depends on, without anything that names a machine or a person. Needs no torch."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

import catalog
from catalog.bench.numbers import rounded
from catalog.bench.threads import core_quota, usable_cores

GIB = 2**30
# Variables that change how fast torch runs; others are not read.
_VARIABLES = re.compile(r"(?:OMP_(?:NUM_THREADS|PROC_BIND|PLACES|SCHEDULE|WAIT_POLICY|DYNAMIC)|GOMP_SPINCOUNT|GOMP_CPU_AFFINITY|KMP_(?:AFFINITY|BLOCKTIME|SETTINGS)"
                        r"|MKL_(?:NUM_THREADS|DYNAMIC|ENABLE_INSTRUCTIONS|CBWR)|ONEDNN_(?:MAX_CPU_ISA|DEFAULT_FPMATH_MODE)|DNNL_MAX_CPU_ISA|MALLOC_[A-Z_]+"
                        r"|CUDA_LAUNCH_BLOCKING|CUBLAS_WORKSPACE_CONFIG|NVIDIA_TF32_OVERRIDE|PYTORCH_(?:CUDA_)?ALLOC_CONF|TORCH_CUDNN_V8_API_DISABLED)")
_ALLOCATORS = re.compile(r"(jemalloc|tcmalloc|mimalloc|iomp|snmalloc)")
_VALUE = re.compile(r"[\w.,:;{}()+*= %-]{1,200}")  # nothing that could be a path or an address


def machine() -> dict[str, Any]:
    """Return processor, cores, memory, system and kernel."""
    found: dict[str, Any] = {
        "cpu": cpu_model(), "cores": os.cpu_count() or 1, "usable_cores": usable_cores(), "core_quota": core_quota(),
        "cache_bytes": last_level_cache(), "memory_gib": memory_gib(), "system": system_name(), "kernel": _clean(platform.release()),
        "virtualisation": virtualisation(), "python": platform.python_version(),
    }
    if found["core_quota"] is None:
        del found["core_quota"]
    return {k: v for k, v in found.items() if v is not None}


def settings_around(environment: dict[str, str]) -> dict[str, Any]:
    """Return the allocator and the variables that change the speed, of the process's environment."""
    preload = environment.get("LD_PRELOAD", "") + environment.get("DYLD_INSERT_LIBRARIES", "")
    names = sorted(set(_ALLOCATORS.findall(preload)))
    found: dict[str, Any] = {"allocator": ", ".join(names) if names else ("another, preloaded" if preload else f"system ({platform.libc_ver()[0] or 'libc'})")}
    variables = {k.lower().strip("_"): (v if _VALUE.fullmatch(v) else "(left out)") for k, v in sorted(environment.items()) if _VARIABLES.fullmatch(k) and v}
    return found | ({"variables": variables} if variables else {})


def version() -> dict[str, Any]:
    """Return the version of the benchmark, its commit and whether its files differ from that."""
    return {"benchmark": catalog.__version__, **_commit(Path(__file__).resolve().parent)}


def _commit(folder: Path) -> dict[str, Any]:
    """Return commit and state of the checkout that holds this file; of an archive of it the commit that git wrote into it."""
    from catalog.bench.revision import ARCHIVED

    if re.fullmatch("[0-9a-f]{40}", ARCHIVED):
        return {"commit": ARCHIVED, "is_dirty": False}
    try:
        if not _git(folder, "ls-files", "__main__.py"):  # this package lies in somebody else's repository
            return {}
        return {"commit": _git(folder, "rev-parse", "HEAD"), "is_dirty": bool(_git(folder, "status", "--porcelain", "--", "."))}
    except (OSError, subprocess.SubprocessError):
        return {}


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True, timeout=30).stdout.strip()


def cpu_model(file: Path = Path("/proc/cpuinfo")) -> str:
    """Return the processor as it names itself; with family, model and stepping where the name alone says little."""
    with contextlib.suppress(OSError):
        pairs = dict(re.findall(r"^(.+?)\s*:\s*(.*)$", file.read_text(errors="replace"), re.MULTILINE)[::-1])
        name = pairs.get("model name") or pairs.get("Model") or pairs.get("Hardware")
        if name and not re.search(r"\d{3}", name) and "cpu family" in pairs:
            name += f" (family {pairs['cpu family']}, model {pairs.get('model', '?')}, stepping {pairs.get('stepping', '?')})"
        if name:
            return _clean(" ".join(name.split()))
    if platform.system() == "Darwin":
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            return _clean(subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=True, timeout=10).stdout.strip())
    return _clean(platform.processor() or platform.machine() or "unknown")


def last_level_cache(folder: Path = Path("/sys/devices/system/cpu/cpu0/cache")) -> int | None:
    """Return the size of the last-level cache in bytes, None where the system does not say."""
    sizes = []
    for index in sorted(folder.glob("index*")):
        with contextlib.suppress(OSError, ValueError):
            text = (index / "size").read_text().strip()
            sizes.append((int((index / "level").read_text()), int(text.rstrip("KMG")) * {"K": 2**10, "M": 2**20, "G": 2**30}.get(text[-1:], 1)))
    if sizes:
        return max(sizes)[1]
    for name in ("SC_LEVEL4_CACHE_SIZE", "SC_LEVEL3_CACHE_SIZE", "SC_LEVEL2_CACHE_SIZE"):
        with contextlib.suppress(ValueError, OSError, AttributeError):
            if os.sysconf(name) > 0:
                return os.sysconf(name)
    return None


def memory_gib() -> float | None:
    with contextlib.suppress(ValueError, OSError, AttributeError):
        return rounded(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIB, 4)
    return None


def system_name() -> str:
    with contextlib.suppress(OSError, AttributeError):
        return _clean(platform.freedesktop_os_release()["PRETTY_NAME"])
    return _clean(" ".join((platform.system(), platform.mac_ver()[0])).strip())


def virtualisation(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return whether the processor says that it is a virtual one; the maker of the virtual machine is not asked for."""
    with contextlib.suppress(OSError):
        return "virtual machine" if re.search(r"^flags\s*:.*\bhypervisor\b", cpuinfo.read_text(errors="replace"), re.MULTILINE) else "none seen"
    return "unknown"


def load_average() -> float | None:
    with contextlib.suppress(OSError, AttributeError):
        return rounded(os.getloadavg()[0], 3)
    return None


def _clean(text: str) -> str:
    """Return a text on one line, without what could be a path."""
    text = " ".join(text.split()) or "unknown"
    return re.sub(r"(?<!\w)[/\\][^\s]*", "(left out)", text)[:200]
