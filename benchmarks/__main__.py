"""`python -m benchmarks`: run every benchmark and print its table."""

from __future__ import annotations

from benchmarks import hook_call, load, refusals

if __name__ == "__main__":
    hook_call.main()
    refusals.main()
    load.main()
