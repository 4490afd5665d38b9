"""The device, and what it computes in: exactly float32 where two machines are to agree, bfloat16 where that is fast."""
from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def exact_float32() -> Iterator[None]:
    """Within it float32 is computed as float32, not as TF32, and twice the same, on every device.

    Every flag of cuDNN is named: one that is not falls to a default of its own, `enabled=False` among them.
    """
    matmul = torch.get_float32_matmul_precision()
    with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False,
                                    fp32_precision="ieee"):
        torch.set_float32_matmul_precision("highest")
        try:
            yield
        finally:
            torch.set_float32_matmul_precision(matmul)


def best_device(device: torch.device | str | None = None) -> torch.device | str:
    """The one that is asked for; without one, a GPU where there is one."""
    return device or ("cuda" if torch.cuda.is_available() else "cpu")


def best_precision(device: torch.device | str = "cpu") -> torch.dtype:
    """bfloat16 where the processor multiplies in it, which makes a step more than twice as fast; elsewhere float32."""
    if torch.device(device).type == "cuda":
        able = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        able = any(torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))
    return torch.bfloat16 if able else torch.float32
